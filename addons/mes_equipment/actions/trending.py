"""Reading what tags had and have: for whoever may read the tags, and of those alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Float,
    Select,
    case,
    cast,
    exists,
    extract,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)

from addons.mes_equipment.models import Latest, RollupHour, RollupMinute, Tag, TagRole, Telemetry
from addons.mes_equipment.rules import rollup
from addons.mes_equipment.rules.reading import Quality
from addons.mes_equipment.rules.resolution import (
    MOST_POINTS,
    Column,
    Resolution,
    day_begin,
    day_offsets,
    parted,
    resolution,
    silence,
)
from core import Env, NotFound, _, now
from core.base import Unit, WorkCenter

_DAY_SECONDS = Resolution.DAY.value
_UNIX_DAY = 2440587.5
#: SQLite reckons to those.
_MILLISECONDS = 3
#: What a statement of points gives: tag, seconds of Unix time, least, greatest, area, covered seconds, last value and
#: when that was. What is no bucket has its value there, at no time.
Points = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class TagNow:
    """A tag of a machine with the value that it has now; `at` is None where it never had one."""

    id: int
    path: str
    role: TagRole
    unit: str
    low: float | None
    high: float | None
    longest_seconds: int
    at: datetime | None
    value: float | str | None
    quality: int

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def is_number(self) -> bool:
        """States and modes are words, and no line is drawn of them."""
        return self.role not in (TagRole.STATE, TagRole.MODE)

    @property
    def is_stale(self) -> bool:
        """Whether its source is gone, or has said nothing for longer than it may."""
        if self.at is None:
            return False
        most = silence(Resolution.READING, self.longest_seconds)
        return self.quality == Quality.STALE or (now() - self.at).total_seconds() > most


@dataclass(frozen=True, slots=True)
class Place:
    """A work centre with its tags, in the order of their paths."""

    id: int
    code: str
    name: str
    tags: Sequence[TagNow]


@dataclass(slots=True)
class Series:
    """What a tag had over time, column by column: seconds of Unix time, and nothing where nothing was heard."""

    at: list[float]
    low: Column
    high: Column
    mean: Column
    #: Whether a value holds until the next one; between kept points of a swinging door there is a line.
    holds: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """Series by tag, and what their points stand for."""

    resolution: Resolution
    series: dict[int, Series]


@dataclass(frozen=True, slots=True)
class _Kept:
    """How a tag's readings are kept, of those that the person may read."""

    longest_seconds: int
    linear: bool


def place(env: Env, work_center_id: int) -> Place:
    """The work centre with its active tags and what they have now; raises NotFound."""
    asked = (
        select(
            WorkCenter.code,
            WorkCenter.name,
            Tag.id,
            Tag.path,
            Tag.role,
            Unit.symbol,
            Tag.low,
            Tag.high,
            Tag.longest_seconds,
        )
        .outerjoin(Tag, (Tag.work_center_id == WorkCenter.id) & Tag.active)
        .outerjoin(Unit, Unit.id == Tag.unit_id)
        .where(WorkCenter.id == work_center_id)
        .order_by(Tag.path)
    )
    rows = env.session.execute(asked).all()
    if not rows:
        raise NotFound(_("There is no such equipment."))
    tags = [row[2:] for row in rows if row[2] is not None]
    latest = _latest(env, [tag[0] for tag in tags])
    return Place(work_center_id, rows[0].code, rows[0].name, [
        TagNow(id_, path, role, symbol or "", _plain(low), _plain(high), longest,
               *latest.get(id_, (None, None, Quality.BAD)))
        for id_, path, role, symbol, low, high, longest in tags
    ])  # fmt: skip


