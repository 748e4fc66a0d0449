"""Rows that are about to be created, column by column, with what nobody gave filled in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

from core.errors import ValidationError
from core.orm.model import Base
from core.orm.plan import ColumnPlan, FacetPlan, ModelPlan
from core.orm.rowset import Same
from core.orm.tracking import ChangeEvent, Happening

if TYPE_CHECKING:
    from core.orm.env import Env

#: A record's values by field name, facets' as `erp_supply.lead_days`.
Row = Mapping[str, object]


class Filled:
    """The rows of one create."""

    def __init__(self, env: Env, plan: ModelPlan, rows: Sequence[Row], names: Collection[str]) -> None:
        self.plan = plan
        self.count = len(rows)
        self.values: dict[ColumnPlan, Sequence[Any] | Same] = {}  # Any: of each column's type
        for column in plan.by_name.values():
            company = column.key == "company_id" and plan.has_company
            if column.name in names:
                self.values[column] = _given(rows, column)
                if company:
                    self.values[column] = [row.get(column.name, env.company_id) for row in rows]
            elif company:
                self.values[column] = Same(env.company_id)
            elif column.varies:
                self.values[column] = [column.default() for _row in rows]
            elif column.column.server_default is None:
                self.values[column] = Same(column.default())

    def each(self, column: ColumnPlan | None) -> Sequence[Any] | Any:  # Any: of the column's type
        """The values of `column` row by row."""
        values = self.values[column] if column is not None else Same(None)
        return repeat(values.value, self.count) if isinstance(values, Same) else values

    def company(self) -> Any:  # Any: ids
        return self.each(self.plan.by_name["company_id"] if self.plan.has_company else None)

    def rows(self) -> list[dict[str, Any]]:  # Any: of any field's type
        """Row by row, for a model that checks its records itself."""
        if not self.plan.is_checked:
            return []
        names = [column.name for column in self.values]
        return [dict(zip(names, row, strict=True)) for row in zip(*map(self.each, self.values), strict=True)]

    def refuse_unfit(self) -> None:
        """Raise ValidationError, naming every row and field, for values that their columns cannot hold."""
        if any(_is_suspect(column, values) for column, values in self.values.items()):
            problems = {
                f"{index}.{column.name}": reason
                for column in self.values
                for index, value in enumerate(self.each(column))
                if (reason := column.complaint(value)) is not None
            }
            if problems:
                raise ValidationError(problems)

    def chosen(self, facet: FacetPlan) -> Sequence[int]:
        """The rows that get a row of `facet`: all, but for a sparse one those that say other than its defaults."""
        if not facet.facet.sparse:
            return range(self.count)
        lists = [
            (values, c.default()) for c in facet.columns if not isinstance(values := self.values[c], Same)
        ]
        return [i for i in range(self.count) if any(values[i] != default for values, default in lists)]

    def happenings(self, ids: Sequence[int]) -> list[Happening]:
        if not self.plan.tracked:
            return []
        new: list[dict[str, Any]] = [{} for _id in ids]  # Any: what JSON can say
        rows: dict[type[Base], Sequence[int]] = {self.plan.model: range(self.count)}
        rows |= {f.facet: self.chosen(f) for f in self.plan.facets}
        for column in self.plan.tracked:
            values = self.values[column]
            plain = (
                repeat(column.plain(values.value)) if isinstance(values, Same) else map(column.plain, values)
            )
            chosen = rows[column.owner]
            for index, value in zip(range(self.count), plain, strict=False):
                if value is not None and (len(chosen) == self.count or index in chosen):
                    new[index][column.name] = value
        return [
            Happening(self.plan.model, i, ChangeEvent.CREATED, {}, n) for i, n in zip(ids, new, strict=True)
        ]


def _given(rows: Sequence[Row], column: ColumnPlan) -> list[Any]:  # Any: of the column's type
    """What the rows say of `column`; as for records, None is no value where there is a default."""
    values = [row.get(column.name) for row in rows]
    if column.column.default is None or None not in values:
        return values
    return [column.default() if value is None else value for value in values]


def _is_suspect(column: ColumnPlan, values: Sequence[Any] | Same) -> bool:  # Any: of the column's type
    """Whether a closer look at each value is needed."""
    if isinstance(values, Same):
        return column.complaint(values.value) is not None
    if column.needs_value and None in values:
        return True
    if column.limit is not None:
        limit = column.limit
        return any(len(str(value)) > limit for value in values if value is not None)
    return column.is_bounded and any(column.complaint(value) is not None for value in values)
