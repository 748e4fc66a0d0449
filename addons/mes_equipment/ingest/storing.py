"""An intake written to the tables in the transaction of its caller, and buckets computed anew for late readings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from addons.mes_equipment.ingest import effects
from addons.mes_equipment.ingest.following import Tags, instant, microseconds
from addons.mes_equipment.ingest.intake import Intake, Row, StateSaid
from addons.mes_equipment.models import (
    DirtyBucket,
    Latest,
    Quarantine,
    Retention,
    RollupHour,
    RollupMinute,
    Tag,
    TagRole,
    Telemetry,
    TelemetryText,
)
from addons.mes_equipment.rules import rollup
from addons.mes_equipment.rules.rollup import HOUR_US, MINUTE_US, Bucket, Held
from core import Env, Summary, now, series

#: Buckets that one transaction computes anew.
_AT_ONCE = 200
_AT, _MARK, _VALUE = 1, 2, 4
#: For how many days summaries are kept.
_SUMMARIES_KEPT: dict[type[Summary], int] = {RollupMinute: 730, RollupHour: 3650}


def store(env: Env, intake: Intake, tags: Tags) -> None:
    """Write all of `intake`; whatever is there already stays as it is and counts no second time."""
    series.append(env, Telemetry, intake.numbers)
    series.append(env, TelemetryText, intake.texts)
    _store_late(env, intake)  # after the others: it may repeat one of them
    series.append(env, Quarantine, intake.quarantined)
    series.merge(env, RollupMinute, _rows(intake.minutes))
    series.merge(env, RollupHour, _rows(intake.hours))
    series.merge(env, Latest, [tag.latest() for tag in intake.touched.values()])
    effects.tell(env, intake.states, intake.counts, tags.all())
    for tag in intake.touched.values():
        tag.minute = tag.hour = None


def _store_late(env: Env, intake: Intake) -> None:
    """Late readings count in the summaries when they are new; states among them fill the past."""
    numbers = _new_rows(intake.late_numbers, series.append_new(env, Telemetry, intake.late_numbers))
    texts = _new_rows(intake.late_texts, series.append_new(env, TelemetryText, intake.late_texts))
    dirty: dict[tuple[int, datetime], datetime] = {}
    for row in numbers:
        if row[_VALUE] is not None:
            at = microseconds(row[_AT])
            intake.sum_up_late(row[0], at, row[_VALUE])
            dirty[row[0], instant(at - at % MINUTE_US)] = now()
    series.merge(env, DirtyBucket, [(*key, queued_at) for key, queued_at in dirty.items()])
    # A state is a text; a number that is none says that nobody knows it.
    for row in (*numbers, *texts):
        tag = intake.late[row[0]]
        if tag.role is TagRole.STATE:
            intake.states.append(StateSaid(tag, microseconds(row[_AT]), row[_VALUE]))


def _new_rows(rows: Iterable[Row], new: set[series.Key]) -> list[Row]:
    """Each row that is new, once."""
    by_key = {series.Key(row[0], row[_AT], row[_MARK]): row for row in rows}
    return [row for key, row in by_key.items() if key in new]


def _rows(buckets: dict[tuple[int, int], Bucket]) -> list[Row]:
    return [
        (source, instant(start), b.low, b.high, b.total, b.count, b.area, b.covered, b.first, instant(b.first_at),
         b.last, instant(b.last_at))
        for (source, start), b in buckets.items()
    ]  # fmt: skip


def recompute(env: Env) -> int:
    """Compute the areas of some dirty buckets anew from what is stored; returns how many there were."""
    asked = select(DirtyBucket.source_id, DirtyBucket.at).order_by(DirtyBucket.queued_at).limit(_AT_ONCE)
    dirty = [(source, microseconds(at)) for source, at in env.session.execute(asked)]
    linear = _compressed(env, {source for source, _at in dirty})
    hours = {(source, at - at % HOUR_US) for source, at in dirty}
    for source, start in dirty:
        # A late reading also ends the time that the one before it held: the bucket after may begin with it.
        _cover_anew(env, RollupMinute, source, start, MINUTE_US, linear=source in linear)
        _cover_anew(env, RollupMinute, source, start + MINUTE_US, MINUTE_US, linear=source in linear)
    for source, start in hours:
        _cover_anew(env, RollupHour, source, start, HOUR_US, linear=source in linear)
        _cover_anew(env, RollupHour, source, start + HOUR_US, HOUR_US, linear=source in linear)
    series.forget(env, DirtyBucket, [(source, instant(start)) for source, start in dirty])
    return len(dirty)


def _compressed(env: Env, sources: set[int]) -> set[int]:
    asked = select(Tag.id).where(Tag.id.in_(sources), Tag.compression_deviation.is_not(None))
    return set(env.session.scalars(asked))


def _cover_anew(
    env: Env, model: type[RollupMinute | RollupHour], source: int, start: int, length: int, *, linear: bool
) -> None:
    begin = instant(start)
    bucket = env.session.execute(
        select(model.last_at).where(model.source_id == source, model.at == begin)
    ).scalar_one_or_none()
    if bucket is None:
        return
    before = env.session.execute(
        _points(source).where(Telemetry.at < begin).order_by(Telemetry.at.desc()).limit(1)
    )
    inside = env.session.execute(
        _points(source)
        .where(Telemetry.at >= begin, Telemetry.at < begin + timedelta(microseconds=length))
        .order_by(Telemetry.at)
    )
    stored = [Held(microseconds(at), value) for at, value in (*before, *inside) if value is not None]
    area, covered = rollup.covering(stored, start, linear=linear)
    series.replace(env, model, (source, begin), {"area": area, "covered": covered})


def _points(source: int) -> Any:  # Any: a statement of two columns
    return select(Telemetry.at, Telemetry.value).where(Telemetry.source_id == source)


def keep_house(env: Env) -> None:
    """Make the days to come, and let go what has been kept for its time."""
    series.prepare(env, [Telemetry, TelemetryText, Quarantine], [each.days for each in Retention])
    for model in (Telemetry, TelemetryText, Quarantine):
        series.expire(env, model)
    for summary, days in _SUMMARIES_KEPT.items():
        series.remove(env, summary, now() - timedelta(days=days))