def trend(env: Env, tags: Collection[int], begin: datetime, end: datetime) -> Trend:
    """What those of `tags` that the person may read had from `begin` up to `end`, in one statement.

    Readings begin a little earlier, so that what holds at `begin` is known; days are those of the person's zone.
    """
    kept = _readable(env, tags)
    each = resolution(end - begin)
    with env.as_system() as system:
        rows: Sequence[Any] = (
            system.session.connection().execute(_points(system, each, kept, begin, end)).all()
        )  # Any: of columns
    if rows and each is Resolution.READING and rows[0][7] is not None:
        each = Resolution.MINUTE
    if each is Resolution.DAY:
        rows = _by_midnight(rows, env.zone)
    return Trend(each, {
        tag: _series(list(points), each, kept[tag]) for tag, points in groupby(rows, itemgetter(0))
    })  # fmt: skip


def _readable(env: Env, tags: Collection[int]) -> dict[int, _Kept]:
    asked = select(Tag.id, Tag.longest_seconds, Tag.compression_deviation).where(Tag.id.in_(tags))
    return {
        id_: _Kept(longest, deviation is not None) for id_, longest, deviation in env.session.execute(asked)
    }


def _latest(env: Env, tags: Collection[int]) -> dict[int, tuple[datetime | None, float | str | None, int]]:
    """The value now of `tags`, which the person may read."""
    columns = select(Latest.source_id, Latest.at, Latest.value, Latest.text, Latest.quality)
    with env.as_system() as system:
        rows = system.session.execute(columns.where(Latest.source_id.in_(tags)))
        return {
            id_: (at, number if text is None else text, quality) for id_, at, number, text, quality in rows
        }


def _points(
    env: Env, each: Resolution, kept: dict[int, _Kept], begin: datetime, end: datetime
) -> Any:  # Any: Select or CompoundSelect
    match each:
        case Resolution.READING:
            return _readings_or_minutes(env, kept, begin, end)
        case Resolution.MINUTE:
            return _in_order(RollupMinute, _buckets(env, RollupMinute, kept, begin, end))
        case Resolution.HOUR:
            return _in_order(RollupHour, _buckets(env, RollupHour, kept, begin, end))
        case Resolution.DAY:
            return _days(env, kept, begin, end)


def _in_order(model: type[RollupMinute | RollupHour], buckets: Points) -> Points:
    """By the key of the table, so that nothing has to be sorted."""
    return buckets.order_by(model.source_id, model.at)


def _readings_or_minutes(
    env: Env, kept: dict[int, _Kept], begin: datetime, end: datetime
) -> Any:  # Any: as above
    """Readings with the one that holds at `begin`; minutes where a tag has too many to draw, or too few are left."""
    longest = max((silence(Resolution.READING, k.longest_seconds) for k in kept.values()), default=0)
    earliest = begin - timedelta(seconds=longest)
    of_tags, inside = Telemetry.source_id.in_(kept), Telemetry.at >= begin
    held = select(Telemetry.source_id, func.max(Telemetry.at)).where(
        of_tags, Telemetry.at >= earliest, ~inside
    )
    within = (of_tags, Telemetry.at >= earliest, Telemetry.at < end)
    holds = tuple_(Telemetry.source_id, Telemetry.at).in_(held.group_by(Telemetry.source_id))
    coarse = _too_many(*within, inside) | _gone(kept, begin, end, *within)
    value = case((Telemetry.quality == Quality.GOOD, Telemetry.value), else_=null())
    at = _unix(env, Telemetry.at).label("at")
    nothing = literal(0.0)
    readings = select(Telemetry.source_id.label("tag"), at, value, value, nothing, nothing, value, null())
    minutes = _buckets(env, RollupMinute, kept, begin, end).where(coarse)
    return union_all(readings.where(*within, inside | holds, ~coarse), minutes).order_by("tag", "at")


def _too_many(*within: ColumnElement[bool]) -> ColumnElement[bool]:
    by_tag = select(Telemetry.source_id).where(*within).group_by(Telemetry.source_id)
    return exists(by_tag.having(func.count() > MOST_POINTS))


