"""Groups of records with counts and sums, and how often each value of a field occurs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    String,
    Subquery,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from core.errors import UserError
from core.i18n import _
from core.orm.catalog import Field, field_of
from core.orm.condition import Condition
from core.orm.model import Model
from core.orm.operand import parse
from core.orm.selection import Selection

if TYPE_CHECKING:
    from core.orm.env import Env

PERIODS = ("day", "week", "month", "quarter", "year")


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
    plan = Selection(env, model)
    keys, titles = group_keys(plan, by)
    group_by = list(plan.columns)
    counted = plan.add(func.count())
    summed = {name: _add_sum(plan, field_of(model, name)) for name in sums}
    rows = env.session.execute(
        plan.statement(where).group_by(*group_by).order_by(*group_by).limit(limit)
    ).all()
    return [
        Group(
            tuple(row[i] for i in keys),
            group_titles(row, titles),
            row[counted],
            {name: row[s] for name, (s, _low, _high) in summed.items()},
            {
                n: row[low] if low is not None and high is not None and row[low] == row[high] else None
                for n, (_s, low, high) in summed.items()
            },
        )
        for row in rows
    ]


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
    plan = Selection(env, model)
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


def group_keys(plan: Selection, by: Sequence[str]) -> tuple[list[int], list[list[int]]]:
    """Positions of the fields grouped by, and of the names of what they refer to."""
    keys: list[int] = []
    titles: list[list[int]] = []
    for name in by:
        keys.append(plan.add(_group_column(plan, name)))
        found = field_of(plan.model, name.partition(":")[0])
        titles.append([plan.add(column) for column in plan.name_of(found)] if found.target else [])
    return keys, titles


def group_titles(row: Sequence[Any], titles: list[list[int]]) -> tuple[str | None, ...]:  # Any: columns
    return tuple(" ".join(str(row[i]) for i in t if row[i] is not None) or None for t in titles)


def _group_column(plan: Selection, name: str) -> Any:  # Any: a column of an entity
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


def _add_sum(plan: Selection, found: Field) -> tuple[int, int | None, int | None]:
    """Positions of the sum and of the least and greatest measure, which agree when the sum does not mix."""
    total = plan.add(func.sum(plan.column(found)))
    if not found.measure:
        return total, None, None
    measure = plan.column(field_of(plan.model, found.measure))
    return total, plan.add(func.min(measure)), plan.add(func.max(measure))
