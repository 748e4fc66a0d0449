"""Creating, changing and deleting many records at once, with all that a flush asks, keeps and tells."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column

from core import clock
from core.errors import ValidationError
from core.orm import row as row_view
from core.orm import rowset, tracking
from core.orm.catalog import children_of
from core.orm.deletion import Doomed, gather
from core.orm.facet import Facet
from core.orm.model import Model
from core.orm.permission import References, require, require_companies, require_fields, require_scope
from core.orm.plan import ColumnPlan, FacetPlan, ModelPlan, plan_of
from core.orm.revision import Revision, revised
from core.orm.rowset import Same
from core.orm.tracking import ChangeEvent, Happening

if TYPE_CHECKING:
    from core.orm.env import Env

#: A record's values by field name, facets' as `erp_supply.lead_days`.
Row = Mapping[str, object]


def create(env: Env, model: type[Model], rows: Sequence[Row]) -> list[int]:
    """Create a record of each row and return their ids in the same order; all of them or none.

    Parts are created by a call of their own, with the ids of their documents.
    """
    if not rows:
        return []
    plan = plan_of(model)
    with _whole(env):
        names = frozenset().union(*rows)
        for name in names:
            plan.column(name)
        require(env, "create", model)
        require_fields(env, plan, names)
        filled = _Filled(env, plan, rows, names)
        filled.refuse_unfit()
        _check(env, plan, filled.rows())
        ids = _insert(env, filled)
        _require_created(env, filled, ids)
        tracking.write(env, filled.happenings(ids))
        _expire_owners(env, plan, {int(i) for i in filled.each(plan.owner)} if plan.owner else set())
        if env.hook.records_created.get_hookimpls():
            env.hook.records_created(env=env, model=model, ids=ids)
    return ids


def update(env: Env, model: type[Model], rows: Sequence[Row]) -> list[int]:
    """Change the record `row["id"]` of each row, and return the ids of those whose values differed; all or none.

    A row that says `version` raises Conflict when the record has another one by now.
    """
    if not rows:
        return []
    plan = plan_of(model)
    with _whole(env):
        revisions = revised(env, plan, rows)
        if not revisions:
            return []
        _check(env, plan, [r.row for r in revisions] if plan.is_checked else [], [r.index for r in revisions])
        _write_revisions(env, plan, revisions)
        _require_revised(env, plan, revisions)
        tracking.write(env, [h for r in revisions if (h := _revision_happening(plan, r)) is not None])
        ids = [r.id for r in revisions]
        _expire(env, plan, set(ids))
        if env.hook.records_changed.get_hookimpls():
            fields = frozenset(name for r in revisions for name in r.changed)
            env.hook.records_changed(env=env, model=model, ids=ids, fields=fields)
    return ids


def delete(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """Delete records with their parts; each is granted and audited, all of them or none."""
    if not ids:
        return
    with _whole(env):
        doomed: list[Doomed] = []
        gather(env, plan_of(model), list(dict.fromkeys(ids)), doomed)
        for each in doomed:
            rowset.delete(env._connection, each.plan.table, each.ids)  # below the session, in its transaction
        tracking.write(env, [h for each in doomed for h in each.happenings()])
        for each in doomed:
            _expire(env, each.plan, set(each.ids))
        if env.hook.records_deleted.get_hookimpls():
            for each in doomed:
                env.hook.records_deleted(env=env, model=each.plan.model, ids=each.ids)


class _Filled:
    """The rows of a create, column by column, with what nobody gave filled in."""

    def __init__(self, env: Env, plan: ModelPlan, rows: Sequence[Row], names: Collection[str]) -> None:
        self.plan = plan
        self.count = len(rows)
        self.values: dict[ColumnPlan, Sequence[Any] | Same] = {}  # Any: of each column's type
        for column in plan.by_name.values():
            company = column.key == "company_id" and plan.has_company
            if column.name in names:
                fill = (lambda: env.company_id) if company else column.default
                self.values[column] = _given(rows, column.name, fill)
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
        lists = [(values, c.default()) for c in facet.columns if not isinstance(values := self.values[c], Same)]
        return [i for i in range(self.count) if any(values[i] != default for values, default in lists)]

    def happenings(self, ids: Sequence[int]) -> list[Happening]:
        if not self.plan.tracked:
            return []
        new: list[dict[str, Any]] = [{} for _id in ids]  # Any: what JSON can say
        rows = {self.plan.model: range(self.count), **{f.facet: self.chosen(f) for f in self.plan.facets}}
        for column in self.plan.tracked:
            values = self.values[column]
            plain = repeat(column.plain(values.value)) if isinstance(values, Same) else map(column.plain, values)
            chosen = rows[column.owner]
            for index, value in zip(range(self.count), plain, strict=False):
                if value is not None and (len(chosen) == self.count or index in chosen):
                    new[index][column.name] = value
        return [Happening(self.plan.model, i, ChangeEvent.CREATED, {}, n) for i, n in zip(ids, new, strict=True)]


def _given(rows: Sequence[Row], name: str, fill: Any) -> list[Any]:  # Any: makes a value of the column's type
    try:
        return [row[name] for row in rows]
    except KeyError:
        return [row[name] if name in row else fill() for row in rows]


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


def _insert(env: Env, filled: _Filled) -> list[int]:
    plan, connection, at = filled.plan, env._connection, clock.now()  # below the session, in its transaction
    own: dict[Column[Any], Any] = {  # Any: of each column's type
        c.column: filled.values[c] for c in plan.own if c in filled.values
    }
    stamps = {"version": 1, "created_at": at, "created_by_id": env.user_id, "changed_at": at,
              "changed_by_id": env.user_id}  # fmt: skip
    own.update({plan.table.c[name]: Same(value) for name, value in stamps.items()})
    ids = rowset.insert(connection, plan.table, own, filled.count)
    for facet in plan.facets:
        chosen = filled.chosen(facet)
        values: dict[Column[Any], Any] = {facet.table.c.id: [ids[i] for i in chosen]}  # Any: of each column's type
        for column in facet.columns:
            given = filled.values.get(column, Same(None))
            values[column.column] = given if isinstance(given, Same) else [given[i] for i in chosen]
        if chosen:
            rowset.append(connection, facet.table, values, len(chosen))
    return ids


def _require_created(env: Env, filled: _Filled, ids: Sequence[int]) -> None:
    if env.principal.is_system:
        return
    plan, references = filled.plan, References()
    require_companies(env, plan.model, set(filled.company()))
    for column in plan.references if plan.owner is None else (plan.owner, *plan.references):
        for value, company in set(zip(filled.each(column), filled.company(), strict=True)):
            if value is not None and column.target is not None:
                references.add(column.target, value, company)
    references.require(env)
    require_scope(env, "create", plan.model, ids)


def _write_revisions(env: Env, plan: ModelPlan, revisions: Sequence[Revision]) -> None:
    connection, ids = env._connection, [r.id for r in revisions]  # below the session, in its transaction
    changed = frozenset().union(*(r.changed for r in revisions))
    own: dict[Column[Any], Any] = {  # Any: of each column's type
        c.column: [r.row[c.name] for r in revisions] for c in plan.own if c.name in changed
    }
    own |= {plan.table.c.changed_at: Same(clock.now()), plan.table.c.changed_by_id: Same(env.user_id)}
    rowset.update(connection, plan.table, ids, own)
    for facet in plan.facets:
        columns = [c for c in facet.columns if c.name in changed]
        touched = [r for r in revisions if any(c.name in r.changed for c in columns)]
        if touched:
            values: dict[Column[Any], Any] = {facet.table.c.id: [r.id for r in touched]}  # Any: as above
            values |= {c.column: [r.row.get(c.name, c.default()) for r in touched] for c in facet.columns}
            rowset.upsert(connection, facet.table, values, len(touched), [c.column for c in columns])


def _require_revised(env: Env, plan: ModelPlan, revisions: Sequence[Revision]) -> None:
    if env.principal.is_system:
        return
    references = References()
    if plan.has_company:
        require_companies(env, plan.model, {r.row["company_id"] for r in revisions})
    for column in plan.references if plan.owner is None else (plan.owner, *plan.references):
        for r in revisions:
            value = r.row[column.name] if column.name in r.changed or "company_id" in r.changed else None
            if value is not None and column.target is not None:
                references.add(column.target, value, r.row.get("company_id"))
    references.require(env)
    require_scope(env, "write", plan.model, [r.id for r in revisions])


def _revision_happening(plan: ModelPlan, revision: Revision) -> Happening | None:
    kept = {n: (plan.by_name[n].plain, v) for n, v in revision.changed.items() if plan.by_name[n].track}
    if not kept:
        return None
    old, new = {n: plain(v[0]) for n, (plain, v) in kept.items()}, {n: plain(v[1]) for n, (plain, v) in kept.items()}
    return Happening(plan.model, revision.id, ChangeEvent.CHANGED, old, new)


def _check(env: Env, plan: ModelPlan, rows: Sequence[Row], indexes: Sequence[int] = ()) -> None:
    """Run the model's own check on each row; what it finds wrong names the row by its index."""
    problems: dict[str, object] = {}
    for position, row in enumerate(rows):
        try:
            row_view.check(env, plan, row)
        except ValidationError as error:
            index = indexes[position] if indexes else position
            problems |= {f"{index}.{name}".rstrip("."): message for name, message in error.fields.items()}
    if problems:
        raise ValidationError(problems)


@contextmanager
def _whole(env: Env) -> Iterator[None]:
    """All of the call happens or nothing does, and a broken constraint is explained."""
    with env._explaining(), env.savepoint():
        yield


def _expire(env: Env, plan: ModelPlan, ids: Collection[int]) -> None:
    """Have the session read anew what was written below it."""
    owners = set()
    for state in env.session.identity_map.all_states():
        record, identity = state.obj(), state.key and state.key[1][0]
        kind = type(record).model if isinstance(record, Facet) else type(record)
        if record is not None and kind is plan.model and identity in ids:
            if plan.owner is not None and plan.owner.key in state.dict:
                owners.add(state.dict[plan.owner.key])
            env.session.expire(record)
    _expire_owners(env, plan, owners)


def _expire_owners(env: Env, plan: ModelPlan, ids: Collection[int]) -> None:
    """Have the collections of documents read anew whose parts were written."""
    owner = plan.owner.target if plan.owner else None
    if owner is None:
        return
    collections = [name for name, part in children_of(owner).items() if part.target is plan.model]
    for state in env.session.identity_map.all_states():
        record = state.obj()
        if isinstance(record, owner) and state.key is not None and state.key[1][0] in ids and collections:
            env.session.expire(record, collections)
