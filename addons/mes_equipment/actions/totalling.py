"""The time elements of shifts: computed from intervals and counts, and kept for the shifts that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from addons.mes_equipment.actions.floor import ADDON
from addons.mes_equipment.actions.placing import chain, spots
from addons.mes_equipment.actions.recording import intervals_between
from addons.mes_equipment.models import (
    CountEvent,
    Equipment,
    Loss,
    Reason,
    ShiftBreak,
    ShiftInstance,
    TimeElements,
    team_leader,
)
from addons.mes_equipment.rules.element import Counted, Elements, Key, Window, elements
from addons.mes_equipment.rules.rate import Rated, planned_run_time
from addons.mes_equipment.rules.shift import Span
from core import Env, Run, _, action, bulk, now, task
from core.base import Operation, Routing

#: Shifts of one transaction of the scheduled task.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Dated:
    """A shift to be computed."""

    id: int
    company_id: int
    equipment_id: int
    day: date
    span: Span

    @property
    def passed(self) -> Span:
        """What of it lies behind, empty while it is to come."""
        return Span(self.span.starts_at, max(self.span.starts_at, min(self.span.ends_at, now())))


@action(_("Recompute"), on=ShiftInstance, roles=[team_leader], icon="refresh")
def recompute_shifts(env: Env, shifts: Sequence[ShiftInstance]) -> None:
    """Compute where the time of these shifts went once more, such as after a planned run time was put right."""
    recompute(env, [shift.id for shift in shifts])


@task("mes_equipment.recompute")
def recompute_all(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Compute every shift that changed, oldest first; those that still last are computed where they are read."""
    done = 0
    while True:
        with run.env() as env:
            ready = dirty(env, BATCH)
            recompute(env, ready)
        done += len(ready)
        run.progress(done)
        if len(ready) < BATCH:
            return {"computed": done}


def dirty(env: Env, most: int) -> list[int]:
    """Shifts that are over and changed since they were computed; those that somebody holds come later."""
    found = env.session.scalars(
        select(ShiftInstance.id)
        .where(ShiftInstance.dirty, ShiftInstance.ends_at <= now())
        .order_by(ShiftInstance.starts_at)
        .limit(most)
        .with_for_update(of=ShiftInstance, skip_locked=True)
    )
    return list(found)


def recompute(env: Env, ids: Sequence[int]) -> None:
    """Write the time elements of shifts in place of the former ones; one that still lasts stays to be recomputed.

    The shifts are held from before their states are read: who writes a state waits, and finds them computed.
    """
    with env.acting_as(ADDON):
        held = select(ShiftInstance).where(ShiftInstance.id.in_(ids)).order_by(ShiftInstance.id)
        shifts = [dated(shift) for shift in env.session.scalars(held.with_for_update(of=ShiftInstance))]
        former = env.session.scalars(select(TimeElements.id).where(TimeElements.shift_id.in_(ids)))
        bulk.delete(env, TimeElements, list(former))
        found = computed(env, shifts)
        bulk.create(
            env,
            TimeElements,
            [_row(shift, key, e) for shift in shifts for key, e in found[shift.id].items()],
        )
        over = [shift.id for shift in shifts if shift.span.ends_at <= now()]
        bulk.update(env, ShiftInstance, [{"id": shift_id, "dirty": False} for shift_id in over])


def computed(env: Env, shifts: Sequence[Dated]) -> dict[int, dict[Key, Elements]]:
    """The time elements of shifts by order and item as they are now, up to the present instant."""
    if not shifts:
        return {}
    losses = losses_of_reasons(env)
    pauses = breaks_of(env, [shift.id for shift in shifts])
    ids = {shift.equipment_id for shift in shifts}
    rates = _Rates.of(env, ids)
    span = Span(min(s.span.starts_at for s in shifts), max(s.span.ends_at for s in shifts))
    intervals = intervals_between(env, ids, span)
    counts = _counts(env, ids, span, losses)
    found: dict[int, dict[Key, Elements]] = {}
    for shift in shifts:
        passed = shift.passed
        made = [counted for at, counted in counts[shift.equipment_id] if shift.span.holds(at)]
        rate = rates.on(shift.equipment_id, shift.day)
        window = Window(passed, pauses.get(shift.id, ()))
        found[shift.id] = elements(window, intervals[shift.equipment_id], made, loss_of(losses), rate)
    return found


