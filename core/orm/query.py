"""Reading records as columns: pages with keyset cursors, capped counts, groups and facet counts."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from core.errors import UserError
from core.i18n import _
from core.orm.catalog import Field, field_of, title_fields
from core.orm.condition import Condition, _value_json, facets_of, parse
from core.orm.facet import Facet
from core.orm.field import default_of
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.env import Env

#: Counting stops here; the page then says "10,000+".
COUNT_CAP = 10_000
PERIODS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Selected:
    """A field of a page: where its value stands in each row, and where the name of what it refers to."""

    field: Field
    index: int
    titles: tuple[int, ...] = ()

    def value(self, row: Sequence[Any]) -> Any:  # Any: of the field's type
        return row[self.index]

    def title(self, row: Sequence[Any]) -> str | None:  # Any: as above
        """The name of the record referred to; None when there is none or the person may not see it."""
        found = [str(row[i]) for i in self.titles if row[i] not in (None, "")]
        return " ".join(found) if found else None


@dataclass(frozen=True)
class Page:
    """Some rows: `row[0]` is the id, `row[1]` the version, the rest as `selected` says."""

    rows: Sequence[Row[Any]]  # Any: columns of any type
    selected: dict[str, Selected]
    #: Cursors of the pages after and before this one; "" when there is none.
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Count:
    """How many rows fulfil a condition, counted up to COUNT_CAP."""

    value: int
    capped: bool = False


@dataclass(frozen=True)
class Group:
    """Rows that agree in the fields grouped by."""

    values: tuple[Any, ...]  # Any: of those fields' types
    titles: tuple[str | None, ...]
    count: int
    #: Sums by field name; where they mix currencies or units the measure is None.
    sums: dict[str, Any]  # Any: of those fields' types
    measures: dict[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class FacetValue:
    """A value of a field with the number of records that have it."""

    value: Any  # Any: of the field's type
    title: str
    count: int


@dataclass
class _Plan:
    """A statement in the making: what it selects and joins."""

    env: Env
    model: type[Model]
    columns: list[Any] = field(default_factory=list)  # Any: columns of entities
    joins: list[tuple[Any, ColumnElement[bool], bool]] = field(default_factory=list)  # Any: an entity
    facets: set[type[Facet[Any]]] = field(default_factory=set)  # Any: of the model
    names: dict[str, Any] = field(default_factory=dict)  # Any: an alias of the referred model

    def add(self, column: Any) -> int:  # Any: a column of an entity
        self.columns.append(column)
        return len(self.columns) - 1

    def column(self, found: Field) -> Any:  # Any: a column of an entity
        """The column of `found`, its facet joined; a sparse facet's gives the default where the row is missing."""
        if found.facet is None:
            return found.attribute
        if found.facet not in self.facets:
            self.facets.add(found.facet)
            self.joins.append((found.facet, found.facet.id == self.model.id, found.facet.sparse))
        default = default_of(found.column) if found.facet.sparse else None
        return found.attribute if default is None else func.coalesce(found.attribute, default)

    def name_of(self, found: Field) -> list[Any]:  # Any: columns of an alias
        """The title columns of the record that `found` refers to, outer-joined: a hidden one gives NULL."""
        assert found.target is not None
        if found.name not in self.names:
            other = aliased(found.target)
            self.names[found.name] = other
            self.joins.append((other, other.id == self.column(found), True))
        return [getattr(self.names[found.name], f.key) for f in title_fields(found.target) if f.facet is None]

    def statement(self, condition: Condition | None) -> Select[Any]:  # Any: columns of any type
        for facet in facets_of(self.model, condition) - self.facets:
            self.facets.add(facet)
            self.joins.append((facet, facet.id == self.model.id, facet.sparse))
        made = select(*self.columns).select_from(self.model)
        for entity, on, outer in self.joins:
            made = made.join(entity, on, isouter=outer)
        return made.where(condition.sql(self.model, self.env)) if condition else made


def page(
    env: Env,
    model: type[Model],
    fields: Sequence[str],
    *,
    where: Condition | None = None,
    sort: Sequence[str] = (),
    limit: int = 80,
    after: str = "",
    before: str = "",
) -> Page:
    """Some records as columns, in the order of `sort` (field names, `-` for descending), from a cursor on."""
    plan = _Plan(env, model)
    plan.add(model.id)
    plan.add(model.version)
    selected = _select(plan, fields)
    keys = _sort_keys(plan, sort)
    first = len(plan.columns)
    plan.columns += [key.column for key in keys]
    backward = bool(before) and not after
    statement = plan.statement(where)
    cursor = after or before
    if cursor:
        statement = statement.where(_beyond(keys, _read_cursor(keys, cursor), backward, env.dialect))
    ordered = [key.column.desc() if key.descending != backward else key.column.asc() for key in keys]
    rows = env.session.execute(statement.order_by(*ordered).limit(limit + 1)).all()
    more = len(rows) > limit
    rows = rows[:limit][::-1] if backward else rows[:limit]
    next_page = _cursor(rows[-1][first:]) if rows and (more or backward) else ""
    previous = _cursor(rows[0][first:]) if rows and (more if backward else bool(after)) else ""
    return Page(rows, selected, next_page, previous)


