"""The readings of the example: a month of summaries, the last hours one by one, and those of the time that goes on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from addons.mes_equipment.demo.gauges import GAUGES, SILENT, Gauge
from addons.mes_equipment.demo.machines import company_of
from addons.mes_equipment.ingest import storing
from addons.mes_equipment.ingest.following import Followed, Tags
from addons.mes_equipment.ingest.intake import Intake
from addons.mes_equipment.models import EquipmentState, Protocol, StateInterval, Tag
from addons.mes_equipment.rules.reading import Quality
from addons.mes_equipment.rules.rollup import HOUR_US, MINUTE_US, Bucket
from core import Env, Principal, bulk, now
from core.base import Unit

#: What the floor did is told for two weeks; those before them are measured as if they had been the same.
_TOLD = timedelta(days=14)
_HOURS_BACK, _MINUTES_BACK, _READINGS_BACK = timedelta(days=30), timedelta(hours=25), timedelta(hours=1)
_SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A state from an instant to another, in seconds."""

    begin: int
    end: int
    state: EquipmentState


@dataclass(frozen=True, slots=True)
class _Measured:
    """A gauge of a machine and its tag."""

    equipment_id: int
    gauge: Gauge
    phase: float
    tag: Followed

    def value(self, state: EquipmentState, at: float) -> float:
        return self.gauge.value(self.phase, state, at)


def write(env: Env, ids: Mapping[str, int]) -> None:
    """Make the tags, and what they had up to now."""
    _make_tags(env, ids)
    env.flush()
    with env.on_behalf_of(Principal(company_id=company_of(env, ids))) as own:
        tags, intake = _tags(own), Intake()
        until = int(now().timestamp())
        told = _told(env, ids, until)
        past = {equipment: _Past.of(stretches, until) for equipment, stretches in told.items()}
        for each in _measured(ids, tags):
            if each.equipment_id in past:
                _measure(intake, each, past[each.equipment_id])
        storing.store(own, intake, tags)


def is_due(since: datetime, until: datetime) -> bool:
    return any(_ticks(gauge, since, until) for gauges in GAUGES.values() for gauge in gauges)


def tell(env: Env, ids: Mapping[str, int], since: datetime, until: datetime) -> None:
    """What is read after `since` up to `until`; what a machine does now it did all the while."""
    lasting = env.session.execute(
        select(StateInterval.equipment_id, StateInterval.state).where(
            StateInterval.ends_at.is_(None), StateInterval.equipment_id.in_(ids.values())
        )
    )
    doing = {row.equipment_id: row.state for row in lasting}
    with env.on_behalf_of(Principal(company_id=company_of(env, ids))) as own:
        tags, intake = _tags(own), Intake()
        for each in _measured(ids, tags):
            _read(intake, each, doing.get(each.equipment_id, EquipmentState.UNKNOWN),
                  _ticks(each.gauge, since, until))  # fmt: skip
        storing.store(own, intake, tags)


def lose(env: Env, ids: Mapping[str, int], at: datetime) -> None:
    """Nobody heard the gauges since `at`."""
    with env.on_behalf_of(Principal(company_id=company_of(env, ids))) as own:
        tags, intake = _tags(own), Intake()
        intake.lose((each.tag for each in _measured(ids, tags)), int(at.timestamp()) * _SECOND_US)
        storing.store(own, intake, tags)


def _make_tags(env: Env, ids: Mapping[str, int]) -> None:
    units = {row.code: row.id for row in env.session.execute(select(Unit.code, Unit.id))}
    company = company_of(env, ids)
    bulk.create(env, Tag, [
        {"company_id": company, "path": _path(code, gauge), "address": _path(code, gauge), "protocol": Protocol.MQTT,
         "work_center_id": ids[code], "unit_id": units[gauge.unit], "low": Decimal(gauge.span[0]),
         "high": Decimal(gauge.span[1])}
        for code, gauge in _all(ids)
    ])  # fmt: skip


def _path(code: str, gauge: Gauge) -> str:
    return f"Kestrel/Alden/{code}/{gauge.name}"


def _all(ids: Mapping[str, int]) -> Iterator[tuple[str, Gauge]]:
    return ((code, gauge) for code, gauges in GAUGES.items() if code in ids for gauge in gauges)


def _tags(env: Env) -> Tags:
    found = Tags()
    found.load(env)
    return found


def _measured(ids: Mapping[str, int], tags: Tags) -> Iterator[_Measured]:
    """The gauges whose tags are still there; somebody may have changed them."""
    for code, gauge in _all(ids):
        tag = tags.get(Protocol.MQTT.value, _path(code, gauge))
        if tag is not None:
            yield _Measured(ids[code], gauge, float(ids[code]), tag)


