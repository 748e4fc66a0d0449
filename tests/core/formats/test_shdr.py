"""SHDR lines become observations, and what is no SHDR is refused with its line."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import FormatError
from core.formats import shdr
from core.formats.shdr import Condition, Observation

AT = datetime(2016, 11, 1, 17, 13, 55, 17000, UTC)


def test_a_line_is_an_observation_and_unavailable_is_no_value() -> None:
    lines = ["2016-11-01T17:13:55.017Z|execution|STOPPED\n", "2016-11-01T17:13:55.017Z|line|UNAVAILABLE\n"]

    assert list(shdr.read(lines)) == [Observation(AT, "execution", "STOPPED"), Observation(AT, "line", None)]


def test_a_condition_keeps_its_code_and_text() -> None:
    (seen,) = shdr.read(["2016-11-01T17:13:55.017Z|system|Warning|406|||MEMORY PROTECT"])

    assert seen.value == "Warning"
    assert seen.condition == Condition("Warning", "406", "", "", "MEMORY PROTECT")


def test_a_condition_that_nobody_knows_has_no_value() -> None:
    (seen,) = shdr.read(["2016-11-01T17:13:55.017Z|system|Unavailable||||"])

    assert seen.value is None


def test_items_that_share_a_line_share_its_instant() -> None:
    seen = list(shdr.read(["2016-11-01T17:13:55.017Z|x|1|y|2"]))

    assert seen == [Observation(AT, "x", "1"), Observation(AT, "y", "2")]


def test_an_empty_value_is_a_value() -> None:
    (seen,) = shdr.read(["2016-11-01T17:13:55.017Z|program|"])

    assert seen.value == ""


def test_commands_and_empty_lines_say_nothing() -> None:
    assert list(shdr.read(["* PONG 10000\n", "\n"])) == []


def test_an_instant_without_a_zone_is_utc() -> None:
    (seen,) = shdr.read(["2016-11-01T17:13:55.017|x|1"])

    assert seen.at == AT


@pytest.mark.parametrize("line", ["nonsense", "2016-11-01T17:13:55Z|x", "yesterday|x|1", "2016-11-01T17:13:55Z||1",
                                  "2016-11-01T17:13:55Z|x|1|y"])  # fmt: skip
def test_what_is_no_shdr_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(FormatError) as refused:
        list(shdr.read(["2016-11-01T17:13:55Z|x|1", line], "day.txt"))

    assert (refused.value.line, refused.value.path) == (2, "day.txt")


def test_a_file_is_read_gzipped_or_plain(tmp_path: Path) -> None:
    plain, packed = tmp_path / "day.txt", tmp_path / "day.txt.gz"
    plain.write_text("2016-11-01T17:13:55.017Z|x|1\n")
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert list(shdr.read_file(plain)) == list(shdr.read_file(packed)) == [Observation(AT, "x", "1")]


def test_a_file_that_was_cut_is_refused(tmp_path: Path) -> None:
    cut = tmp_path / "day.txt.gz"
    cut.write_bytes(gzip.compress(b"2016-11-01T17:13:55.017Z|x|1\n" * 500)[:-20])

    with pytest.raises(FormatError):
        list(shdr.read_file(cut))
