"""What tags had over a stretch of time, in one statement that answers with a row for each tag.

The database gathers the points of a tag into texts of whole numbers (rules/curve.py). A statement is made once for each
resolution: making it takes as long as reading a tag by it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    Float,
    Row,
    Select,
    String,
    bindparam,
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

from addons.mes_equipment.models import RollupHour, RollupMinute, Telemetry
from addons.mes_equipment.rules.curve import BETWEEN, NOTHING
from addons.mes_equipment.rules.reading import Quality
from addons.mes_equipment.rules.resolution import MOST_POINTS, Resolution, day_offsets
from core import Env, UtcDateTime, now

#: Digits of which nothing is lost.
EXACT = 15
#: Between the texts of a tag's columns.
APART = ";"
#: `at` is counted in milliseconds.
PER_SECOND = 1000
_DAY_SECONDS = Resolution.DAY.value
_UNIX_DAY = 2440587.5
#: From here on, ten times a value is no whole number that databases have.
_HUGE = 1e17
# What a statement of points gives: `tag`, `step` (seconds that a point stands for), `key` (the order of the points),
# `at` (milliseconds after the zero of the stretch; the number of the day, of days), `low`, `high` and `mean`.
_Points = Select[*tuple[Any, ...]]
_Model = type[RollupMinute | RollupHour]
_LENGTHS: dict[_Model, timedelta] = {RollupMinute: timedelta(minutes=1), RollupHour: timedelta(hours=1)}

_TAGS: BindParameter[Any] = bindparam("tags", expanding=True)  # Any: ids
_BEGIN, _END, _EARLIEST = (bindparam(name, type_=UtcDateTime()) for name in ("begin", "end", "earliest"))
_ZERO, _PRESENT = bindparam("zero", type_=Float(53)), bindparam("present", type_=Float(53))


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is asked for: tags that the person may read, and from when to when."""

    tags: Collection[int]
    begin: datetime
    end: datetime
    #: What was read before it holds at `begin` no more.
    earliest: datetime
    #: Instants are counted from here, a whole second.
    zero: datetime


def sampled(env: Env, each: Resolution, stretch: Stretch, digits: int) -> Sequence[Row[Any]]:
    """A row for each tag that had something: `tag`, `step`, `least`, `greatest`, `scale` and `texts`.

    These are the columns `at`, `low`, `high` and `mean` with APART between them, the latter `scale` times their values,
    so that the greatest has `digits` digits, and one after the point at least.
    """  # Any: columns of many types
    clocks = _clocks(env, stretch) if each is Resolution.DAY else []
    given = _given(env, stretch)
    for n, (until, ahead) in enumerate(clocks):
        given |= {f"until{n}": until, f"ahead{n}": ahead}
    asked = _statement(env.dialect, each, digits, len(clocks))
    with env.as_system() as system:
        return system.session.connection().execute(asked, given).all()


def _given(env: Env, stretch: Stretch) -> dict[str, object]:
    return {
        "tags": list(stretch.tags), "begin": stretch.begin, "end": stretch.end, "earliest": stretch.earliest,
        **{_opened(model): stretch.begin - length for model, length in _LENGTHS.items()},
        "zero": _reckoned(env.dialect, stretch.zero), "present": _reckoned(env.dialect, now()),
    }  # fmt: skip


def _clocks(env: Env, stretch: Stretch) -> list[tuple[float, int]]:
    """Until how many seconds after the zero the person's days begin how many seconds earlier than those since 1970."""
    zero = round(stretch.zero.timestamp())
    offsets = day_offsets(env.zone, stretch.begin - timedelta(days=1), stretch.end)
    return [(until.timestamp() - zero, zero + offset) for until, offset in offsets]


@lru_cache(maxsize=64)
def _statement(
    dialect: str, each: Resolution, digits: int, clocks: int
) -> Any:  # Any: a select of many columns
    points = _points(dialect, each, clocks)
    least, greatest = func.min(points.c.low), func.max(points.c.high)
    extent = (
        select(
            points.c.tag, func.max(points.c.step).label("step"), least.label("least"), greatest.label("greatest"),
            _scale(_greater(dialect, greatest, -least), digits).label("scale"),
        )
        .group_by(points.c.tag)
        .subquery("extent")
    )  # fmt: skip
    of_tag = select(points).where(points.c.tag == extent.c.tag).order_by(points.c.key)
    point = of_tag.correlate(extent).subquery("point").c
    scaled = (_whole(value * extent.c.scale) for value in (point.low, point.high, point.mean))
    texts = _text(dialect, point.at)
    for column in scaled:
        texts = texts.concat(APART).concat(_text(dialect, column))
    return select(extent, select(texts).scalar_subquery().label("texts"))