def _ticks(gauge: Gauge, since: datetime, until: datetime) -> range:
    """The seconds at which a gauge is read, after `since` up to and with `until`."""
    every = gauge.every_seconds
    return range((int(since.timestamp()) // every + 1) * every, int(until.timestamp()) + 1, every)


def _told(env: Env, ids: Mapping[str, int], until: int) -> dict[int, list[_Stretch]]:
    """What each machine did over the last month, in order, as far as somebody hears it."""
    rows = env.session.execute(
        select(
            StateInterval.equipment_id, StateInterval.starts_at, StateInterval.ends_at, StateInterval.state
        )
        .where(StateInterval.equipment_id.in_([ids[code] for code in GAUGES if code in ids]))
        .order_by(StateInterval.starts_at)
    )
    fortnight = int(_TOLD.total_seconds())
    once: dict[int, list[_Stretch]] = defaultdict(list)
    for equipment, starts, ends, state in rows:
        end = int(ends.timestamp()) if ends else until
        if end > until - fortnight and state not in SILENT:
            once[equipment].append(_Stretch(max(int(starts.timestamp()), until - fortnight), end, state))
    return {
        equipment: [
            _Stretch(each.begin - back * fortnight, each.end - back * fortnight, each.state)
            for back in (2, 1, 0) for each in stretches
        ]
        for equipment, stretches in once.items()
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Past:
    """What a machine did: cut into hours and minutes up to a full hour, and whole for the readings from there on."""

    told: Sequence[_Stretch]
    hours: Mapping[int, Sequence[_Stretch]]
    minutes: Mapping[int, Sequence[_Stretch]]
    readings: int
    until: int

    @classmethod
    def of(cls, told: Sequence[_Stretch], until: int) -> _Past:
        readings = until - int(_READINGS_BACK.total_seconds())
        readings -= readings % 3600
        hours, minutes = (until - int(back.total_seconds()) for back in (_HOURS_BACK, _MINUTES_BACK))
        return cls(
            told, _parts(told, hours, readings, 3600), _parts(told, minutes, readings, 60), readings, until
        )


def _measure(intake: Intake, each: _Measured, past: _Past) -> None:
    every = each.gauge.every_seconds
    _summarize(intake.hours, each, past.hours, HOUR_US)
    read = {start: parts for start, parts in past.minutes.items() if start % max(every, 60) == 0}
    _summarize(intake.minutes, each, read, MINUTE_US)
    for stretch in past.told:
        if stretch.end > past.readings:
            first = -(-max(stretch.begin, past.readings) // every) * every
            _read(intake, each, stretch.state, range(first, min(stretch.end, past.until + 1), every))
    if past.told and past.told[-1].end < past.until:
        intake.lose([each.tag], past.told[-1].end * _SECOND_US)


def _read(intake: Intake, each: _Measured, state: EquipmentState, ticks: Iterable[int]) -> None:
    if state not in SILENT:
        for at in ticks:
            intake.take(each.tag, at * _SECOND_US, each.value(state, at), Quality.GOOD, 0, historical=False)


def _parts(told: Sequence[_Stretch], begin: int, end: int, length: int) -> dict[int, list[_Stretch]]:
    """The stretches cut into buckets of `length` seconds, by the begin of the bucket."""
    found: dict[int, list[_Stretch]] = {}
    for stretch in told:
        first, last = max(stretch.begin, begin - begin % length), min(stretch.end, end)
        for bucket in range(first - first % length, last, length):
            part = _Stretch(max(bucket, first), min(bucket + length, last), stretch.state)
            found.setdefault(bucket, []).append(part)
    return found


def _summarize(
    into: dict[tuple[int, int], Bucket], each: _Measured, parts: Mapping[int, Sequence[_Stretch]], length: int
) -> None:
    """What the readings of each bucket would have come to."""
    gauge, id_ = each.gauge, each.tag.id
    levels = {state: (gauge.level(state), gauge.swing_at(state)) for state in EquipmentState}
    for start, stretches in parts.items():
        about = [levels[part.state] for part in stretches]
        said = sum(part.end - part.begin for part in stretches)
        last = stretches[-1]
        value = each.value(last.state, start)
        if length == HOUR_US:
            mean = sum(levels[part.state][0] * (part.end - part.begin) for part in stretches) / said
        else:
            mean = value
        count = max(said // gauge.every_seconds, 1)
        begin, end = stretches[0].begin * _SECOND_US, last.end * _SECOND_US
        into[id_, start * _SECOND_US] = Bucket(
            max(min(level - swing for level, swing in about), 0.0), max(level + swing for level, swing in about),
            mean * count, count, mean * said, float(said), value, begin, value, end,
        )  # fmt: skip
