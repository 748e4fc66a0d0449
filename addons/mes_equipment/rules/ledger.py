"""The ledger of states, folded: entries, corrections among them, become intervals without gap or overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from addons.mes_equipment.rules.state import STOPS, EquipmentState


@dataclass(frozen=True, slots=True)
class Work:
    """What equipment is busy with: an order, its operation and the item, each perhaps not known."""

    order: str | None = None
    operation: str | None = None
    item_id: int | None = None


NOTHING = Work()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger: from `at` on the state holds, until the next one in time."""

    id: int
    at: datetime
    state: EquipmentState
    reason_id: int | None = None
    work: Work = NOTHING
    #: The entry in whose place this one stands.
    corrects_id: int | None = None
    #: Says nothing of its own: it only takes back what it corrects.
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """A stretch of one state; without an end while it lasts."""

    starts_at: datetime
    ends_at: datetime | None
    state: EquipmentState
    reason_id: int | None
    work: Work
    #: The entry that began it.
    entry_id: int


def effective(entries: Iterable[Entry]) -> list[Entry]:
    """What counts, in time: nothing corrected or withdrawn, and of several at one instant the last recorded."""
    known = list(entries)
    superseded = {entry.corrects_id for entry in known}
    counting = [entry for entry in known if entry.id not in superseded and not entry.withdrawn]
    return list({entry.at: entry for entry in sorted(counting, key=lambda e: (e.at, e.id))}.values())


def fold(entries: Iterable[Entry], minor_stop: timedelta) -> list[Interval]:
    """The intervals of the ledger; a stop shorter than `minor_stop` that nobody gave a reason is a minor one."""
    return [_judged(interval, minor_stop) for interval in _joined(effective(entries))]


def _joined(entries: Iterable[Entry]) -> Iterator[Interval]:
    """Neighbours that say the same are one; what says no reason keeps the one that was given."""
    current: Interval | None = None
    for entry in entries:
        if current is not None and _continues(current, entry):
            continue
        if current is not None:
            yield replace(current, ends_at=entry.at)
        current = Interval(entry.at, None, entry.state, entry.reason_id, entry.work, entry.id)
    if current is not None:
        yield current


def _continues(interval: Interval, entry: Entry) -> bool:
    same = (interval.state, interval.work) == (entry.state, entry.work)
    return same and entry.reason_id in (None, interval.reason_id)


def _judged(interval: Interval, minor_stop: timedelta) -> Interval:
    """While a stop lasts it is what its entry says; its length speaks when it is over."""
    if interval.ends_at is None or interval.reason_id is not None:
        return interval
    waiting = interval.state is EquipmentState.IDLE and interval.work.order is not None
    if interval.state not in STOPS and not waiting:
        return interval
    if interval.ends_at - interval.starts_at < minor_stop:
        return replace(interval, state=EquipmentState.MINOR_STOP)
    if interval.state is EquipmentState.MINOR_STOP:
        return replace(interval, state=EquipmentState.DOWN)
    return interval
