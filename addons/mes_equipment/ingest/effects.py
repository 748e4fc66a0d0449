"""What readings mean at equipment: its states and the pieces it made, told to the ledgers by their own actions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select

from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.actions.reporting import Report, report
from addons.mes_equipment.ingest.following import Followed, instant
from addons.mes_equipment.ingest.intake import Counted, StateSaid
from addons.mes_equipment.models import (
    CountKind,
    Equipment,
    EquipmentState,
    ShiftInstance,
    StateInterval,
    StateMapLine,
    TagRole,
)
from addons.mes_equipment.rules.shift import Span
from addons.mes_equipment.rules.state import Meaning, translated
from core import Env, UserError

log = logging.getLogger("dovetail.ingest")


class _Map(NamedTuple):
    """How the states of equipment are read, whether it has an order now, and when it has shifts."""

    meanings: list[Meaning]
    has_order: bool
    #: None where nobody plans shifts: it is then always in its calendar.
    shifts: list[Span] | None

    def state(self, raw: str | None, mode: str, at: datetime) -> EquipmentState:
        if raw is None:
            return EquipmentState.UNKNOWN
        in_calendar = self.shifts is None or any(span.holds(at) for span in self.shifts)
        return translated(self.meanings, raw, mode, has_order=self.has_order, in_calendar=in_calendar)


def tell(env: Env, states: Sequence[StateSaid], counts: Sequence[Counted], tags: Iterable[Followed]) -> None:
    """Enter states and pieces; what somebody's listener refuses is logged and stays in the series alone."""
    said = [each for each in states if each.tag.equipment_id is not None]
    made = [each for each in counts if each.tag.equipment_id is not None]
    if said:
        _kept(env, lambda: record(env, _said(env, said, tags)))
    if made:
        _kept(env, lambda: report(env, [_report(each) for each in made]))


def _kept(env: Env, step: Callable[[], object]) -> None:
    try:
        with env.savepoint():
            step()
    except UserError:
        log.exception("What machines did was refused by the ledgers; it is kept in the readings alone.")


def _said(env: Env, states: Sequence[StateSaid], tags: Iterable[Followed]) -> list[Said]:
    instants = [instant(each.at) for each in states]
    maps = _maps(env, {each.tag.equipment_id for each in states}, Span(min(instants), max(instants)))
    modes = {tag.equipment_id: tag.text or "" for tag in tags if tag.role is TagRole.MODE}
    found = []
    for each, at in zip(states, instants, strict=True):
        equipment = each.tag.equipment_id
        assert equipment is not None
        mode = modes.get(equipment, "")
        state = maps[equipment].state(each.raw, mode, at)
        found.append(Said(equipment, at, state, raw=each.raw, mode=mode or None))
    return found


def _maps(env: Env, equipment: Iterable[int | None], during: Span) -> dict[int, _Map]:
    ids = [each for each in equipment if each is not None]
    meanings: dict[int, list[Meaning]] = {id_: [] for id_ in ids}
    asked = (
        select(Equipment.id, StateMapLine)
        .join(StateMapLine, StateMapLine.map_id == Equipment.state_map_id)
        .where(Equipment.id.in_(ids))
        .order_by(StateMapLine.position)
    )
    for id_, line in env.session.execute(asked):
        meanings[id_].append(_meaning(line))
    with_order = set(env.session.scalars(
        select(StateInterval.equipment_id).where(
            StateInterval.equipment_id.in_(ids),
            StateInterval.ends_at.is_(None),
            StateInterval.order_code.is_not(None),
        )
    ))  # fmt: skip
    shifts = _shifts(env, ids, during)
    return {id_: _Map(meanings[id_], id_ in with_order, shifts.get(id_)) for id_ in ids}


def _shifts(env: Env, ids: Sequence[int], during: Span) -> dict[int, list[Span]]:
    """The shifts that meet `during`, of the equipment for which any are planned."""
    planned = select(ShiftInstance.equipment_id).where(ShiftInstance.equipment_id.in_(ids)).distinct()
    found: dict[int, list[Span]] = {id_: [] for id_ in env.session.scalars(planned)}
    asked = select(ShiftInstance.equipment_id, ShiftInstance.starts_at, ShiftInstance.ends_at).where(
        ShiftInstance.equipment_id.in_(ids),
        ShiftInstance.starts_at <= during.ends_at,
        ShiftInstance.ends_at > during.starts_at,
    )
    for id_, starts_at, ends_at in env.session.execute(asked):
        found[id_].append(Span(starts_at, ends_at))
    return found


def _meaning(line: StateMapLine) -> Meaning:
    def said(answer: object) -> bool | None:
        return None if answer is None else str(getattr(answer, "value", answer)) == "yes"

    return Meaning(
        state=line.state,
        raw=line.raw,
        mode=line.mode,
        has_order=said(line.has_order),
        in_calendar=said(line.in_calendar),
    )


def _report(made: Counted) -> Report:
    kind = CountKind.GOOD if made.tag.role is TagRole.GOOD else CountKind.SCRAP
    assert made.tag.equipment_id is not None
    return Report(
        made.tag.equipment_id, instant(made.at), kind, Decimal(repr(made.quantity)),
        idempotency_key=f"tag:{made.tag.id}:{made.at}:{made.reading!r}",
    )  # fmt: skip
