"""When shifts are: the week of a calendar and its exceptions, as instants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Breaks begin on a full five minutes.
_GRID = 300


@dataclass(frozen=True, slots=True)
class Pattern:
    """A shift of the ordinary week; `weekday` is ISO's, Monday 1. Times are those of a clock on the wall."""

    weekday: int
    name: str
    starts: str
    ends: str
    break_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A day that differs: without work, or with hours of its own."""

    day: date
    name: str
    starts: str | None = None
    ends: str | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant to another, in UTC."""

    starts_at: datetime
    ends_at: datetime

    def within(self, other: Span) -> Span | None:
        """What of it lies in `other`."""
        starts, ends = max(self.starts_at, other.starts_at), min(self.ends_at, other.ends_at)
        return Span(starts, ends) if starts < ends else None

    def holds(self, at: datetime) -> bool:
        """Whether an instant lies in it; its end is the next one's beginning."""
        return self.starts_at <= at < self.ends_at


@dataclass(frozen=True, slots=True)
class Planned:
    """A shift as it is planned; it belongs to the day on which it starts."""

    day: date
    name: str
    span: Span
    breaks: tuple[Span, ...] = ()


def shifts_on(
    day: date, patterns: Iterable[Pattern], exceptions: Iterable[Exceptional], zone: str
) -> list[Planned]:
    """The shifts that start on `day`, in order."""
    exceptional = next((e for e in exceptions if e.day == day), None)
    chosen: Sequence[Pattern]
    if exceptional is None:
        chosen = [p for p in patterns if p.weekday == day.isoweekday()]
    elif exceptional.starts and exceptional.ends:
        chosen = [Pattern(day.isoweekday(), exceptional.name, exceptional.starts, exceptional.ends)]
    else:
        chosen = []
    return sorted(_planned(day, chosen, ZoneInfo(zone)), key=lambda s: s.span.starts_at)


def _planned(day: date, patterns: Iterable[Pattern], zone: ZoneInfo) -> Iterator[Planned]:
    for pattern in patterns:
        overnight = pattern.ends <= pattern.starts
        span = Span(
            instant(day, pattern.starts, zone),
            instant(day + timedelta(days=1) if overnight else day, pattern.ends, zone),
        )
        if span.starts_at < span.ends_at:  # else the clock jumped over it
            yield Planned(day, pattern.name, span, _breaks(span, pattern.break_minutes))


def instant(day: date, wall: str, zone: ZoneInfo) -> datetime:
    """When a clock in `zone` shows `wall`, such as 06:00; the first time where it shows it twice.

    A time that the clock jumps over is the instant of the jump's end, so that neighbouring shifts still meet.
    """
    return datetime.combine(day, time.fromisoformat(wall), zone).astimezone(UTC)


def _breaks(span: Span, minutes: int) -> tuple[Span, ...]:
    """The calendar says how long, not when: the break stands in the middle until somebody moves it."""
    length = timedelta(minutes=minutes)
    room = span.ends_at - span.starts_at - length
    if not minutes or room < timedelta(0):
        return ()
    starts = span.starts_at + timedelta(seconds=room.total_seconds() / 2 // _GRID * _GRID)
    return (Span(starts, starts + length),)
