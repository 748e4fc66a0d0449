"""Reading what tags had and have: for whoever may read the tags, and of those alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from addons.mes_equipment.models import Latest, RollupHour, RollupMinute, Tag, Telemetry
from addons.mes_equipment.rules import rollup
from core import Env, now

_EPOCH_STEP = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Value:
    """What a tag had at an instant."""

    at: datetime | None
    value: float | str | None
    quality: int


@dataclass(frozen=True, slots=True)
class Summed:
    """What a tag's readings of a minute or an hour come to; the mean is weighted by time."""

    at: datetime
    low: float
    high: float
    mean: float
    count: int


def latest(env: Env, tags: Collection[int]) -> dict[int, Value]:
    """The value now of those of `tags` that the person may read and that ever had one."""
    seen = _readable(env, tags)
    columns = select(Latest.source_id, Latest.at, Latest.value, Latest.text, Latest.quality)
    with env.as_system() as system:
        rows = system.session.execute(columns.where(Latest.source_id.in_(seen)))
        return {
            id_: Value(at, number if text is None else text, quality)
            for id_, at, number, text, quality in rows
        }


def trend(env: Env, tag: int, begin: datetime, end: datetime) -> list[Value]:
    """The kept numbers of a tag from `begin` up to `end`."""
    columns = select(Telemetry.at, Telemetry.value, Telemetry.quality).order_by(Telemetry.at)
    within = (Telemetry.source_id.in_(_readable(env, [tag])), Telemetry.at >= begin, Telemetry.at < end)
    with env.as_system() as system:
        return [Value(*row) for row in system.session.execute(columns.where(*within))]


def summaries(env: Env, tag: int, begin: datetime, end: datetime, *, hourly: bool = False) -> list[Summed]:
    """The minutes or hours of a tag that had a reading; one without holds the last value of the one before."""
    model: type[RollupMinute | RollupHour] = RollupHour if hourly else RollupMinute
    length = timedelta(hours=1) if hourly else timedelta(minutes=1)
    columns = select(
        model.at, model.low, model.high, model.count, model.area, model.covered, model.last, model.last_at
    ).order_by(model.at)
    within = (model.source_id.in_(_readable(env, [tag])), model.at >= begin, model.at < end)
    with env.as_system() as system:
        rows = system.session.execute(columns.where(*within)).all()
    return [
        Summed(at, low, high, _mean(area, covered, last, last_at, min(at + length, now())), count)
        for at, low, high, count, area, covered, last, last_at in rows
    ]


def _mean(area: float, covered: float, last: float, last_at: datetime, until: datetime) -> float:
    return rollup.mean(area, covered, last, 0, (until - last_at) // _EPOCH_STEP)


def _readable(env: Env, tags: Collection[int]) -> list[int]:
    return list(env.session.scalars(select(Tag.id).where(Tag.id.in_(tags))))
