"""docs/asvs.md answers every requirement of OWASP ASVS 5.0 up to level 2 once, and what it names exists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "asvs.md").read_text()
STATES = ("done", "done, untested", "not yet", "n/a")
#: Of each section of ASVS 5.0.0 the numbers of level 1, then those of level 2.
SECTIONS = """
V1.1::1-2 V1.2:1-5:6-9 V1.3:1-2:3-11 V1.4::1-3 V1.5:1:2 V2.1:1:2-3 V2.2:1-2:3 V2.3:1:2-4 V2.4::1
V3.2:1-2: V3.3:1:2-4 V3.4:1-2:3-6 V3.5:1-3:4-5 V3.7::1-2 V4.1:1:2-3 V4.2::1 V4.3::1-2 V4.4:1:2-4
V5.1::1 V5.2:1-2:3 V5.3:1-2: V5.4::1-3 V6.1:1:2-3 V6.2:1-8:9-12 V6.3:1-2:3-4 V6.4:1-2:3-4 V6.5::1-5
V6.6::1-3 V6.8::1-4 V7.1::1-3 V7.2:1-4: V7.3::1-2 V7.4:1-2:3-5 V7.5::1-2 V7.6::1-2 V8.1:1:2 V8.2:1-2:3
V8.3:1: V8.4::1 V9.1:1-3: V9.2:1:2-4 V10.1::1-2 V10.2::1-2 V10.3::1-4 V10.4:1-5:6-11 V10.5::1-5
V10.6::1-2 V10.7::1-3 V11.1::1-2 V11.2::1-3 V11.3:1-2:3 V11.4:1:2-4 V11.5::1 V11.6::1 V12.1:1:2-3
V12.2:1-2: V12.3::1-4 V13.1::1 V13.2::1-5 V13.3::1-2 V13.4:1:2-5 V14.1::1-2 V14.2:1:2-4 V14.3:1:2-3
V15.1:1:2-3 V15.2:1:2-3 V15.3:1:2-7 V16.1::1 V16.2::1-5 V16.3::1-4 V16.4::1-3 V16.5::1-3 V17.1::1
V17.2::1-4 V17.3::1-2
"""
_ROW = re.compile(r"^\| (V[\d.]+) \| (\d) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`([\w./-]+\.\w+)(:{1,2})([\w.]+)`")
_FILE = re.compile(r"`((?:core|addons|requirements|assets|tests|docs|\.ci)/[\w./-]+?)(?::[^`]*)?`")


class Row(NamedTuple):
    """A line of the page."""

    id: str
    level: str
    asked: str
    state: str
    evidence: str


ROWS = [Row(*found) for found in _ROW.findall(PAGE)]


def _asked() -> Iterator[tuple[str, str]]:
    for section in SECTIONS.split():
        name, *levels = section.split(":")
        for level, numbers in enumerate(levels, 1):
            if numbers:
                first, _dash, last = numbers.partition("-")
                yield from ((f"{name}.{i}", str(level)) for i in range(int(first), int(last or first) + 1))


@cache
def _text(path: str) -> str:
    return (ROOT / path).read_text()


def test_every_requirement_of_level_1_and_2_is_answered_once() -> None:
    assert Counter(dict(_asked()).values()) == {"1": 70, "2": 183}
    assert Counter((row.id, row.level) for row in ROWS) == Counter(_asked())


def test_every_line_has_a_state_and_the_page_counts_them() -> None:
    told = {
        state: int(n) for state, n in re.findall(r"^\| ([a-z/, ]+) \| .+ \| (\d+) \|$", PAGE, re.MULTILINE)
    }

    assert told == {state: sum(row.state == state for row in ROWS) for state in STATES}
    assert sum(told.values()) == len(ROWS)


def test_what_is_done_names_the_test_that_shows_it_and_what_is_untested_none() -> None:
    shown = {row.id for row in ROWS if "::test_" in row.evidence}

    assert {row.id for row in ROWS if row.state == "done"} - shown == set()
    assert {row.id for row in ROWS if row.state == "done, untested"} & shown == set()


def test_every_file_that_is_named_exists() -> None:
    assert [path for path in _FILE.findall(PAGE) if not (ROOT / path).exists()] == []


def test_every_function_and_test_that_is_named_is_in_its_file() -> None:
    named = _NAMED.findall(PAGE)

    missing = [
        f"{path}{colons}{name}"
        for path, colons, name in named
        if not re.search(rf"\b(?:def |class )?{name.rpartition('.')[2]}\b", _text(path))
    ]

    assert named
    assert missing == []
