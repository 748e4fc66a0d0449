"""Which of several versions holds on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Effective(Protocol):
    """Something that holds from one day to another, both included; None is open."""

    @property
    def valid_from(self) -> date | None: ...

    @property
    def valid_to(self) -> date | None: ...


E = TypeVar("E", bound=Effective)


def is_effective(version: Effective, day: date) -> bool:
    """Whether the version holds on that day."""
    return (version.valid_from is None or version.valid_from <= day) and (
        version.valid_to is None or day <= version.valid_to
    )


def effective(versions: Iterable[E], day: date) -> list[E]:
    """Those that hold on that day, in their order."""
    return [version for version in versions if is_effective(version, day)]


def latest(versions: Iterable[E], day: date) -> E | None:
    """The one that holds on that day; of several, the one that began last."""
    return max(effective(versions, day), key=lambda v: v.valid_from or date.min, default=None)


def overlap(one: Effective, other: Effective) -> bool:
    """Whether there is a day on which both hold."""
    starts = max(one.valid_from or date.min, other.valid_from or date.min)
    return starts <= min(one.valid_to or date.max, other.valid_to or date.max)
