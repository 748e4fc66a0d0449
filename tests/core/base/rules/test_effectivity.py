"""Of several versions the right one holds on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from core.base.rules.effectivity import effective, is_effective, latest, overlap


@dataclass(frozen=True)
class Version:
    valid_from: date | None
    valid_to: date | None


days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
open_days = st.none() | days
versions = st.builds(Version, open_days, open_days)

OLD = Version(None, date(2025, 12, 31))
NEW = Version(date(2026, 1, 1), None)


def test_the_first_and_the_last_day_are_included() -> None:
    assert is_effective(OLD, date(2025, 12, 31))
    assert is_effective(NEW, date(2026, 1, 1))
    assert not is_effective(NEW, date(2025, 12, 31))


def test_of_two_that_hold_the_later_one_is_taken() -> None:
    trial = Version(date(2026, 3, 1), None)

    assert latest([NEW, trial], date(2026, 3, 12)) == trial
    assert latest([NEW, trial], date(2026, 2, 1)) == NEW


def test_when_none_holds_there_is_none() -> None:
    assert latest([NEW], date(2020, 1, 1)) is None


@given(versions, versions, days)
def test_versions_that_do_not_overlap_never_hold_together(one: Version, other: Version, day: date) -> None:
    assert overlap(one, other) or len(effective([one, other], day)) <= 1


@given(versions, versions)
def test_overlap_looks_the_same_from_both_sides(one: Version, other: Version) -> None:
    assert overlap(one, other) == overlap(other, one)
