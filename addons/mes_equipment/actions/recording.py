"""The one way into the ledger of states: entries written as a set, and the intervals brought up to date."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from addons.mes_equipment.actions.dirtying import soil
from addons.mes_equipment.actions.floor import ADDON, Watched, watched
from addons.mes_equipment.actions.repeating import refuse_corrected
from addons.mes_equipment.models import EquipmentState, Source, StateChange, StateInterval
from addons.mes_equipment.rules.ledger import NOTHING, Entry, Interval, Work, fold
from addons.mes_equipment.rules.shift import Span
from core import Env, bulk, now


@dataclass(frozen=True, slots=True)
class Said:
    """An entry to be written: what equipment is said to do from `at` on."""

    equipment_id: int
    at: datetime
    state: EquipmentState
    source: Source = Source.AUTO
    #: What it works on; None when that goes on as before.
    work: Work | None = None
    reason_id: int | None = None
    raw: str | None = None
    mode: str | None = None
    person_id: int | None = None
    corrects_id: int | None = None
    withdrawn: bool = False


def record(env: Env, said: Sequence[Said]) -> list[int]:
    """Write entries, in any order of time, and return their ids: late ones and corrections change what came after.

    They act with this addon's rights, so that machines, terminals and other addons may call it.
    """
    if not said:
        return []
    with env.acting_as(ADDON):
        by_equipment: dict[int, list[Said]] = defaultdict(list)
        for each in said:
            by_equipment[each.equipment_id].append(each)
        found = watched(env, by_equipment, lock=True)
        work = {id_: _History.of(env, id_, parts) for id_, parts in by_equipment.items()}
        refuse_corrected(env, StateChange, [s.corrects_id for s in said if s.corrects_id is not None])
        moved = _instants(env, said)
        ids = bulk.create(env, StateChange, _rows(said, found, work))
        for id_ in by_equipment:
            _refold(env, found[id_], moved[id_])
        env.hook.state_changed(env=env, ids=ids)
    return ids


def _rows(
    said: Sequence[Said], found: Mapping[int, Watched], work: Mapping[int, _History]
) -> list[dict[str, object]]:
    """Earlier ones first, since they may say what later ones work on."""
    works = {}
    for index in sorted(range(len(said)), key=lambda i: said[i].at):
        works[index] = work[said[index].equipment_id].follow(said[index])
    return [
        {
            "company_id": found[each.equipment_id].company_id,
            "equipment_id": each.equipment_id,
            "at": each.at,
            "state": each.state,
            "source": each.source,
            "reason_id": each.reason_id,
            "order_code": works[index].order,
            "operation_code": works[index].operation,
            "item_id": works[index].item_id,
            "raw": each.raw,
            "mode": each.mode,
            "person_id": each.person_id,
            "corrects_id": each.corrects_id,
            "withdrawn": each.withdrawn,
        }
        for index, each in enumerate(said)
    ]


class _History:
    """What equipment worked on, before and while entries are written."""

    def __init__(self, known: Iterable[tuple[datetime, Work]]) -> None:
        ordered = list(known)
        self._at = [at for at, _work in ordered]
        self._work = [work for _at, work in ordered]

    @classmethod
    def of(cls, env: Env, equipment_id: int, said: Iterable[Said]) -> _History:
        first = min(each.at for each in said)
        return cls((i.starts_at, i.work) for i in intervals_from(env, equipment_id, first))

    def follow(self, said: Said) -> Work:
        place = bisect_right(self._at, said.at)
        before = self._work[place - 1] if place else NOTHING
        work = before if said.work is None else said.work
        self._at.insert(place, said.at)
        self._work.insert(place, work)
        return work


def intervals_from(env: Env, equipment_id: int, at: datetime) -> list[Interval]:
    """The intervals of equipment that lie after `at`, and the one that covers it."""
    later = StateInterval.ends_at.is_(None) | (StateInterval.ends_at > at)
    return _read(env, [equipment_id], later)[equipment_id]


def intervals_between(env: Env, equipment_ids: Collection[int], span: Span) -> dict[int, list[Interval]]:
    """The intervals of each equipment that meet `span`, whole and in order."""
    begun = StateInterval.starts_at < span.ends_at
    return _read(
        env, equipment_ids, begun, StateInterval.ends_at.is_(None) | (StateInterval.ends_at > span.starts_at)
    )


def _read(
    env: Env, equipment_ids: Collection[int], *conditions: ColumnElement[bool]
) -> dict[int, list[Interval]]:
    asked = select(StateInterval.equipment_id, *_COLUMNS).where(
        StateInterval.equipment_id.in_(equipment_ids), *conditions
    )
    found: dict[int, list[Interval]] = {id_: [] for id_ in equipment_ids}
    for equipment_id, *row in env.session.execute(asked.order_by(StateInterval.starts_at)):
        found[equipment_id].append(_interval(row))
    return found


_COLUMNS = (
    StateInterval.id, StateInterval.starts_at, StateInterval.ends_at, StateInterval.state, StateInterval.reason_id,
    StateInterval.order_code, StateInterval.operation_code, StateInterval.item_id, StateInterval.change_id,
)  # fmt: skip


def _interval(row: Sequence[object]) -> Interval:
    _id, starts_at, ends_at, state, reason_id, order, operation, item_id, change_id = row
    return Interval(starts_at, ends_at, state, reason_id, Work(order, operation, item_id), change_id)  # type: ignore[arg-type]  # as _COLUMNS


def _instants(env: Env, said: Sequence[Said]) -> dict[int, datetime]:
    """The earliest instant by equipment that the entries touch: their own, and those of what they correct."""
    corrected = [each.corrects_id for each in said if each.corrects_id is not None]
    asked = select(StateChange.equipment_id, StateChange.at).where(StateChange.id.in_(corrected))
    touched = [(each.equipment_id, each.at) for each in said]
    touched += [(row[0], row[1]) for row in (env.session.execute(asked) if corrected else ())]
    first: dict[int, datetime] = {}
    for equipment_id, at in touched:
        first[equipment_id] = min(at, first.get(equipment_id, at))
    return first


def _refold(env: Env, equipment: Watched, first: datetime) -> None:
    """Fold the ledger again from the interval before `first` on, and write what differs."""
    begin = env.session.scalar(
        select(func.max(StateInterval.starts_at)).where(
            StateInterval.equipment_id == equipment.id, StateInterval.starts_at < first
        )
    )
    begin = begin or first
    folded = {i.starts_at: i for i in fold(_entries(env, equipment.id, begin), equipment.minor_stop)}
    rows = env.session.execute(
        select(*_COLUMNS).where(StateInterval.equipment_id == equipment.id, StateInterval.starts_at >= begin)
    ).all()
    kept = {row[1]: (row[0], _interval(row)) for row in rows}
    gone = {at: kept[at] for at in kept.keys() - folded.keys()}
    changed = [i for at, i in folded.items() if at in kept and kept[at][1] != i]
    new = [i for at, i in folded.items() if at not in kept]
    bulk.delete(env, StateInterval, [id_ for id_, _interval in gone.values()])
    bulk.update(env, StateInterval, [{"id": kept[i.starts_at][0], **_values(i)} for i in changed])
    bulk.create(
        env,
        StateInterval,
        [{"company_id": equipment.company_id, "equipment_id": equipment.id, **_values(i)} for i in new],
    )
    touched = [*changed, *new, *(interval for _id, interval in gone.values())]
    if touched:
        ends = [i.ends_at or now() for i in touched]
        soil(env, equipment.id, min(i.starts_at for i in touched), max(ends))


def _entries(env: Env, equipment_id: int, begin: datetime) -> list[Entry]:
    """What counts of the ledger from `begin` on."""
    other = aliased(StateChange)
    corrected = select(other.corrects_id).where(
        other.equipment_id == equipment_id, other.corrects_id.is_not(None)
    )
    rows = env.session.execute(
        select(
            StateChange.id, StateChange.at, StateChange.state, StateChange.reason_id, StateChange.order_code,
            StateChange.operation_code, StateChange.item_id,
        ).where(
            StateChange.equipment_id == equipment_id, StateChange.at >= begin, StateChange.withdrawn.is_(False),
            StateChange.id.not_in(corrected),
        )
    )  # fmt: skip
    return [Entry(row[0], row[1], row[2], row[3], Work(row[4], row[5], row[6])) for row in rows]


def _values(interval: Interval) -> dict[str, object]:
    ends = interval.ends_at
    return {
        "starts_at": interval.starts_at,
        "ends_at": ends,
        "seconds": None if ends is None else int(ends.timestamp()) - int(interval.starts_at.timestamp()),
        "state": interval.state,
        "reason_id": interval.reason_id,
        "order_code": interval.work.order,
        "operation_code": interval.work.operation,
        "item_id": interval.work.item_id,
        "change_id": interval.entry_id,
    }
