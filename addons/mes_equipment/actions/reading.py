"""What is read of the floor by its pages and by other addons: states, time, losses and stops, as the person may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import select

from addons.mes_equipment.actions.placing import Spot, areas, spots
from addons.mes_equipment.actions.recording import intervals_between
from addons.mes_equipment.actions.totalling import computed, dated
from addons.mes_equipment.models import (
    EquipmentState,
    ShiftInstance,
    StateInterval,
    TimeElements,
)
from addons.mes_equipment.rules.element import Elements, Key, total
from addons.mes_equipment.rules.ledger import Interval
from addons.mes_equipment.rules.shift import Span
from addons.mes_equipment.rules.state import TO_EXPLAIN
from core import Env, now


@dataclass(frozen=True, slots=True)
class MachineNow:
    """Equipment at this moment; without a state where nothing was ever said of it."""

    equipment_id: int
    code: str
    name: str
    state: EquipmentState
    since: datetime | None
    reason_id: int | None
    order_code: str | None
    item_id: int | None
    shift: Span | None
    shift_name: str
    elements: Elements


@dataclass(frozen=True, slots=True)
class AreaNow:
    """An area with its equipment, in its order on the floor."""

    area_id: int
    code: str
    name: str
    machines: Sequence[MachineNow]

    @property
    def elements(self) -> Elements:
        """Of the running shifts of all its equipment."""
        return total(machine.elements for machine in self.machines)


@dataclass(frozen=True, slots=True)
class ShiftElements:
    """Where the time of a shift went, by order and item."""

    shift_id: int
    equipment_id: int
    name: str
    day: date
    span: Span
    by_work: dict[Key, Elements]

    @property
    def total(self) -> Elements:
        return total(self.by_work.values())


def floor_now(env: Env) -> list[AreaNow]:
    """Every area with monitored equipment: states, orders and the time of the shift up to now."""
    floor = areas(env, spots(env))
    ids = [spot.id for area in floor for spot in area.equipment]
    states = {
        i.equipment_id: i
        for i in env.session.scalars(
            select(StateInterval).where(StateInterval.equipment_id.in_(ids), StateInterval.ends_at.is_(None))
        )
    }
    shifts = {s.equipment_id: s for s in _shifts(env, ids, now(), now())}
    return [
        AreaNow(
            area.spot.id, area.spot.code, area.spot.name,
            [_machine(spot, states.get(spot.id), shifts.get(spot.id)) for spot in area.equipment],
        )
        for area in floor
    ]  # fmt: skip


def _machine(spot: Spot, state: StateInterval | None, shift: ShiftElements | None) -> MachineNow:
    return MachineNow(
        spot.id, spot.code, spot.name,
        state.state if state else EquipmentState.UNKNOWN,
        state.starts_at if state else None,
        state.reason_id if state else None,
        state.order_code if state else None,
        state.item_id if state else None,
        shift.span if shift else None,
        shift.name if shift else "",
        shift.total if shift else Elements(),
    )  # fmt: skip


def intervals(env: Env, equipment_id: int, starts_at: datetime, ends_at: datetime) -> list[Interval]:
    """The states of equipment that meet the time between two instants, whole; an open one has no end."""
    return intervals_between(env, [equipment_id], Span(starts_at, ends_at))[equipment_id]


def elements_by_shift(
    env: Env, equipment_ids: Collection[int], first: date, last: date
) -> list[ShiftElements]:
    """Every shift that starts from `first` to `last`, as far as it has come: kept ones as kept, others computed now."""
    shifts = env.session.scalars(
        select(ShiftInstance)
        .where(
            ShiftInstance.equipment_id.in_(equipment_ids), ShiftInstance.day >= first, ShiftInstance.day <= last,
            ShiftInstance.starts_at <= now(),
        )
        .order_by(ShiftInstance.starts_at, ShiftInstance.equipment_id)
    )  # fmt: skip
    return _with_elements(env, shifts.all())


def elements_of(env: Env, equipment_ids: Collection[int], first: date, last: date) -> dict[int, Elements]:
    """The sum over a period by equipment, to be divided by the reader."""
    found: dict[int, Elements] = dict.fromkeys(equipment_ids, Elements())
    for shift in elements_by_shift(env, equipment_ids, first, last):
        found[shift.equipment_id] += shift.total
    return found


def open_stops(
    env: Env, equipment_ids: Collection[int] | None = None, most: int = 200
) -> list[StateInterval]:
    """Stops that nobody explained, the newest first."""
    statement = select(StateInterval).where(
        StateInterval.state.in_(TO_EXPLAIN), StateInterval.reason_id.is_(None)
    )
    if equipment_ids is not None:
        statement = statement.where(StateInterval.equipment_id.in_(equipment_ids))
    return list(env.session.scalars(statement.order_by(StateInterval.starts_at.desc()).limit(most)))


def _shifts(
    env: Env, equipment_ids: Collection[int], starts_at: datetime, ends_at: datetime
) -> list[ShiftElements]:
    met = env.session.scalars(
        select(ShiftInstance).where(
            ShiftInstance.equipment_id.in_(equipment_ids),
            ShiftInstance.starts_at <= ends_at,
            ShiftInstance.ends_at > starts_at,
        )
    )
    return _with_elements(env, met.all())


def _with_elements(env: Env, shifts: Sequence[ShiftInstance]) -> list[ShiftElements]:
    found = _kept(env, [s.id for s in shifts if not s.dirty])
    found |= computed(env, [dated(s) for s in shifts if s.dirty])
    return [
        ShiftElements(s.id, s.equipment_id, s.name, s.day, Span(s.starts_at, s.ends_at), found.get(s.id, {}))
        for s in shifts
    ]


def _kept(env: Env, shift_ids: Collection[int]) -> dict[int, dict[Key, Elements]]:
    names = [f.name for f in fields(Elements)]
    rows = env.session.scalars(select(TimeElements).where(TimeElements.shift_id.in_(shift_ids)))
    found: dict[int, dict[Key, Elements]] = defaultdict(dict)
    for row in rows if shift_ids else ():
        values = {name: getattr(row, name) for name in names}
        found[row.shift_id][Key(row.order_code, row.item_id)] = Elements(**values)
    return found