def _scale(greatest: ColumnElement[float], digits: int) -> ColumnElement[float]:
    """A power of ten, by which no value becomes more than databases can count."""
    whens: list[tuple[ColumnElement[bool], ColumnElement[float]]] = [
        (greatest < _number(float(f"1e{digits - n}")), _number(float(f"1e{n}"))) for n in range(digits + 3, 0, -1)
    ]  # fmt: skip
    whens.append((greatest < _number(_HUGE), _number(10.0)))
    return cast(case(*whens, else_=_number(1e15) / greatest), Float(53))


def _number(value: float) -> ColumnElement[float]:
    return literal(value, Float(53))


def _text(dialect: str, column: ColumnElement[Any]) -> ColumnElement[str]:  # Any: of whole numbers
    """SQLite makes texts of numbers as it joins them."""
    written = column if dialect == "sqlite" else cast(column, String)
    return func.aggregate_strings(func.coalesce(written, literal(NOTHING, String())), BETWEEN)


def _points(dialect: str, each: Resolution, clocks: int) -> CTE:
    match each:
        case Resolution.READING:
            return _readings_or_minutes(dialect)
        case Resolution.MINUTE:
            return _as_they_are(_buckets(dialect, RollupMinute))
        case Resolution.HOUR:
            return _as_they_are(_buckets(dialect, RollupHour))
        case Resolution.DAY:
            return _days(dialect, clocks)


def _as_they_are(points: _Points) -> CTE:
    """Read for each tag by the key of their table."""
    return points.cte("points").prefix_with("NOT MATERIALIZED")


def _once(points: Any, name: str) -> CTE:  # Any: Select or CompoundSelect
    """Reckoned once, where SQLite would else do it at each place where a column is named."""
    found: CTE = points.cte(name).prefix_with("MATERIALIZED")
    return found


def _readings_or_minutes(dialect: str) -> CTE:
    """Readings with the one that holds at the begin; minutes where a tag has too many to draw, or too few are left."""
    of_tags, inside = Telemetry.source_id.in_(_TAGS), Telemetry.at >= _BEGIN
    held = select(Telemetry.source_id, func.max(Telemetry.at)).where(
        of_tags, Telemetry.at >= _EARLIEST, ~inside
    )
    within = (of_tags, Telemetry.at >= _EARLIEST, Telemetry.at < _END)
    holds = tuple_(Telemetry.source_id, Telemetry.at).in_(held.group_by(Telemetry.source_id))
    coarse = _too_many(*within, inside) | _gone(*within)
    value = case((Telemetry.quality == Quality.GOOD, Telemetry.value), else_=null())
    at = _milliseconds(_since(dialect, Telemetry.at))
    readings = _labelled(Telemetry.source_id, Resolution.READING, Telemetry.at, at, value, value, value)
    minutes = _buckets(dialect, RollupMinute).where(coarse)
    return _once(union_all(readings.where(*within, inside | holds, ~coarse), minutes), "points")


def _too_many(*within: ColumnElement[bool]) -> ColumnElement[bool]:
    by_tag = select(Telemetry.source_id).where(*within).group_by(Telemetry.source_id)
    return exists(by_tag.having(func.count() > MOST_POINTS))


