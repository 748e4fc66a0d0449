"""Hostile and broken XML is refused with its line, and without effect."""

from __future__ import annotations

import socket
import time
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import FormatError
from core.formats import xml
from core.formats.xml import Node, parse

_ENTITIES = "".join(f'<!ENTITY lol{level} "{f"&lol{level - 1};" * 10}">' for level in range(1, 10))
BOMB = f'<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY lol0 "lol">{_ENTITIES}]>\n<lolz>&lol9;</lolz>'
ATTRIBUTE_BOMB = BOMB.replace("<lolz>&lol9;</lolz>", '<lolz a="&lol9;"/>')


def _node(content: str) -> Node:
    return parse(content.encode(), {})


@pytest.mark.parametrize("content", [BOMB, ATTRIBUTE_BOMB])
def test_an_entity_bomb_is_refused_at_its_line_before_it_grows(content: str) -> None:
    tracemalloc.start()
    started = time.monotonic()

    with pytest.raises(FormatError, match=r"^Line 2: .*document type.*Nothing was imported\.$") as refused:
        parse(content.encode(), {}, path="bomb.xml")

    grown = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (refused.value.line, refused.value.path) == (2, "bomb.xml")
    assert grown < 1_000_000
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_file_named_by_an_external_entity_is_never_read(tmp_path: Path, encoding: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret", encoding="ascii")
    content = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n\n'
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]>\n<a>&x;</a>'
    )

    with pytest.raises(FormatError, match=r"Line 3: .*DOCTYPE") as refused:
        parse(content.encode(encoding), {})

    assert "the secret" not in str(refused.value)


def test_no_address_named_by_a_document_type_is_asked() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        content = f'<!DOCTYPE a SYSTEM "http://127.0.0.1:{port}/a.dtd"><a/>'

        with pytest.raises(FormatError, match="DOCTYPE"):
            _node(content)

        with pytest.raises(TimeoutError):
            server.accept()


def test_a_parameter_entity_is_refused() -> None:
    with pytest.raises(FormatError, match="DOCTYPE"):
        _node('<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]><a/>')


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("<a>\n<b>\n</a>", 3),
        ("<a>\n<b></b>", 2),
        ("no markup at all", 1),
        ("<a/>\n<b/>", 2),
        ('<a>\n<b x="1" x="2"/>\n</a>', 2),
        ("<a>&undefined;</a>", 1),
        ("<a><x:b/></a>", 1),
    ],
)
def test_a_malformed_file_is_refused_with_the_line_that_breaks_it(content: str, line: int) -> None:
    with pytest.raises(FormatError, match=f"^Line {line}: The file is not well-formed XML") as refused:
        _node(content)

    assert refused.value.line == line


@pytest.mark.parametrize("content", [b"", b"  \n "])
def test_an_empty_file_is_said_to_be_empty(content: bytes) -> None:
    with pytest.raises(FormatError, match=r"^The file is empty\. Nothing was imported\.$"):
        parse(content, {})


def test_bytes_that_are_no_text_of_the_declared_encoding_are_refused() -> None:
    with pytest.raises(FormatError, match="not well-formed"):
        parse(b'<?xml version="1.0" encoding="utf-8"?><a>\xff\xfe</a>', {})


def test_elements_nested_too_deep_are_refused() -> None:
    deep = "<a>" * (xml.MAX_DEPTH + 1) + "</a>" * (xml.MAX_DEPTH + 1)

    with pytest.raises(FormatError, match=f"more than {xml.MAX_DEPTH} deep"):
        _node(deep)

    assert _node("<a>" * xml.MAX_DEPTH + "</a>" * xml.MAX_DEPTH).name == "a"


def test_a_file_over_the_size_limit_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_BYTES", 10)

    with pytest.raises(FormatError, match="is the limit"):
        _node("<a>not even well-formed")


def test_a_file_with_too_many_elements_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xml, "MAX_ELEMENTS", 3)

    with pytest.raises(FormatError, match="more than 3 elements"):
        _node("<a><b/><b/><b/></a>")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1", "1"),
        ("-0.50", "-0.50"),
        ("+3.", "3"),
        (".5", "0.5"),
        (" 12.30 ", "12.30"),
        ("0" * 40 + "7", "7"),
    ],
)
def test_numbers_are_read_as_xsd_writes_them(written: str, number: str) -> None:
    read = _node(f"<a><b>{written}</b></a>").required_decimal("b")

    assert read == Decimal(number)


@pytest.mark.parametrize("written", ["1e5", "NaN", "INF", "1,5", "0x10", "1 000", "", "٣", "1_000"])
def test_what_is_no_xsd_decimal_is_refused_with_its_line(written: str) -> None:
    with pytest.raises(FormatError, match=r"^Line 2: b must be a number, not “") as refused:
        _node(f"<a>\n<b>{written}</b></a>").required_decimal("b")

    assert refused.value.line == 2


@pytest.mark.parametrize("written", ["1" * 30, "-" + "9" * 16, "0." + "1" * 21])
def test_a_number_of_too_many_digits_is_refused_and_shown(written: str) -> None:
    with pytest.raises(FormatError, match=f"Line 1: b is {written}; at most 15 digits before the point"):
        _node(f"<a><b>{written}</b></a>").required_decimal("b")


@pytest.mark.parametrize("written", ["2026-03-31", "2026-03-31Z", "2026-03-31+02:00"])
def test_dates_are_read_with_or_without_a_time_zone(written: str) -> None:
    day = _node(f"<a><b>{written}</b></a>").required_date("b")

    assert day.isoformat() == "2026-03-31"


@pytest.mark.parametrize("written", ["31.03.2026", "2026-02-30", "2026-3-1", "20260331", "tomorrow"])
def test_what_is_no_date_is_refused(written: str) -> None:
    with pytest.raises(FormatError, match="b must be a date such as 2026-03-31"):
        _node(f"<a><b>{written}</b></a>").date("b")


@pytest.mark.parametrize(("written", "value"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_a_flag_may_be_a_word_or_a_digit(written: str, value: bool) -> None:
    assert _node(f"<a><b>{written}</b></a>").flag("b") is value


def test_a_flag_of_another_kind_is_refused() -> None:
    with pytest.raises(FormatError, match="must be true or false, not “maybe”"):
        _node("<a><b>maybe</b></a>").flag("b")


def test_a_missing_element_is_named_with_its_parent_and_line() -> None:
    with pytest.raises(FormatError, match=r"^Line 1: a has no c, which it must have\."):
        _node("<a><b/></a>").required("c")


def test_comments_and_instructions_do_not_cut_a_text_in_two() -> None:
    assert _node("<a><b>one<!-- x --><?y z?> two</b></a>").text("b") == "one two"


@pytest.mark.parametrize("encoding", ["UTF-1", "utf-7", "no-such-encoding"])
def test_an_encoding_that_is_not_read_is_refused_with_its_line(encoding: str) -> None:
    with pytest.raises(FormatError, match=r"^Line 1: The file is in an encoding that is not read"):
        _node(f'<?xml version="1.0" encoding="{encoding}"?><a/>')
