"""The one clock: the moment now, which a test may hold still, and an example that tells of the past."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_held: ContextVar[datetime | None] = ContextVar("held", default=None)


def now() -> datetime:
    """The present instant in UTC."""
    return _held.get() or datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The calendar day in `zone` (IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def held(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` (an aware instant) within the block."""
    token = _held.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _held.reset(token)
