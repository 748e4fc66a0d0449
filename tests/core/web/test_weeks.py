"""Bars of a week never lie on one another, and each day of a span is covered once."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.web.weeks import DAYS, Span, bars, month_of, week_of

FIRST = date(2026, 10, 26)
spans = st.lists(st.tuples(st.integers(-10, 16), st.integers(0, 20)), max_size=25)


@given(spans)
def test_bars_of_a_week_never_overlap_and_cover_their_days(lengths: list[tuple[int, int]]) -> None:
    given_spans = [
        Span(n, FIRST + timedelta(days=start), FIRST + timedelta(days=start + length))
        for n, (start, length) in enumerate(lengths)
    ]

    made = list(bars(FIRST, given_spans))

    taken = [(bar.row, day) for bar in made for day in range(bar.column, bar.column + bar.length)]
    assert len(taken) == len(set(taken))
    days = {FIRST + timedelta(days=n) for n in range(DAYS)}
    for span in given_spans:
        here = [bar for bar in made if bar.what == span.what]
        covered = [FIRST + timedelta(days=bar.column - 1 + n) for bar in here for n in range(bar.length)]
        wanted = {span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1)} & days
        assert sorted(covered) == sorted(wanted)
    assert max((bar.row for bar in made), default=0) <= len(given_spans)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 6))
def test_a_month_is_whole_weeks_that_hold_all_of_it(day: date, first_weekday: int) -> None:
    first, last = month_of(day, first_weekday)

    assert first <= day.replace(day=1) <= day <= last
    assert first.weekday() == week_of(day, first_weekday).weekday() == first_weekday
    assert ((last - first).days + 1) % DAYS == 0
    assert (first + timedelta(days=DAYS)).month == day.month or (first + timedelta(days=DAYS)).day <= DAYS
    assert (last + timedelta(days=1)) > day
