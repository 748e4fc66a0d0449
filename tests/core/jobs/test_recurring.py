"""When recurring work is due: by the clock on the wall, through both changes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.jobs.recurring import is_cron, next_due

BERLIN = "Europe/Berlin"
ZONES = (BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC", "America/St_Johns")
CRONS = (
    "30 2 * * *",
    "0 * * * *",
    "*/20 * * * *",
    "15 1-3 * * *",
    "0 6 * * 1-5",
    "0 0 1 * *",
    "59 23 28-31 * *",
)


def dues(cron: str, zone: str, after: str, count: int) -> list[str]:
    """The next moments as a clock in `zone` shows them, with its distance from UTC."""
    at, found = datetime.fromisoformat(after).replace(tzinfo=ZoneInfo(zone)), []
    for _number in range(count):
        due = next_due(cron, zone, at)
        assert due is not None
        found.append(due.astimezone(ZoneInfo(zone)).strftime("%m-%d %H:%M %z"))
        at = due
    return found


def test_a_time_that_the_clock_leaves_out_comes_as_much_later_once() -> None:
    assert dues("30 2 * * *", BERLIN, "2026-03-28T12:00", 2) == ["03-29 03:30 +0200", "03-30 02:30 +0200"]


def test_a_time_that_the_clock_shows_twice_comes_once() -> None:
    assert dues("30 2 * * *", BERLIN, "2026-10-24T12:00", 2) == ["10-25 02:30 +0200", "10-26 02:30 +0100"]


def test_what_comes_every_hour_comes_in_both_hours_and_not_twice_in_one() -> None:
    assert dues("0 * * * *", BERLIN, "2026-10-25T01:30", 3) == [
        "10-25 02:00 +0200", "10-25 02:00 +0100", "10-25 03:00 +0100",
    ]  # fmt: skip
    assert dues("0 * * * *", BERLIN, "2026-03-29T00:30", 3) == [
        "03-29 01:00 +0100", "03-29 03:00 +0200", "03-29 04:00 +0200",
    ]  # fmt: skip


@given(
    cron=st.sampled_from(CRONS), zone=st.sampled_from(ZONES),
    start=st.integers(0, 2 * 365 * 24 * 60).map(lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m)),
)  # fmt: skip
def test_moments_come_one_after_the_other_wherever_one_begins_to_look(
    cron: str, zone: str, start: datetime
) -> None:
    at, found = start, []
    for _number in range(4):
        due = next_due(cron, zone, at)
        assert due is not None
        found.append(due)
        at = due

    assert all(earlier < later for earlier, later in pairwise([start, *found]))
    assert next_due(cron, zone, found[1] - timedelta(seconds=1)) == found[1]


@given(
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
    zone=st.sampled_from(ZONES),
    year=st.integers(2024, 2028),
)
def test_a_daily_run_comes_once_a_day_all_year(hour: int, minute: int, zone: str, year: int) -> None:
    at = datetime(year, 3, 1, tzinfo=ZoneInfo(zone))
    days: list[date] = []
    while len(days) < 40:
        due = next_due(f"{minute} {hour} * * *", zone, at)
        assert due is not None
        days.append(due.astimezone(ZoneInfo(zone)).date())
        at = due

    assert len(set(days)) == len(days)
    assert days[-1] - days[0] == timedelta(days=39)


@pytest.mark.parametrize(
    "text",
    ["", "* * * *", "* * * * * *", "@daily", "61 * * * *", "0 0 30 2 *", "R 2 * * *", "H 2 * * *", "soon"],
)
def test_what_says_no_moment_is_no_cron(text: str) -> None:
    assert not is_cron(text)


@pytest.mark.parametrize("text", CRONS)
def test_what_says_moments_is_one(text: str) -> None:
    assert is_cron(text)
