"""What follows a write below the session: it reads anew what changed, and documents settle their totals."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from core.orm.catalog import children_of
from core.orm.facet import Facet
from core.orm.plan import ModelPlan, plan_of
from core.orm.rowset import among

if TYPE_CHECKING:
    from core.orm.env import Env


#: Documents that settle together: enough to share statements, and few enough to be forgotten again.
_AT_ONCE = 200


def expire(env: Env, plan: ModelPlan, ids: Collection[int]) -> None:
    """Have the session read these records and their facets anew."""
    for state in env.session.identity_map.all_states():
        record = state.obj()
        kind = type(record).model if isinstance(record, Facet) else type(record)
        if record is not None and kind is plan.model and state.key is not None and state.key[1][0] in ids:
            env.session.expire(record)


def settle(env: Env, plan: ModelPlan, ids: Collection[int], owners: Collection[int]) -> None:
    """Have the records `ids`, and the documents `owners` of which parts were written, settle their totals."""
    if plan.owner is not None and plan.owner.target is not None and owners:
        above = plan_of(plan.owner.target)
        _expire_parts(env, above, plan, owners)
        settle(env, above, owners, _owners_of(env, above, owners))
    elif plan.is_settled and ids:
        parts = [selectinload(getattr(plan.model, name)) for name in children_of(plan.model)]
        ordered = sorted(ids)
        for start in range(0, len(ordered), _AT_ONCE):
            some = among(plan.model.id, ordered[start : start + _AT_ONCE], env.dialect)
            documents = env.session.scalars(select(plan.model).where(some).options(*parts)).all()
            for document in documents:
                document.settle()
            env.session.info["settled"] = set(documents)
            env.flush()


def _owners_of(env: Env, plan: ModelPlan, ids: Collection[int]) -> Collection[int]:
    if plan.owner is None:
        return ()
    owner = getattr(plan.model, plan.owner.key)
    return set(env.session.scalars(select(owner).where(among(plan.model.id, sorted(ids), env.dialect))))


def _expire_parts(env: Env, above: ModelPlan, part: ModelPlan, ids: Collection[int]) -> None:
    collections = [name for name, found in children_of(above.model).items() if found.target is part.model]
    for state in env.session.identity_map.all_states():
        record = state.obj()
        if (
            isinstance(record, above.model)
            and state.key is not None
            and state.key[1][0] in ids
            and collections
        ):
            env.session.expire(record, collections)