def read(
    env: Env,
    model: type[Model],
    fields: Sequence[str],
    *,
    where: Condition | None = None,
    sort: Sequence[str] = (),
) -> Generator[tuple[Row[Any], dict[str, Selected]]]:  # Any: columns of any type
    """Every record that fulfils `where`, streamed in order of `sort` with the positions of its fields."""
    plan = _Plan(env, model)
    plan.add(model.id)
    plan.add(model.version)
    selected = _select(plan, fields)
    keys = _sort_keys(plan, sort)
    statement = plan.statement(where).order_by(
        *(k.column.desc() if k.descending else k.column.asc() for k in keys)
    )
    with env.session.execute(statement.execution_options(yield_per=1000)) as rows:
        for row in rows:
            yield row, selected


def ids(env: Env, model: type[Model], where: Condition | None = None, limit: int | None = None) -> list[int]:
    """The ids of the records that fulfil `where`, in order."""
    plan = _Plan(env, model, [model.id])
    return list(env.session.scalars(plan.statement(where).order_by(model.id).limit(limit)))


def count(env: Env, model: type[Model], where: Condition | None = None, cap: int = COUNT_CAP) -> Count:
    """How many records fulfil `where`, at most `cap`."""
    plan = _Plan(env, model, [literal(1)])
    inner = plan.statement(where).limit(cap + 1).subquery()
    found = env.session.scalar(select(func.count()).select_from(inner)) or 0
    return Count(min(found, cap), found > cap)


def counts(
    env: Env, model: type[Model], conditions: Sequence[Condition | None], cap: int = COUNT_CAP
) -> list[Count]:
    """How many records fulfil each of the conditions, each at most `cap`, in one statement."""
    parts = []
    for number, condition in enumerate(conditions):
        inner = _Plan(env, model, [literal(1)]).statement(condition).limit(cap + 1).subquery()
        parts.append(
            select(literal(number).label("number"), func.count().label("n")).select_from(inner).subquery()
        )
    if not parts:
        return []
    rows = env.session.execute(union_all(*(select(part.c.number, part.c.n) for part in parts)))
    found = {row[0]: row[1] for row in rows}
    return [Count(min(found[number], cap), found[number] > cap) for number in range(len(conditions))]


def groups(
    env: Env,
    model: type[Model],
    by: Sequence[str],
    *,
    where: Condition | None = None,
    sums: Sequence[str] = (),
    limit: int = 500,
) -> list[Group]:
    """The groups of the records by fields (`ordered_on:month` groups days), with count and sums, in order of value."""
    plan = _Plan(env, model)
    keys, titles = _group_keys(plan, by)
    group_by = list(plan.columns)
    counted = plan.add(func.count())
    summed = {name: _add_sum(plan, field_of(model, name)) for name in sums}
    rows = env.session.execute(
        plan.statement(where).group_by(*group_by).order_by(*group_by).limit(limit)
    ).all()
    return [
        Group(
            tuple(row[i] for i in keys),
            _group_titles(row, titles),
            row[counted],
            {name: row[s] for name, (s, _low, _high) in summed.items()},
            {
                n: row[low] if low is not None and high is not None and row[low] == row[high] else None
                for n, (_s, low, high) in summed.items()
            },
        )
        for row in rows
    ]


def counted(
    env: Env,
    model: type[Model],
    by: Sequence[str],
    sums: Sequence[str],
    where: Condition | None = None,
    cap: int = COUNT_CAP,
) -> tuple[Count, list[Group]]:
    """How many records fulfil `where`, and their groups with sums, in one statement; no groups above `cap` records."""
    plan = _Plan(env, model)
    keys, titles = _group_keys(plan, by)
    width = len(plan.columns)
    plan.columns += [plan.column(field_of(model, name)) for name in sums]
    plan.columns = [column.label(f"c{number}") for number, column in enumerate(plan.columns)]
    inner = list(plan.statement(where).limit(cap + 1).subquery().c)
    statement = select(*inner[:width], func.count(), *(func.sum(column) for column in inner[width:]))
    rows = env.session.execute(statement.group_by(*inner[:width])).all()
    total = sum(row[width] for row in rows)
    made = [
        Group(
            tuple(row[i] for i in keys),
            _group_titles(row, titles),
            row[width],
            {name: row[width + at] for at, name in enumerate(sums, 1)},
        )
        for row in rows
    ]
    return Count(min(total, cap), total > cap), [] if total > cap else made


