"""Which back-ups are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core.backup import files
from core.backup.files import Kept, name_at, outlived

NEWEST = datetime(2026, 11, 28, 2, tzinfo=UTC)
MOMENTS = st.lists(
    st.integers(0, 3 * 365 * 24).map(lambda hours: NEWEST - timedelta(hours=hours)), max_size=60, unique=True
)
COUNTS = st.integers(0, 8)


def _kept(moments: list[datetime]) -> list[Kept]:
    return [Kept(Path(str(at)), at) for at in moments]


def test_the_newest_of_each_day_week_and_month_stays() -> None:
    every_six_hours = [NEWEST - timedelta(hours=6 * n) for n in range(4 * 70)]

    gone = outlived(_kept(every_six_hours), daily=3, weekly=3, monthly=2)

    stay = set(every_six_hours) - {each.at for each in gone}
    assert [f"{at:%m-%d %H}" for at in sorted(stay, reverse=True)] == [
        "11-28 02", "11-27 20", "11-26 20", "11-22 20", "11-15 20", "10-31 20",
    ]  # fmt: skip


@given(MOMENTS, COUNTS, COUNTS, COUNTS)
def test_the_newest_always_stays_and_no_more_than_was_asked_for(
    moments: list[datetime], daily: int, weekly: int, monthly: int
) -> None:
    kept = _kept(moments)

    gone = outlived(kept, daily=daily, weekly=weekly, monthly=monthly)

    stay = [each for each in kept if each not in gone]
    assert len(stay) <= max(daily + weekly + monthly, 1)
    assert max(kept, key=lambda each: each.at, default=None) in [*stay, None]


@given(MOMENTS, COUNTS, COUNTS, COUNTS)
def test_thinning_out_twice_removes_nothing_more(
    moments: list[datetime], daily: int, weekly: int, monthly: int
) -> None:
    kept = _kept(moments)
    gone = outlived(kept, daily=daily, weekly=weekly, monthly=monthly)

    again = outlived([each for each in kept if each not in gone], daily=daily, weekly=weekly, monthly=monthly)

    assert again == []


def test_a_folders_back_ups_are_found_newest_first_and_nothing_else(tmp_path: Path) -> None:
    moments = [datetime(2026, 11, n, 2, 30, 0, 17, tzinfo=UTC) for n in (1, 3, 2)]
    for at in moments:
        (tmp_path / name_at(at, encrypted=at.day == 3)).touch()
    for other in ("dovetail-notes.txt", "dovetail-20261101.tar.gz", "site.db"):
        (tmp_path / other).touch()

    assert [each.at for each in files.found(tmp_path)] == sorted(moments, reverse=True)
