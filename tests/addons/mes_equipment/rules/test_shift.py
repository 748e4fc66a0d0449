"""From a calendar to shifts: over midnight, on the nights when the clock is changed, on days that differ."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.rules.shift import Exceptional, Pattern, Planned, Span, shifts_on

BERLIN = "Europe/Berlin"
THREE = [
    Pattern(weekday, name, starts, ends, 30)
    for weekday in range(1, 8)
    for name, starts, ends in (
        ("early", "06:00", "14:00"),
        ("late", "14:00", "22:00"),
        ("night", "22:00", "06:00"),
    )
]


def _night(day: date) -> Planned:
    return shifts_on(day, THREE, [], BERLIN)[-1]


def _hours(shift: Planned) -> float:
    return (shift.span.ends_at - shift.span.starts_at) / timedelta(hours=1)


def test_a_night_shift_belongs_to_the_day_on_which_it_starts() -> None:
    shift = _night(date(2026, 3, 12))

    assert shift.day == date(2026, 3, 12)
    assert shift.span == Span(datetime(2026, 3, 12, 21, tzinfo=UTC), datetime(2026, 3, 13, 5, tzinfo=UTC))


def test_the_night_of_spring_has_seven_real_hours_and_the_one_of_autumn_nine() -> None:
    assert [_hours(_night(day)) for day in (date(2026, 3, 28), date(2026, 10, 24), date(2026, 6, 1))] == [
        7,
        9,
        8,
    ]


@given(
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.sampled_from((BERLIN, "America/New_York", "Asia/Kolkata", "UTC")),
)
def test_three_shifts_cover_every_day_without_gap_or_overlap(day: date, zone: str) -> None:
    shifts = [s for n in range(3) for s in shifts_on(day + timedelta(days=n), THREE, [], zone)]

    assert len(shifts) == 9
    assert all(one.span.ends_at == other.span.starts_at for one, other in pairwise(shifts))
    assert shifts[0].span.starts_at.astimezone(ZoneInfo(zone)).date() == day


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 600))
def test_a_break_lies_within_its_shift_and_is_as_long_as_planned(day: date, minutes: int) -> None:
    pattern = Pattern(day.isoweekday(), "night", "22:00", "06:00", minutes)
    (shift,) = shifts_on(day, [pattern], [], BERLIN)

    for pause in shift.breaks:
        assert pause.within(shift.span) == pause
        assert pause.ends_at - pause.starts_at == timedelta(minutes=minutes)
    assert len(shift.breaks) == (0 < minutes <= _hours(shift) * 60)


def test_on_a_holiday_no_shift_starts_and_the_night_before_still_ends() -> None:
    free = [Exceptional(date(2026, 5, 1), "May Day")]

    assert shifts_on(date(2026, 5, 1), THREE, free, BERLIN) == []
    assert _night(date(2026, 4, 30)).span.ends_at == datetime(2026, 5, 1, 4, tzinfo=UTC)


def test_a_day_with_hours_of_its_own_has_one_shift() -> None:
    short = [Exceptional(date(2026, 12, 24), "Christmas Eve", "06:00", "12:00")]

    (shift,) = shifts_on(date(2026, 12, 24), THREE, short, BERLIN)

    assert (shift.name, _hours(shift)) == ("Christmas Eve", 6)


def test_a_shift_that_the_clock_jumps_over_is_none() -> None:
    jumped = [Pattern(7, "short", "02:00", "03:00")]

    assert shifts_on(date(2026, 3, 29), jumped, [], BERLIN) == []