def facet_counts(
    env: Env,
    model: type[Model],
    wanted: Mapping[str, Condition | None],
    top: int = 6,
    cap: int = 0,
) -> dict[str, list[FacetValue]]:
    """The most frequent values of each field among the records that fulfil its own condition, in one statement.

    With `cap` only so many, the newest, are looked at, so that the counts are lower bounds. Values that refer to a
    record which the person may not see are left out.
    """
    if not wanted:
        return {}
    parts = [_facet_part(env, model, name, condition, top, cap) for name, condition in wanted.items()]
    rows = env.session.execute(
        union_all(*(select(part.c.name, part.c.value, part.c.title, part.c.n) for part in parts))
    ).all()
    found: dict[str, list[FacetValue]] = {name: [] for name in wanted}
    for name, text, title, number in rows:
        field = field_of(model, name)
        value = parse(field, text) if text else None
        if value is not None and (field.target is None or title):
            found[name].append(FacetValue(value, _facet_title(field, value, title), number))
    for name, values in found.items():
        if field_of(model, name).choices:
            values.sort(key=lambda v: v.value.ordinal)
    return found


def _facet_part(
    env: Env, model: type[Model], name: str, condition: Condition | None, top: int, cap: int
) -> Subquery:
    """The counts of one field's values, with the name of the record that each refers to."""
    plan = _Plan(env, model)
    found = field_of(model, name)
    value = plan.column(found).label("v")
    names: list[Any] = plan.name_of(found) if found.target is not None else []  # Any: columns of an alias
    plan.columns = [value, *(column.label(f"t{number}") for number, column in enumerate(names))]
    looked_at = plan.statement(condition)
    if cap:
        # The newest: an index on the field would hand out its values one after the other.
        looked_at = looked_at.order_by(model.id.desc()).limit(cap)
    inner = list(looked_at.subquery().c)
    shown: list[ColumnElement[str]] = [cast(column, String) for column in inner[1:]]
    title = reduce(lambda a, b: a.concat(" ").concat(func.coalesce(b, "")), shown) if shown else literal("")
    counts = select(
        literal(name).label("name"), cast(inner[0], String).label("value"), title.label("title"),
        func.count().label("n"),
    )  # fmt: skip
    return counts.group_by(*inner).order_by(func.count().desc(), inner[0]).limit(top).subquery()


def _facet_title(found: Field, value: Any, title: str) -> str:  # Any: of the field's type
    return title.strip() if found.target else str(value.label) if found.choices else str(value)


def titles(env: Env, model: type[Model], wanted: Sequence[int]) -> dict[int, str]:
    """The names of records by id; those the person may not see are left out."""
    if not wanted:
        return {}
    columns = [f.attribute for f in title_fields(model) if f.facet is None]
    rows = env.session.execute(select(model.id, *columns).where(model.id.in_(set(wanted))))
    return {row[0]: " ".join(str(v) for v in row[1:] if v not in (None, "")) or f"#{row[0]}" for row in rows}


@dataclass(frozen=True)
class _SortKey:
    column: Any  # Any: a column of an entity
    descending: bool
    nullable: bool
    field: Field | None = None


def _select(plan: _Plan, fields: Sequence[str]) -> dict[str, Selected]:
    selected = {}
    for name in fields:
        found = field_of(plan.model, name)
        index = plan.add(plan.column(found))
        titles = tuple(plan.add(column) for column in plan.name_of(found)) if found.target else ()
        selected[name] = Selected(found, index, titles)
    return selected


def _sort_keys(plan: _Plan, sort: Sequence[str]) -> list[_SortKey]:
    """The keys with the id as tie-break; that of the facet when the sort is by one, so that its index serves."""
    keys = []
    tie: Any = plan.model.id  # Any: a column of an entity
    for name in sort:
        found = field_of(plan.model, name.removeprefix("-"))
        column = _sort_column(plan, found)
        nullable = found.column is None or bool(found.column.nullable) or found.target is not None
        keys.append(_SortKey(column, name.startswith("-"), nullable, found))
        if found.facet is not None and len(sort) == 1 and not found.facet.sparse:
            tie = found.facet.id
    return [*keys, _SortKey(tie, keys[-1].descending if keys else False, False)]


def _sort_column(plan: _Plan, found: Field) -> Any:  # Any: a column of an entity
    """What a field is sorted by: a reference by the name of its record, a choice by the order of its members."""
    column = plan.column(found)
    if found.target is not None:
        names = plan.name_of(found)
        return names[0] if names else column
    if found.choices is not None:
        return case(
            {member.value: member.ordinal for member in found.choices}, value=cast(column, String), else_=None
        )
    return column


