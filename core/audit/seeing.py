"""Whose changes a person may see: those of records that they may read, and of deleted ones of their companies."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from core.orm.catalog import children_of
from core.orm.env import Env
from core.orm.model import Base, Model, model_name
from core.orm.plan import ModelPlan, plan_of
from core.orm.rowset import among
from core.orm.tracking import Change, ChangeEvent
from core.security.signature import Signature

#: Lines of one record that are asked for.
_MOST_LINES = 1_000

Gone = Mapping[int, dict[str, Any]]  # Any: what JSON can say


def seen(env: Env, model: type[Model], ids: Collection[int]) -> set[int]:
    """Those of the records `ids` that the person sees; a deleted one as its last values say whose it was."""
    if not ids or not env.site.access.may(env.principal, "read", model):
        return set()
    found = _there(env, model, ids)
    with env.as_system() as system:
        missing = set(ids) - found - _there(system, model, set(ids) - found)
        gone: Gone = {i: {} for i in missing} | _last_values(system, model, missing)
    return found | _of_companies(env, plan_of(model), gone)


def lines_of(env: Env, model: type[Model], record_id: int) -> Iterator[tuple[type[Model], Sequence[int]]]:
    """The lines that a record has or had, by their model."""
    for children in children_of(model).values():
        owner = plan_of(children.target).owner
        if owner is None:
            continue
        with env.as_system() as system:
            there = select(children.target.id).where(getattr(children.target, owner.key) == record_id)
            ids = list(system.session.scalars(there.limit(_MOST_LINES)))
            said = f'%"{owner.name}":{record_id}%'
            gone = select(Change.record_id, Change.old).where(
                Change.model == model_name(children.target), Change.event == ChangeEvent.DELETED,
                Change.old.like(said),
            )  # fmt: skip
            rows = system.session.execute(gone.limit(_MOST_LINES)).all()
        ids += [row.record_id for row in rows if json.loads(row.old).get(owner.name) == record_id]
        if ids:
            yield children.target, ids


def signatures_of(env: Env, model: type[Model], record_id: int) -> Sequence[int]:
    """The signatures of a record."""
    asked = select(Signature.id).where(Signature.model == model_name(model), Signature.record_id == record_id)
    with env.as_system() as system:
        return system.session.scalars(asked.order_by(Signature.id).limit(_MOST_LINES)).all()


def _there(env: Env, model: type[Model], ids: Collection[int]) -> set[int]:
    """Those that the gate lets through."""
    return set(env.session.scalars(select(model.id).where(among(model.id, sorted(ids), env.dialect))))


def _last_values(
    env: Env, model: type[Model], ids: Collection[int]
) -> dict[int, dict[str, Any]]:  # Any: JSON
    """What the trail kept when the records were deleted."""
    kept = select(Change.record_id, Change.old).where(
        Change.model == model_name(model), Change.event == ChangeEvent.DELETED,
        among(Change.record_id, sorted(ids), env.dialect),
    )  # fmt: skip
    return {row.record_id: json.loads(row.old) for row in env.session.execute(kept.order_by(Change.id))}


def _of_companies(env: Env, plan: ModelPlan, gone: Gone) -> set[int]:
    """Those of the person's companies; a line is its document's. Where nothing was kept: who sees all companies."""
    if plan.owner is not None and plan.owner.target is not None:
        by_owner: dict[int | None, set[int]] = defaultdict(set)
        for record_id, values in gone.items():
            by_owner[values.get(plan.owner.name)].add(record_id)
        owners = seen(env, plan.owner.target, {owner for owner in by_owner if owner is not None})
        return set().union(*(by_owner[owner] for owner in owners), by_owner[None] if _sees_all(env) else ())
    if not plan.has_company:
        return set(gone)
    mine = {*env.principal.companies, *([None] if plan.is_shared else [])}
    unknown = {i for i, values in gone.items() if "company_id" not in values}
    known = {i for i in gone.keys() - unknown if gone[i]["company_id"] in mine}
    return known | (unknown if _sees_all(env) else set())


def _sees_all(env: Env) -> bool:
    companies = select(func.count()).select_from(Base.metadata.tables["base_company"])
    return len(env.principal.companies) == env._connection.scalar(companies)
