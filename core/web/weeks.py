"""Days and spans of a calendar: which weeks a page shows, and in which row of its week each bar stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")

DAYS = 7


@dataclass(frozen=True)
class Span(Generic[T]):
    """Something that lies on the days from `first` to `last`."""

    what: T
    first: date
    last: date


@dataclass(frozen=True)
class Bar(Generic[T]):
    """The part of a span in one week: from column `column` (1 to 7), `length` days long, in a row of its own."""

    what: T
    column: int
    length: int
    row: int
    #: Whether the span goes on beyond the week's ends.
    before: bool
    after: bool


def week_of(day: date, first_weekday: int) -> date:
    """The first day of the week of `day`; `first_weekday` is 0 for Monday."""
    return day - timedelta(days=(day.weekday() - first_weekday) % DAYS)


def month_of(day: date, first_weekday: int) -> tuple[date, date]:
    """The first and last day of the whole weeks that hold the month of `day`."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return week_of(first, first_weekday), week_of(last, first_weekday) + timedelta(days=DAYS - 1)


def bars(week: date, spans: Sequence[Span[T]]) -> Iterator[Bar[T]]:
    """The spans that touch the week of seven days from `week` on, none on another: long and early ones above."""
    end = week + timedelta(days=DAYS - 1)
    taken: list[int] = []
    touching = [span for span in spans if span.first <= end and span.last >= week]
    for span in sorted(touching, key=lambda s: (max(s.first, week), s.first - s.last)):
        first, last = max(span.first, week), min(span.last, end)
        column, length = (first - week).days + 1, (last - first).days + 1
        row = next((n for n, until in enumerate(taken) if until < column), len(taken))
        taken[row : row + 1] = [column + length - 1]
        yield Bar(span.what, column, length, row + 1, span.first < week, span.last > end)
