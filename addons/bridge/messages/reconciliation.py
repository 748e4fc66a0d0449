"""A question to the other side and its answer: what it has of each flow. Ours, B2MML has no such message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from addons.bridge.messages.noun import Lined


class Flow(StrEnum):
    """What both sides have, and must have alike."""

    ITEMS = "Items"
    PLACES = "WorkCenters"
    RECEIPTS = "Receipts"
    USES = "Uses"


@dataclass(frozen=True, slots=True)
class Period(Lined):
    """From an instant until another one, which is outside."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Fact(Lined):
    """One thing that both sides know under the same key."""

    flow: Flow
    key: str
    what: str
    quantity: Decimal | None = None
    unit: str | None = None
    at: datetime | None = None
    #: The message by which it was told.
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Total(Lined):
    """All facts of a flow that have one unit: how many, what they sum to, which was the last, and a digest of them."""

    flow: Flow
    count: int
    digest: str
    unit: str | None = None
    quantity: Decimal | None = None
    last: str | None = None
    last_at: datetime | None = None


class Stop(StrEnum):
    """Where a message stays."""

    LEAVING = "Leaving"
    UNDELIVERED = "Undelivered"
    QUEUED = "Queued"
    PARKED = "Parked"
    QUARANTINED = "Quarantined"


@dataclass(frozen=True, slots=True)
class Held(Lined):
    """A message that has had no effect yet, and why."""

    message_id: str
    kind: str
    stop: Stop
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class HeldCount(Lined):
    """How many messages stay somewhere."""

    stop: Stop
    count: int


@dataclass(frozen=True, slots=True)
class GetReconciliation(Lined):
    """What do you have of the company in the period? Facts are told of the flows that are named."""

    verb: ClassVar[str] = "Get"
    noun: ClassVar[str] = "Reconciliation"

    company: str
    period: Period
    flows: tuple[Flow, ...] = ()


@dataclass(frozen=True, slots=True)
class ShowReconciliation(Lined):
    """What one side has."""

    verb: ClassVar[str] = "Show"
    noun: ClassVar[str] = "Reconciliation"

    totals: tuple[Total, ...] = ()
    facts: tuple[Fact, ...] = ()
    counts: tuple[HeldCount, ...] = ()
    held: tuple[Held, ...] = ()
