"""What a machine said: readings, their quality, and what befell who sends them."""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple


class Quality(IntEnum):
    """How far a value is to be trusted, in OPC's numbers where it has one."""

    BAD = 0
    #: The clock of who sent it runs ahead; the value is kept aside.
    BAD_CLOCK = 8
    GOOD = 192
    #: Who sends it is gone.
    STALE = 500


#: The value of a tag; None where its source says that there is none.
Value = float | int | bool | str | None


class Reading(NamedTuple):
    """A value of the tag at `address`, captured `at` microseconds of Unix time."""

    address: str
    at: int
    value: Value
    quality: int = Quality.GOOD
    #: Kept back by its sender while nobody listened.
    historical: bool = False


class Readings(NamedTuple):
    """What one message of a source brought; the epoch is its session's number."""

    source: str
    epoch: int
    values: list[Reading]


class SourceChanged(NamedTuple):
    """A source (an edge node, or a device behind it) came or went, `at` microseconds of Unix time."""

    source: str
    online: bool
    epoch: int
    at: int


class RebirthWanted(NamedTuple):
    """An edge node is to say anew what it has."""

    group: str
    node: str


class Refused(NamedTuple):
    """A message that says nothing usable, and why."""

    topic: str
    reason: str


class PresenceDenied(NamedTuple):
    """Somebody said that this host is offline, which it is not."""


Event = Readings | SourceChanged | RebirthWanted | Refused | PresenceDenied
