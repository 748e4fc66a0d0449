"""The back-ups in a folder: their names, and which of them are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.backup.archive import ENCRYPTED, PLAIN
from core.config import Settings

_STAMP = "%Y%m%dT%H%M%S%fZ"
_NAMED = re.compile(r"dovetail-(?P<at>\d{8}T\d{12}Z)\.tar\.gz(?:\.age)?")


@dataclass(frozen=True)
class Kept:
    """A back-up as its name tells it."""

    path: Path
    #: The moment whose state it holds, in UTC.
    at: datetime


def name_at(at: datetime, *, encrypted: bool, of: str = "dovetail") -> str:
    return f"{of}-{at.astimezone(UTC):{_STAMP}}{ENCRYPTED if encrypted else PLAIN}"


def found(folder: Path) -> list[Kept]:
    """The back-ups in `folder`, newest first."""
    named = ((path, _NAMED.fullmatch(path.name)) for path in folder.glob("dovetail-*"))
    known = [Kept(path, datetime.strptime(m["at"], _STAMP).replace(tzinfo=UTC)) for path, m in named if m]
    return sorted(known, key=lambda kept: kept.at, reverse=True)


def outlived_of(settings: Settings, folder: Path) -> list[Kept]:
    """Those in `folder` that the settings of the site do not keep."""
    return outlived(
        found(folder),
        daily=settings.backup_days,
        weekly=settings.backup_weeks,
        monthly=settings.backup_months,
    )


def outlived(kept: Iterable[Kept], *, daily: int, weekly: int, monthly: int) -> list[Kept]:
    """Those that go when the newest of each of the last so many days, ISO weeks and months that have one are kept.

    The newest of all always stays.
    """
    newest_first = sorted(kept, key=lambda each: each.at, reverse=True)
    stay = set(newest_first[:1])
    for period, count in ((_day, daily), (_week, weekly), (_month, monthly)):
        stay.update(_newest_of_each(newest_first, period, count))
    return [each for each in newest_first if each not in stay]


def _newest_of_each(
    newest_first: list[Kept], period: Callable[[datetime], object], count: int
) -> Iterator[Kept]:
    seen: set[object] = set()
    for each in newest_first:
        if period(each.at) not in seen and len(seen) < count:
            seen.add(period(each.at))
            yield each


def _day(at: datetime) -> object:
    return at.date()


def _week(at: datetime) -> object:
    return at.isocalendar()[:2]


def _month(at: datetime) -> object:
    return at.year, at.month
