"""Records that were deleted come back as they were: the way back of core.orm.deletion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Table, select

from core.errors import UserError
from core.i18n import _
from core.orm import bulk, rowset, tracking
from core.orm.model import Model, model_named
from core.orm.plan import ColumnPlan, ModelPlan, plan_of
from core.orm.tracking import ChangeEvent, Happening

if TYPE_CHECKING:
    from core.orm.env import Env

#: The ids that records have by those that they had.
Ids = dict[type[Model], dict[int, int]]


@dataclass(frozen=True)
class Gone:
    """A record as it was when it was deleted."""

    plan: ModelPlan
    #: By name; a facet's only where there was a row of it.
    values: dict[str, Any]  # Any: of any field's type

    @property
    def id(self) -> int:
        found: int = self.values["id"]
        return found

    def to_json(self) -> dict[str, object]:
        columns = _columns(self.plan)
        plain = {n: columns[n].plain(v) if n in columns else v for n, v in self.values.items()}
        return {"model": self.plan.name, "values": plain}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Gone:  # Any: JSON
        """Raises UserError where the addon of its model is not there; fields that are no more are left out."""
        model = model_named(kept["model"])
        if model is None:
            raise UserError(_("The addon of {model} is not installed.", model=kept["model"]))
        plan = plan_of(model)
        columns = _columns(plan)
        values = {n: columns[n].typed(v) for n, v in kept["values"].items() if n in columns}
        return cls(plan, {"id": kept["values"]["id"], **values})


def reinsert(env: Env, gone: Sequence[Gone]) -> Ids:
    """Write a record and its parts, owners first, as they were; hooks and trail are told of it.

    An id that SQLite gave to another record meanwhile is replaced by a free one. Nothing is asked of the person here.
    """
    by_plan: dict[ModelPlan, list[dict[str, Any]]] = {}  # Any: of any field's type
    for each in gone:
        by_plan.setdefault(each.plan, []).append(each.values)
    ids: Ids = {}
    with bulk.whole(env):
        for plan, rows in by_plan.items():
            ids[plan.model] = _free(env, plan.table, [row["id"] for row in rows])
            renamed = [_renamed(plan, row, ids) for row in rows]
            _insert(env, plan, renamed)
            tracking.write(env, [_happening(plan, row) for row in renamed if plan.tracked])
        for model, known in ids.items():
            env.hook.records_restored(env=env, model=model, ids=list(known.values()))
    return ids


def _columns(plan: ModelPlan) -> dict[str, ColumnPlan]:
    return {**plan.by_name, **{column.name: column for column in plan.stamps}}


def _free(env: Env, table: Table, ids: Sequence[int]) -> dict[int, int]:
    connection = env._connection  # below the session, in its transaction
    taken = set(connection.scalars(select(table.c.id).where(table.c.id.in_(ids))))
    if not taken or env.dialect != "sqlite":
        return {i: i for i in ids}
    first = max(rowset.next_id(connection, table), *(i + 1 for i in ids))
    spare = iter(range(first, first + len(taken)))
    return {i: next(spare) if i in taken else i for i in ids}


def _renamed(plan: ModelPlan, row: Mapping[str, Any], ids: Ids) -> dict[str, Any]:  # Any: as above
    """The row with the ids that it and what it belongs to have now."""
    made = {**row, "id": ids[plan.model][row["id"]]}
    for column in plan.by_name.values():
        if column.target in ids and made.get(column.name) is not None:
            made[column.name] = ids[column.target].get(made[column.name], made[column.name])
    return made


def _insert(env: Env, plan: ModelPlan, rows: Sequence[Mapping[str, Any]]) -> None:  # Any: as above
    connection = env._connection  # below the session, in its transaction
    own: dict[Column[Any], Any] = {plan.table.c.id: [row["id"] for row in rows]}  # Any: of each column's type
    for column in (*plan.own, *plan.stamps):
        own[column.column] = [row.get(column.name, column.default()) for row in rows]
    rowset.append(connection, plan.table, own, len(rows))
    for facet in plan.facets:
        having = [row for row in rows if any(column.name in row for column in facet.columns)]
        if facet.facet.sparse is False:
            having = list(rows)
        values: dict[Column[Any], Any] = {facet.table.c.id: [row["id"] for row in having]}  # Any: as above
        for column in facet.columns:
            values[column.column] = [row.get(column.name, column.default()) for row in having]
        rowset.append(connection, facet.table, values, len(having))


def _happening(plan: ModelPlan, row: Mapping[str, Any]) -> Happening:  # Any: as above
    new = {c.name: c.plain(row[c.name]) for c in plan.tracked if row.get(c.name) is not None}
    return Happening(plan.model, row["id"], ChangeEvent.RESTORED, {}, new)
