"""What a form sends: read back as what it showed, in every language, whatever else was sent with it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from core.errors import UserError, ValidationError
from core.orm.catalog import fields_of
from core.web.format import Reader
from core.web.formdata import MOST_LINES, SubmittedLine, read_form
from core.web.formfields import raw
from core.web.typed import typed
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair
from tests.core.web.workshop.models import Repair, RepairLine

READERS = [
    Reader("en", "UTC"),
    Reader("de", "Europe/Berlin"),
    Reader("de_CH", "Europe/Zurich"),
    Reader("sv", "UTC"),
]
readers = st.sampled_from(READERS)


def numbers(places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(min_value=-(10**11), max_value=10**11, places=places)


@given(readers, numbers(4))
def test_a_quantity_is_read_back_as_it_was_shown(reader: Reader, value: Decimal) -> None:
    field = fields_of(RepairLine)["quantity"]
    assert typed(reader, field, raw(reader, field, value)) == value


@given(readers, numbers(6))
def test_a_price_is_read_back_as_it_was_shown(reader: Reader, value: Decimal) -> None:
    field = fields_of(RepairLine)["price"]
    assert typed(reader, field, raw(reader, field, value)) == value


@given(readers, numbers(2))
def test_an_amount_is_read_back_as_it_was_shown(reader: Reader, value: Decimal) -> None:
    field = fields_of(RepairLine)["amount"]
    assert typed(reader, field, raw(reader, field, value)) == value


@given(readers, st.integers(-(2**31), 2**31 - 1))
@example(Reader("en", "UTC"), -(2**31))
def test_a_whole_number_is_read_back_as_it_was_shown(reader: Reader, value: int) -> None:
    field = fields_of(Repair)["hours"]
    assert typed(reader, field, raw(reader, field, value)) == value


@given(readers, st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_is_read_back_as_it_was_shown(reader: Reader, value: date) -> None:
    field = fields_of(Repair)["due_on"]
    assert typed(reader, field, raw(reader, field, value)) == value


@given(readers, st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1)))  # noqa: DTZ001 -- made aware below
def test_an_instant_is_read_back_to_the_minute_in_the_reader_s_zone(reader: Reader, value: datetime) -> None:
    moment = value.replace(second=0, microsecond=0, tzinfo=UTC)
    assume(moment.astimezone(ZoneInfo(reader.zone)).fold == 0)
    field = fields_of(Repair)["checked_at"]
    assert typed(reader, field, raw(reader, field, moment)) == moment


@given(readers, st.booleans())
def test_a_tick_is_read_back_as_it_was_shown(reader: Reader, value: bool) -> None:
    field = fields_of(Repair)["urgent"]
    assert typed(reader, field, raw(reader, field, value)) == value


@pytest.mark.parametrize(
    ("locale", "text", "value"),
    [
        ("en", "1,462.50", "1462.5"), ("de", "1.462,50", "1462.5"), ("de", "1462,5", "1462.5"), ("de", "2.5", "2.5"),
        ("en", "1,5", "1.5"), ("de", "1.462", "1462"), ("en", "\N{MINUS SIGN}3", "-3"), ("de_CH", "1'462.50", "1462.5"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(locale: str, text: str, value: str) -> None:
    assert typed(Reader(locale), fields_of(RepairLine)["price"], text) == Decimal(value)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1e400", "9" * 30, "0x10", "--1", "twelve"])
def test_what_is_no_number_or_too_large_is_refused(text: str) -> None:
    with pytest.raises((UserError, ValidationError)):
        typed(Reader("en"), fields_of(RepairLine)["quantity"], text)


def test_a_line_in_which_nobody_entered_anything_is_none() -> None:
    assert SubmittedLine("n1", values={"text": "", "done": "0"}).is_blank
    assert not SubmittedLine("n1", values={"text": "x"}).is_blank
    assert not SubmittedLine("n1", id=4).is_blank


def test_seconds_that_an_input_does_not_show_survive_a_save(shop: Shop) -> None:
    exact = datetime(2026, 3, 12, 10, 42, 37, tzinfo=UTC)
    record_id = repair(shop, checked_at=exact)
    browser = shop.browser("jonas")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()

    form["hours"] = "3"
    browser.post(f"{REPAIRS}/{record_id}", form)

    assert shop.value(Repair, record_id, "checked_at") == exact
    assert shop.value(Repair, record_id, "hours") == 3


def test_a_german_form_shows_and_takes_german_numbers(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("greta")
    form = browser.get(f"{REPAIRS}/{record_id}?edit=1").form()
    first = min({name.split(".")[1] for name in form if name.startswith("lines.")}, key=int)

    assert form[f"lines.{first}.price"] == "2,50"
    form[f"lines.{first}.price"] = "1.462,5"
    browser.post(f"{REPAIRS}/{record_id}", form)

    with shop.env() as env:
        assert env.get(Repair, record_id).lines[0].price == Decimal("1462.5")


def test_more_lines_than_a_form_holds_are_refused_with_the_way_to_do_it(shop: Shop) -> None:
    record_id = repair(shop)
    browser = shop.browser("jonas")
    sent = MultiDict({"_version": "1", "code": "R-1"})
    for number in range(MOST_LINES + 1):
        sent[f"lines.n{number}.text"] = "Bolt"

    answer = browser.post(f"{REPAIRS}/{record_id}", sent)

    assert answer.status == 422
    assert "import more of them from a file" in answer.text
    assert shop.value(Repair, record_id, "version") == 1


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=6))
def test_names_that_the_form_does_not_have_are_ignored(sent: dict[str, str]) -> None:
    form = MultiDict({f"x{name}": text for name, text in sent.items()})
    said = read_form(_NoView(), form)  # type: ignore[arg-type]  # a view without fields
    assert (said.values, said.lines) == ({}, {})


class _NoView:
    def cells(self) -> list[object]:
        return []

    def tables(self) -> list[object]:
        return []
