"""How finely a stretch of time is read, for how long nothing may be heard in it, and where its days begin."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import Enum
from functools import lru_cache
from zoneinfo import ZoneInfo

#: Points of one series at most: more than a screen can show.
MOST_POINTS = 1500
#: A source that is to be heard every ten minutes is late after a quarter of an hour.
_PATIENCE = 1.5
_HOUR = timedelta(hours=1)
_DAY_SECONDS = 86_400


class Resolution(Enum):
    """What a point stands for, with its length in seconds; a reading stands for itself."""

    READING = 0
    MINUTE = 60
    HOUR = 3600
    DAY = _DAY_SECONDS


def resolution(length: timedelta) -> Resolution:
    """The finest that keeps a series below MOST_POINTS; readings may still be too many."""
    if length <= 2 * _HOUR:
        return Resolution.READING
    found = (
        r for r in (Resolution.MINUTE, Resolution.HOUR) if length.total_seconds() <= MOST_POINTS * r.value
    )
    return next(found, Resolution.DAY)


def silence(each: Resolution, longest_seconds: int) -> float:
    """For how many seconds nothing may be heard before the line ends: who is silent for longer says nothing."""
    return _PATIENCE * max(each.value, longest_seconds)


def day_offsets(zone: str, begin: datetime, end: datetime) -> list[tuple[datetime, int]]:
    """How many seconds the clocks of `zone` are ahead of UTC, each until an instant, the last one until `end`."""
    clock = ZoneInfo(zone)
    found: list[tuple[datetime, int]] = []
    at = begin
    while at < end:
        following = min(at + timedelta(days=1), end)
        if _ahead(clock, at) != _ahead(clock, following):
            following = _change(clock, at)
            found.append((following, _ahead(clock, at)))
        at = following
    return [*found, (end, _ahead(clock, end))]


@lru_cache(maxsize=4096)
def day_begin(zone: str, number: int) -> datetime:
    """When the day that is `number` days after 1970-01-01 begins in `zone`."""
    return datetime.combine(date(1970, 1, 1) + timedelta(days=number), time(), ZoneInfo(zone))


def _ahead(clock: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(clock).utcoffset()
    return 0 if offset is None else round(offset.total_seconds())


def _change(clock: ZoneInfo, at: datetime) -> datetime:
    """The full hour within a day after `at` at which its clocks are changed."""
    before, hour = _ahead(clock, at), at.replace(minute=0, second=0, microsecond=0)
    while _ahead(clock, hour) == before or hour <= at:
        hour += _HOUR
    return hour