def _gone(
    kept: dict[int, _Kept], begin: datetime, end: datetime, *within: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Whether a minute is known whose readings were kept for their time and are no more."""
    first = select(Telemetry.source_id, func.min(Telemetry.at).label("at")).where(*within)
    left = first.group_by(Telemetry.source_id).subquery()
    known = (
        select(RollupMinute.source_id)
        .outerjoin(left, left.c.source_id == RollupMinute.source_id)
        .where(*_within(RollupMinute, kept, begin, end))
    )
    return exists(known.where(RollupMinute.last_at < func.coalesce(left.c.at, end)))


def _buckets(
    env: Env, model: type[RollupMinute | RollupHour], kept: dict[int, _Kept], begin: datetime, end: datetime
) -> Points:
    return select(
        model.source_id.label("tag"), cast(func.round(_unix(env, model.at)), BigInteger).label("at"),
        model.low.label("low"), model.high.label("high"), model.area.label("area"), model.covered.label("covered"),
        model.last.label("last"), _unix(env, model.last_at).label("last_at"),
    ).where(*_within(model, kept, begin, end))  # fmt: skip


def _days(env: Env, kept: dict[int, _Kept], begin: datetime, end: datetime) -> Points:
    """Hours of a day in the person's zone together, as `rollup.mean` has them; `at` is the number of the day.

    Where clocks are not whole hours ahead of UTC, the hour over midnight is of the day in which it begins.
    """
    # Materialized, since SQLite would else reckon the instants anew at each place where they are named.
    hours = _buckets(env, RollupHour, kept, begin, end).cte("hours").prefix_with("MATERIALIZED")
    h, present = hours.c, now().timestamp()
    *changes, (_end, last) = day_offsets(env.zone, begin - timedelta(days=1), end)
    ahead = (
        case(*((h.at < until.timestamp(), offset) for until, offset in changes), else_=last)
        if changes
        else last
    )
    day = (h.at + ahead) // _DAY_SECONDS
    ends = h.at + Resolution.HOUR.value
    open_ = case((ends < present, ends), else_=present) - h.last_at
    held = case((open_ > 0, open_), else_=0.0)
    whole = func.sum(h.covered + held)
    mean = case((whole > 0, func.sum(h.area + h.last * held) / whole), else_=func.avg(h.last))
    nothing = literal(0.0)
    return (
        select(h.tag, day.label("at"), func.min(h.low), func.max(h.high), nothing, nothing, mean, null())
        .group_by(h.tag, day)
        .order_by(h.tag, day)
    )


def _within(
    model: type[RollupMinute | RollupHour], kept: dict[int, _Kept], begin: datetime, end: datetime
) -> tuple[ColumnElement[bool], ...]:
    """A bucket that `begin` lies in is there as a whole."""
    length = timedelta(minutes=1) if model is RollupMinute else timedelta(hours=1)
    return model.source_id.in_(kept), model.at > begin - length, model.at < end


def _unix(env: Env, column: Any) -> ColumnElement[float]:  # Any: a column of instants
    """Seconds of Unix time, reckoned by the database: a datetime for each of thousands of points takes long."""
    if env.dialect == "sqlite":
        seconds = (func.julianday(column, type_=Float()) - _UNIX_DAY) * float(_DAY_SECONDS)
        return func.round(seconds, _MILLISECONDS, type_=Float())
    return cast(extract("epoch", column), Float(53))


def _by_midnight(rows: Sequence[Any], zone: str) -> list[tuple[Any, ...]]:  # Any: of each column's type
    begins = {number: day_begin(zone, number).timestamp() for number in {row[1] for row in rows}}
    return [(tag, begins[number], *rest) for tag, number, *rest in rows]


def _series(points: Sequence[Any], each: Resolution, kept: _Kept) -> Series:  # Any: rows of a statement
    _tags, at, low, high, area, covered, last, last_at = zip(*points, strict=True)
    mean, length = list(last), each.value
    if last_at[0] is not None:
        present = now().timestamp()
        held = [min(begin + length, present) - until for begin, until in zip(at, last_at, strict=True)]
        mean = list(map(rollup.mean, area, covered, last, held))
    found = Series(list(at), list(low), list(high), mean, not (kept.linear and each is Resolution.READING))
    parted(found.at, (found.low, found.high, found.mean), length, silence(each, kept.longest_seconds))
    return found


def _plain(value: Any) -> float | None:  # Any: a quantity
    return None if value is None else float(value)