def losses_of_reasons(env: Env) -> dict[int, Loss]:
    """The loss that each reason counts as."""
    return {row[0]: row[1] for row in env.session.execute(select(Reason.id, Reason.loss))}


def loss_of(losses: Mapping[int, Loss]) -> Callable[[int], Loss]:
    """The same as a question; a reason that is not there has none of its own."""
    return lambda reason_id: losses.get(reason_id, Loss.NONE)


def dated(shift: ShiftInstance) -> Dated:
    """What computing needs of a shift."""
    return Dated(
        shift.id, shift.company_id, shift.equipment_id, shift.day, Span(shift.starts_at, shift.ends_at)
    )


def _row(shift: Dated, key: Key, e: Elements) -> dict[str, object]:
    return {
        "company_id": shift.company_id,
        "shift_id": shift.id,
        "equipment_id": shift.equipment_id,
        "day": shift.day,
        "order_code": key.order,
        "item_id": key.item_id,
        **asdict(e),
    }


def breaks_of(env: Env, shift_ids: Collection[int]) -> dict[int, list[Span]]:
    """The breaks of each shift that has some."""
    rows = env.session.execute(
        select(ShiftBreak.shift_id, ShiftBreak.starts_at, ShiftBreak.ends_at).where(
            ShiftBreak.shift_id.in_(shift_ids)
        )
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for shift_id, starts_at, ends_at in rows:
        found[shift_id].append(Span(starts_at, ends_at))
    return found


def _counts(
    env: Env, equipment_ids: Collection[int], span: Span, losses: Mapping[int, Loss]
) -> dict[int, list[tuple[datetime, Counted]]]:
    """What counts of the ledger of pieces within a span, by equipment."""
    other = aliased(CountEvent)
    corrected = select(other.corrects_id).where(
        other.equipment_id.in_(equipment_ids), other.corrects_id.is_not(None)
    )
    rows = env.session.execute(
        select(
            CountEvent.equipment_id, CountEvent.at, CountEvent.kind, CountEvent.quantity, CountEvent.order_code,
            CountEvent.item_id,
            CountEvent.reason_id, CountEvent.operation_code,
        ).where(
            CountEvent.equipment_id.in_(equipment_ids), CountEvent.at >= span.starts_at, CountEvent.at < span.ends_at,
            CountEvent.id.not_in(corrected),
        )
    )  # fmt: skip
    found: dict[int, list[tuple[datetime, Counted]]] = {id_: [] for id_ in equipment_ids}
    for equipment_id, at, kind, quantity, order, item_id, reason_id, operation in rows:
        loss = losses.get(reason_id or 0)
        found[equipment_id].append((at, Counted(Key(order, item_id), kind, quantity, loss, operation)))
    return found


class _Rates:
    """Planned run times at equipment, from the routings of items and from the nominal cycle."""

    def __init__(
        self,
        rated: Sequence[Rated],
        places: Mapping[int, Sequence[int]],
        nominal: Mapping[int, Decimal | None],
    ) -> None:
        self._rated, self._places, self._nominal = rated, places, nominal

    @classmethod
    def of(cls, env: Env, equipment_ids: Iterable[int]) -> _Rates:
        known, ids = spots(env), list(equipment_ids)
        places = {id_: [spot.id for spot in chain(known, id_)] for id_ in ids}
        rows = env.session.execute(
            select(
                Routing.item_id, Operation.work_center_id, Operation.position, Operation.cycle_seconds,
                Routing.valid_from, Routing.valid_to,
            )
            .join(Operation, Operation.routing_id == Routing.id)
            .where(
                Routing.active, Operation.cycle_seconds > 0,
                Operation.work_center_id.in_({place for line in places.values() for place in line}),
            )
        )  # fmt: skip
        rated = [Rated(row[0], row[1], str(row[2]), *row[3:]) for row in rows]
        nominal = env.session.execute(
            select(Equipment.id, Equipment.cycle_seconds).where(Equipment.id.in_(ids))
        )
        return cls(rated, places, {row[0]: row[1] for row in nominal})

    def on(self, equipment_id: int, day: date) -> Callable[[Counted], Decimal | None]:
        def seconds(counted: Counted) -> Decimal | None:
            found = planned_run_time(
                self._rated, self._places[equipment_id], counted.key.item_id, counted.operation, day
            )
            return found if found is not None else self._nominal.get(equipment_id)

        return seconds