def _beyond(
    keys: list[_SortKey], values: list[Any], backward: bool, dialect: str
) -> ColumnElement[bool]:  # Any: sort values
    """The rows after (or before) the cursor in the order of `keys`."""
    descending = {key.descending for key in keys}
    if len(descending) == 1 and not any(key.nullable for key in keys):
        left, right = tuple_(*(k.column for k in keys)), tuple_(*values)
        return left < right if descending.pop() != backward else left > right
    nulls_last = dialect == "postgresql"
    steps: list[ColumnElement[bool]] = []
    for i, key in enumerate(keys):
        same = [
            k.column.is_(None) if v is None else k.column == v for k, v in zip(keys[:i], values, strict=False)
        ]
        further = _further(key, values[i], key.descending != backward, nulls_last)
        if further is not None:
            steps.append(and_(*same, further))
    return or_(*steps)


def _further(
    key: _SortKey, value: Any, descending: bool, nulls_last: bool
) -> ColumnElement[bool] | None:  # Any: a sort value
    """Rows strictly beyond `value` in one key; NULL is the largest on PostgreSQL and the smallest on SQLite."""
    null_is_beyond = nulls_last != descending
    if value is None:
        return None if null_is_beyond else key.column.is_not(None)
    # A bare True or False may only be tested for being the same.
    bound = literal(value) if isinstance(value, bool) else value
    beyond: ColumnElement[bool] = key.column < bound if descending else key.column > bound
    return or_(beyond, key.column.is_(None)) if key.nullable and null_is_beyond else beyond


def _cursor(values: Sequence[Any]) -> str:  # Any: sort values
    return urlsafe_b64encode(json.dumps([_plain(v) for v in values]).encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:  # Any: JSON
    return str(value) if value is not None and not isinstance(value, bool | int | str) else _value_json(value)


def _read_cursor(keys: list[_SortKey], cursor: str) -> list[Any]:  # Any: sort values
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            raise ValueError(cursor)
        return [_typed(key, value) for key, value in zip(keys, values, strict=True)]
    except ValueError as error:
        raise UserError(_("This page marker is not valid any more. Start from the first page.")) from error


def _typed(key: _SortKey, value: Any) -> Any:  # Any: JSON in, a sort value out
    if key.field is None or key.field.target is not None or key.field.choices is not None:
        return value
    return parse(key.field, value)


def _group_keys(plan: _Plan, by: Sequence[str]) -> tuple[list[int], list[list[int]]]:
    """Positions of the fields grouped by, and of the names of what they refer to."""
    keys: list[int] = []
    titles: list[list[int]] = []
    for name in by:
        keys.append(plan.add(_group_column(plan, name)))
        found = field_of(plan.model, name.partition(":")[0])
        titles.append([plan.add(column) for column in plan.name_of(found)] if found.target else [])
    return keys, titles


def _group_titles(row: Sequence[Any], titles: list[list[int]]) -> tuple[str | None, ...]:  # Any: columns
    return tuple(" ".join(str(row[i]) for i in t if row[i] is not None) or None for t in titles)


def _group_column(plan: _Plan, name: str) -> Any:  # Any: a column of an entity
    path, _sep, period = name.partition(":")
    column = plan.column(field_of(plan.model, path))
    if not period:
        return column
    if period not in PERIODS:
        raise UserError(_("Days are grouped by {periods}.", periods=", ".join(PERIODS)))
    return _period(column, period, plan.env.dialect)


def _period(column: Any, period: str, dialect: str) -> Any:  # Any: a column of an entity
    """The first day of the period as ISO text, alike on both databases."""
    if dialect == "postgresql":
        return func.to_char(func.date_trunc(period, column), "YYYY-MM-DD")
    if period in ("day", "month", "year"):
        return func.strftime({"day": "%Y-%m-%d", "month": "%Y-%m-01", "year": "%Y-01-01"}[period], column)
    if period == "week":
        return func.date(column, "weekday 0", "-6 days")
    month = func.strftime("%m", column)
    first = case((month <= "03", "01"), (month <= "06", "04"), (month <= "09", "07"), else_="10")
    return func.strftime("%Y-", column).concat(first).concat("-01")


def _add_sum(plan: _Plan, found: Field) -> tuple[int, int | None, int | None]:
    """Positions of the sum and of the least and greatest measure, which agree when the sum does not mix."""
    total = plan.add(func.sum(plan.column(found)))
    if not found.measure:
        return total, None, None
    measure = plan.column(field_of(plan.model, found.measure))
    return total, plan.add(func.min(measure)), plan.add(func.max(measure))
