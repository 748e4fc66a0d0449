"""Where time was lost: the stops within shifts, and what they come to by cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from addons.mes_equipment.actions.recording import intervals_between
from addons.mes_equipment.actions.totalling import (
    Dated,
    breaks_of,
    dated,
    loss_of,
    losses_of_reasons,
)
from addons.mes_equipment.models import EquipmentState, Loss, ShiftInstance, StateInterval
from addons.mes_equipment.rules.element import Element, Lost, Window, lost
from addons.mes_equipment.rules.shift import Span
from core import Env, now


@dataclass(frozen=True, slots=True)
class Stop:
    """Time in which equipment made nothing, of one interval and one kind; what lies in no shift is left out."""

    equipment_id: int
    #: The state change that began it; None where no state is known.
    entry_id: int | None
    starts_at: datetime
    ends_at: datetime
    seconds: int
    state: EquipmentState
    reason_id: int | None
    element: Element
    loss: Loss | None


@dataclass(frozen=True, slots=True)
class Cause:
    """What a reason came to; where nobody gave one, what a state came to."""

    reason_id: int | None
    state: EquipmentState | None
    seconds: int
    stops: int


def stops(env: Env, equipment_ids: Collection[int], first: date, last: date) -> list[Stop]:
    """The stops within the shifts that start from `first` to `last`, up to now, the newest first.

    By loss they add up to the time elements of these shifts, to the second.
    """
    shifts = _shifts(env, equipment_ids, first, last)
    if not shifts:
        return []
    span = Span(min(s.span.starts_at for s in shifts), max(s.passed.ends_at for s in shifts))
    intervals = intervals_between(env, {s.equipment_id for s in shifts}, span)
    pauses, losses = breaks_of(env, [s.id for s in shifts]), loss_of(losses_of_reasons(env))
    parts: dict[tuple[object, ...], list[tuple[int, Lost]]] = defaultdict(list)
    for shift in shifts:
        window = Window(shift.passed, pauses.get(shift.id, ()))
        for piece in lost(window, intervals[shift.equipment_id], losses):
            begun = piece.entry_id if piece.entry_id is not None else piece.span.starts_at
            parts[shift.equipment_id, begun, piece.element].append((shift.equipment_id, piece))
    found = [_stop(pieces) for pieces in parts.values()]
    return sorted(found, key=lambda stop: stop.starts_at, reverse=True)


def by_cause(found: Iterable[Stop]) -> list[Cause]:
    """What stops come to by reason, the longest first; those without one by what equipment did."""
    sums: dict[tuple[int | None, EquipmentState | None], list[int]] = defaultdict(list)
    for stop in found:
        sums[stop.reason_id, stop.state if stop.reason_id is None else None].append(stop.seconds)
    causes = [Cause(*key, sum(seconds), len(seconds)) for key, seconds in sums.items()]
    return sorted(causes, key=lambda cause: -cause.seconds)


def interval_ids(env: Env, found: Collection[Stop]) -> dict[int, int]:
    """The intervals of stops, by the state change that began them."""
    asked = select(StateInterval.change_id, StateInterval.id).where(
        StateInterval.change_id.in_([stop.entry_id for stop in found if stop.entry_id is not None])
    )
    return {row[0]: row[1] for row in env.session.execute(asked)}


def _shifts(env: Env, equipment_ids: Collection[int], first: date, last: date) -> list[Dated]:
    begun = env.session.scalars(
        select(ShiftInstance).where(
            ShiftInstance.equipment_id.in_(equipment_ids), ShiftInstance.day.between(first, last),
            ShiftInstance.starts_at <= now(),
        ).order_by(ShiftInstance.starts_at)
    )  # fmt: skip
    return [dated(shift) for shift in begun]


def _stop(pieces: Collection[tuple[int, Lost]]) -> Stop:
    (equipment_id, first), *_rest = pieces
    lasting = [piece for _equipment, piece in pieces]
    return Stop(
        equipment_id, first.entry_id, min(p.span.starts_at for p in lasting), max(p.span.ends_at for p in lasting),
        sum(p.seconds for p in lasting), first.state, first.reason_id, first.element, first.loss,
    )  # fmt: skip
