"""Creating, changing and deleting many records at once, with all that a flush asks, keeps and tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column

from core import clock
from core.errors import ValidationError
from core.orm import row as row_view
from core.orm import rowset, tracking
from core.orm.deletion import Doomed, gather
from core.orm.document import settle
from core.orm.filling import Filled
from core.orm.model import Model
from core.orm.permission import (
    References,
    document_companies,
    part_companies,
    require,
    require_companies,
    require_fields,
    require_scope,
)
from core.orm.plan import ModelPlan, plan_of
from core.orm.refresh import expire
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
    with whole(env):
        names = frozenset().union(*rows)
        for name in names:
            plan.column(name)
        require(env, "create", model)
        require_fields(env, plan, names)
        filled = Filled(env, plan, rows, names)
        filled.refuse_unfit()
        _check(env, plan, filled.rows())
        _require_new(env, filled)
        ids = _insert(env, filled)
        require_scope(env, "create", model, ids)
        tracking.write(env, filled.happenings(ids))
        settle(env, plan, (), set(filled.each(plan.owner)) if plan.owner else ())
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
    with whole(env):
        revisions = revised(env, plan, rows)
        if not revisions:
            return []
        _check(env, plan, [r.row for r in revisions] if plan.is_checked else [], [r.index for r in revisions])
        _require_revised(env, plan, revisions)
        _write_revisions(env, plan, revisions)
        require_scope(env, "write", model, [r.id for r in revisions])
        tracking.write(env, [h for r in revisions if (h := _revision_happening(plan, r)) is not None])
        ids = [r.id for r in revisions]
        expire(env, plan, set(ids))
        settle(env, plan, ids, _owners(plan, revisions))
        if env.hook.records_changed.get_hookimpls():
            fields = frozenset(name for r in revisions for name in r.changed)
            env.hook.records_changed(env=env, model=model, ids=ids, fields=fields)
    return ids


def delete(
    env: Env,
    model: type[Model],
    ids: Sequence[int],
    keep: Callable[[Sequence[Doomed]], None] | None = None,
) -> None:
    """Delete records with their parts; each is granted and audited, all of them or none.

    `keep` is given all that goes, parts first and with every value, before it is gone.
    """
    if not ids:
        return
    with whole(env):
        doomed: list[Doomed] = []
        gather(env, plan_of(model), list(dict.fromkeys(ids)), doomed, whole=keep is not None)
        if keep is not None:
            keep(doomed)
        for each in doomed:
            rowset.delete(env._connection, each.plan.table, each.ids)  # below the session, in its transaction
        tracking.write(env, [h for each in doomed for h in each.happenings()])
        for each in doomed:
            expire(env, each.plan, set(each.ids))
        settle(env, doomed[-1].plan, (), doomed[-1].owners)
        if env.hook.records_deleted.get_hookimpls():
            for each in doomed:
                env.hook.records_deleted(env=env, model=each.plan.model, ids=each.ids, old=each.old)


def _insert(env: Env, filled: Filled) -> list[int]:
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
        values: dict[Column[Any], Any] = {
            facet.table.c.id: [ids[i] for i in chosen]
        }  # Any: of each column's type
        for column in facet.columns:
            given = filled.values.get(column, Same(None))
            values[column.column] = given if isinstance(given, Same) else [given[i] for i in chosen]
        if chosen:
            rowset.append(connection, facet.table, values, len(chosen))
    return ids


def _require_new(env: Env, filled: Filled) -> None:
    """Companies and references, asked before the write: what the database says of it could tell of hidden rows."""
    if env.principal.is_system:
        return
    plan, references = filled.plan, References()
    require_companies(env, plan.model, set(filled.company()))
    companies = [plan.referring(company) for company in filled.company()]
    if plan.owner is not None and plan.references:
        known = document_companies(env, plan, filled.each(plan.owner))
        companies = [known.get(owner) for owner in filled.each(plan.owner)]
    for column in plan.references if plan.owner is None else (plan.owner, *plan.references):
        for value, company in set(zip(filled.each(column), companies, strict=True)):
            if value is not None and column.target is not None:
                references.add(column.target, value, company)
    references.require(env)


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
    companies = {r.id: plan.referring(r.row.get("company_id")) for r in revisions}
    if plan.owner is not None and any(c.name in r.changed for r in revisions for c in plan.references):
        companies = part_companies(env, plan, {r.id: r.row.get(plan.owner.name) for r in revisions})
    for column in plan.references if plan.owner is None else (plan.owner, *plan.references):
        for r in revisions:
            value = r.row[column.name] if column.name in r.changed or "company_id" in r.changed else None
            if value is not None and column.target is not None:
                references.add(column.target, value, companies[r.id])
    references.require(env)


def _owners(plan: ModelPlan, revisions: Sequence[Revision]) -> set[int]:
    """The documents of changed parts, those that a part was taken from included."""
    if plan.owner is None:
        return set()
    name = plan.owner.name
    left = {r.changed[name][0] for r in revisions if name in r.changed}
    return left | {r.row[name] for r in revisions}


def _revision_happening(plan: ModelPlan, revision: Revision) -> Happening | None:
    kept = {n: (plan.by_name[n].plain, v) for n, v in revision.changed.items() if plan.by_name[n].track}
    if not kept:
        return None
    old, new = (
        {n: plain(v[0]) for n, (plain, v) in kept.items()},
        {n: plain(v[1]) for n, (plain, v) in kept.items()},
    )
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
def whole(env: Env) -> Iterator[None]:
    """All of the call happens or nothing does, and a broken constraint is explained."""
    with env._explaining(), env.savepoint():
        yield
