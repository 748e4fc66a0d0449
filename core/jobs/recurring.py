"""Work that comes again and again: what an addon declares of it, and when it is due next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from croniter import croniter

if TYPE_CHECKING:
    from core.i18n import Text
    from core.jobs.job import Task

_FIELDS = 5
#: The most that a clock is put forward or back.
_SHIFT = timedelta(hours=3)


@dataclass(frozen=True)
class Recurring:
    """A task that is done by the clock, as an addon ships it: a site may change when, and pause it.

    It stands in a list `schedules` in the addon's actions. `cron` has five fields: minute, hour, day of the month,
    month and day of the week, in `zone`.
    """

    name: str
    label: Text
    task: Task
    cron: str
    zone: str = "UTC"
    payload: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON


def is_cron(text: str) -> bool:
    """Whether `text` says moments that come, the same ones whenever it is asked."""
    fields = text.split()
    if len(fields) != _FIELDS or any(each[0] in "RrHh" for each in fields) or not croniter.is_valid(text):
        return False
    return next_due(text, "UTC", datetime.now(UTC)) is not None


def next_due(cron: str, zone: str, after: datetime) -> datetime | None:
    """The first moment after `after` that `cron` says; None when there is none within 50 years.

    Where the clock is put forward, what would fall into the hour that is left out comes as much later. Where it is put
    back, a time of day comes once; what comes every hour, or oftener, comes in both hours.
    """
    tz = ZoneInfo(zone)
    local = after.astimezone(tz).replace(tzinfo=None)
    both = cron.split()[1].startswith("*")
    best: datetime | None = None
    for wall in _walls(cron, local - _SHIFT):
        if best is not None and wall > best.astimezone(tz).replace(tzinfo=None) + _SHIFT:
            break
        for moment in _moments(wall, tz, both=both):
            if moment > after and (best is None or moment < best):
                best = moment
    return best


def _walls(cron: str, start: datetime) -> Iterator[datetime]:
    """What a clock shows at the moments after `start`."""
    times = croniter(cron, start)
    while True:
        try:
            yield times.get_next(datetime)
        except ValueError:  # no further one
            return


def _moments(wall: datetime, tz: ZoneInfo, *, both: bool) -> Iterator[datetime]:
    """The moments at which a clock in `tz` shows `wall`; the one after the change where none does."""
    first = wall.replace(tzinfo=tz).astimezone(UTC)
    yield first
    second = wall.replace(tzinfo=tz, fold=1).astimezone(UTC)
    if both and second > first:
        yield second
