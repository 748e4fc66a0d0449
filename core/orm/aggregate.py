"""Totals of a list's fields by currency or unit, one aggregate for each field, in one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from operator import add
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, select

from core.i18n import _
from core.orm.catalog import Field, field_of, measure_of
from core.orm.condition import Condition
from core.orm.grouping import group_keys, group_titles
from core.orm.model import Model
from core.orm.selection import COUNT_CAP, Count, Selection
from core.orm.types import Choice

if TYPE_CHECKING:
    from core.orm.env import Env

Fold = Callable[[Any, Any], Any]  # Any: two values of a field's type


class Aggregate(Choice):
    """What a column is summed up by."""

    SUM = "sum", _("Sum")
    AVERAGE = "average", _("Average")
    LEAST = "least", _("Least")
    GREATEST = "greatest", _("Greatest")
    MEDIAN = "median", _("Median")
    COUNT = "count", _("Count")


#: How the parts of an aggregate are made one, where records of one unit are counted in several groups.
_FOLDS: dict[Aggregate, tuple[Fold, ...]] = {
    Aggregate.SUM: (add,), Aggregate.COUNT: (add,), Aggregate.LEAST: (min,), Aggregate.GREATEST: (max,),
    Aggregate.AVERAGE: (add, add), Aggregate.MEDIAN: (min, max),
}  # fmt: skip


@dataclass
class Totals:
    """What the records of a list come to: the aggregate of each field by the id of its currency or unit."""

    count: Count
    fields: dict[str, dict[int | None, Any]] = field(default_factory=dict)  # Any: of the field's type
    #: Names of the currencies and units, by field and id.
    units: dict[tuple[str, int], str] = field(default_factory=dict)


def offered_totals(found: Field) -> tuple[Aggregate, ...]:
    """What a list may sum the field up by: anything of a number, the ends and the count of a date, else nothing.

    A number whose currency or unit another model's records hold is not summed up: it could mix them.
    """
    if found.column is None or (found.info.measure and not measure_of(found)):
        return ()
    if found.is_number:
        return tuple(Aggregate)
    dated = found.is_day or found.is_instant
    return (Aggregate.LEAST, Aggregate.GREATEST, Aggregate.COUNT) if dated else ()


def totals(
    env: Env,
    model: type[Model],
    wanted: Mapping[str, Aggregate],
    where: Condition | None = None,
    cap: int = COUNT_CAP,
) -> Totals:
    """The aggregates `wanted` by field among the records that fulfil `where`; of more than `cap` records no field's."""
    plan = Selection(env, model)
    fields = {name: field_of(model, name) for name in wanted}
    by = list(dict.fromkeys(measure for found in fields.values() if (measure := measure_of(found))))
    keys, titles = group_keys(plan, by)
    width = len(plan.columns)
    unit_at = dict(zip(by, keys, strict=True))
    parts = [_Part(plan, fields[n], kind, unit_at.get(measure_of(fields[n]))) for n, kind in wanted.items()]
    plan.columns = [column.label(f"c{number}") for number, column in enumerate(plan.columns)]
    counted = plan.statement(where).limit(cap + 1).subquery()
    inner = list(counted.c)
    made = [column for part in parts for column in part.aggregates(inner)]
    statement = select(*inner[:width], func.count(), *made).select_from(counted)
    rows = env.session.execute(statement.group_by(*inner[:width])).all()
    number = sum(row[width] for row in rows)
    found = Totals(Count(min(number, cap), number > cap))
    if number <= cap:
        _fold(found, rows, parts, width + 1)
        found.units = {
            (name, row[at]): title or ""
            for row in rows
            for (name, at), title in zip(unit_at.items(), group_titles(row, titles), strict=True)
            if row[at] is not None
        }
    return found


@dataclass
class _Part:
    """One field's share of the statement: its column, for a median its place among its like, and their number."""

    plan: Selection
    found: Field
    kind: Aggregate
    unit_at: int | None

    def __post_init__(self) -> None:
        column = self.plan.column(self.found)
        self.at = self.plan.add(column)
        if self.kind is Aggregate.MEDIAN:
            unit = [] if self.unit_at is None else [self.plan.columns[self.unit_at]]
            # Absent values stand last on both databases, and are not counted.
            order = func.row_number().over(partition_by=unit, order_by=[column.is_(None), column])
            self.plan.columns += [order, func.count(column).over(partition_by=unit)]

    def aggregates(self, inner: Sequence[Any]) -> list[Any]:  # Any: columns of a subquery
        column = inner[self.at]
        if self.kind is Aggregate.MEDIAN:
            order, number = inner[self.at + 1 : self.at + 3]
            # Twice the place of the one in the middle, or of the two beside it.
            twice = order + order
            middle = and_(twice >= number, twice <= number + 2)
            return [func.min(column).filter(middle), func.max(column).filter(middle)]
        if self.kind is Aggregate.AVERAGE:
            return [func.sum(column), func.count(column)]
        return [_FUNCTIONS[self.kind](column)]

    def result(self, parts: Sequence[Any]) -> Any:  # Any: values of the field's type
        if self.kind is Aggregate.AVERAGE:
            return Decimal(parts[0]) / parts[1]
        if self.kind is Aggregate.MEDIAN:
            return (Decimal(parts[0]) + Decimal(parts[1])) / 2
        return parts[0]


_FUNCTIONS: dict[Aggregate, Callable[[Any], Any]] = {  # Any: a column and what is made of it
    Aggregate.SUM: func.sum, Aggregate.COUNT: func.count, Aggregate.LEAST: func.min, Aggregate.GREATEST: func.max,
}  # fmt: skip


def _fold(found: Totals, rows: Sequence[Any], parts: Sequence[_Part], first: int) -> None:
    """Take the groups' values into `found`: a field's unit may come in several, by the units of other fields."""
    for part in parts:
        folds = _FOLDS[part.kind]
        by_unit: dict[int | None, list[Any]] = {}  # Any: of the field's type
        for row in rows:
            values = row[first : first + len(folds)]
            if None in values:
                continue
            unit = None if part.unit_at is None else row[part.unit_at]
            known = by_unit.get(unit)
            by_unit[unit] = list(values) if known is None else [
                fold(a, b) for fold, a, b in zip(folds, known, values, strict=True)
            ]  # fmt: skip
        found.fields[part.found.name] = {unit: part.result(values) for unit, values in by_unit.items()}
        first += len(folds)