def _gone(*within: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a minute is known whose readings were kept for their time and are no more."""
    first = select(Telemetry.source_id, func.min(Telemetry.at).label("at")).where(*within)
    left = first.group_by(Telemetry.source_id).subquery()
    known = (
        select(RollupMinute.source_id)
        .outerjoin(left, left.c.source_id == RollupMinute.source_id)
        .where(*_within(RollupMinute))
    )
    return exists(known.where(RollupMinute.last_at < func.coalesce(left.c.at, _END)))


def _buckets(dialect: str, model: _Model) -> _Points:
    whole = func.nullif(model.covered + _held(dialect, model), 0, type_=Float())
    # The last value, and what others had more than it for the time that they held: each is reckoned once.
    mean = model.last + func.coalesce((model.area - model.last * model.covered) / whole, 0)
    at, each = _milliseconds(_since(dialect, model.at)), Resolution(_LENGTHS[model].total_seconds())
    return _labelled(model.source_id, each, model.at, at, model.low, model.high, mean).where(*_within(model))


def _labelled(tag: Any, each: Resolution, *columns: Any) -> _Points:  # Any: columns of a model or of a CTE
    names = ("key", "at", "low", "high", "mean")
    step = literal(each.value, BigInteger())
    return select(
        tag.label("tag"), step.label("step"), *(c.label(name) for c, name in zip(columns, names, strict=True))
    )


def _held(dialect: str, model: _Model) -> ColumnElement[float]:
    """For how many seconds the last value of a bucket holds: to the end of it, or up to now."""
    unit = _seconds(dialect)
    ends = _instant(dialect, model.at) + _number(_LENGTHS[model].total_seconds() / unit)
    open_ = _lesser(dialect, ends, _PRESENT) - _instant(dialect, model.last_at)
    return _greater(dialect, open_, _number(0.0)) * _number(unit)


def _days(dialect: str, clocks: int) -> CTE:
    """Hours of a day in the person's zone together; `at` is the number of the day.

    Where clocks are not whole hours ahead of UTC, the hour over midnight is of the day in which it begins.
    """
    h = _once(_hours(dialect), "hours").c
    *changes, last = (_ahead(n) for n in range(clocks))
    ahead = (
        case(*((h.at < until, offset) for until, offset in changes), else_=last[1]) if changes else last[1]
    )
    day = (h.at + ahead) // literal(_DAY_SECONDS, BigInteger())
    whole = func.nullif(func.sum(h.covered + h.held), 0, type_=Float())
    mean = func.coalesce(func.sum(h.area + h.last * h.held) / whole, func.avg(h.last))
    days = _labelled(h.tag, Resolution.DAY, day, day, func.min(h.low), func.max(h.high), mean)
    return _once(days.group_by(h.tag, day), "points")


def _ahead(n: int) -> tuple[ColumnElement[float], ColumnElement[int]]:
    return bindparam(f"until{n}", type_=Float(53)), bindparam(f"ahead{n}", type_=BigInteger())


def _hours(dialect: str) -> _Points:
    model = RollupHour
    at, held = _whole(_since(dialect, model.at)).label("at"), _held(dialect, model).label("held")
    tag = model.source_id.label("tag")
    return select(tag, at, model.low, model.high, model.area, model.covered, model.last, held).where(
        *_within(model)
    )


def _within(model: _Model) -> tuple[ColumnElement[bool], ...]:
    """A bucket that the begin lies in is there as a whole."""
    return (
        model.source_id.in_(_TAGS),
        model.at > bindparam(_opened(model), type_=UtcDateTime()),
        model.at < _END,
    )


def _opened(model: _Model) -> str:
    """What the begin is called less the length of a bucket."""
    return f"begin_{model.__name__}"


def _since(dialect: str, column: Any) -> ColumnElement[float]:  # Any: a column of instants
    """Seconds after the zero."""
    return (_instant(dialect, column) - _ZERO) * _number(_seconds(dialect))


def _instant(dialect: str, column: Any) -> ColumnElement[float]:  # Any: a column of instants
    """As the database reckons soonest: Julian days by SQLite, seconds since 1970 by PostgreSQL."""
    if dialect == "sqlite":
        return func.julianday(column, type_=Float())
    return cast(extract("epoch", column), Float(53))


def _seconds(dialect: str) -> float:
    """In one of `_instant`."""
    return float(_DAY_SECONDS) if dialect == "sqlite" else 1.0


def _reckoned(dialect: str, instant: datetime) -> float:
    """An instant as `_instant` has it."""
    return instant.timestamp() / _seconds(dialect) + (_UNIX_DAY if dialect == "sqlite" else 0)


def _milliseconds(seconds: ColumnElement[float]) -> ColumnElement[int]:
    return _whole(seconds * _number(float(PER_SECOND)))


def _whole(value: ColumnElement[Any]) -> ColumnElement[int]:  # Any: of numbers
    return cast(func.round(value), BigInteger)


def _lesser(dialect: str, one: ColumnElement[float], other: ColumnElement[float]) -> ColumnElement[float]:
    return func.min(one, other) if dialect == "sqlite" else func.least(one, other)


def _greater(dialect: str, one: ColumnElement[float], other: ColumnElement[float]) -> ColumnElement[float]:
    return func.max(one, other) if dialect == "sqlite" else func.greatest(one, other)
