"""What a document does when its parts are written, singly or in bulk: it settles its totals and its version rises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from core import clock
from core.orm import rowset
from core.orm.catalog import children_of
from core.orm.model import Model
from core.orm.plan import ModelPlan, plan_of
from core.orm.rowset import Same, among

if TYPE_CHECKING:
    from core.orm.env import Env

#: Ids of records by model.
Ids = Mapping[type[Model], Collection[int]]

#: Documents that settle together: enough to share statements, and few enough to be forgotten again.
_AT_ONCE = 200


def settle_pending(session: Session) -> None:
    """Have the owners of stored totals bring them in line, before a flush asks anything: once a document."""
    documents: dict[Model, None] = {}
    deleted, settled = session.deleted, session.info.pop("settled", frozenset())
    for record in (*session.new, *session.dirty, *deleted):
        document = _document_of(record)
        if document is not None and plan_of(type(document)).is_settled and document not in deleted:
            documents[document] = None
    for document in documents:
        if document not in settled:
            document.settle()


def settle(env: Env, plan: ModelPlan, ids: Collection[int], owners: Collection[int]) -> None:
    """After a write in bulk: have the records `ids`, and the documents of parts whose `owners` are given, settle.

    A document of which only parts were written rises in version.
    """
    of_parts = False
    while plan.owner is not None and plan.owner.target is not None and owners:
        above = plan_of(plan.owner.target)
        _expire_parts(env, above, plan, owners)
        plan, ids, owners, of_parts = above, owners, _owners_of(env, above, owners), True
    written = _settle_totals(env, plan, ids) if plan.is_settled else frozenset()
    if of_parts:
        raise_versions(env, {plan.model: set(ids).difference(written)})


def raise_versions_above(env: Env, owners: Ids, written: Ids) -> None:
    """After a flush: raise the documents of parts whose `owners` are given, but for those that were `written`."""
    documents: dict[type[Model], set[int]] = defaultdict(set)
    for model, ids in owners.items():
        plan, found = plan_of(model), ids
        while plan.owner is not None and plan.owner.target is not None:
            plan, found = plan_of(plan.owner.target), _owners_of(env, plan, found)
        documents[plan.model] |= set(found).difference(written.get(plan.model, ()))
    raise_versions(env, documents)


def raise_versions(env: Env, documents: Ids) -> None:
    """Count a change of parts as one of their documents: whoever has one open hears of it when they save.

    Below the session and without a look at the version: two people who write other lines are in nobody's way.
    """
    for model, ids in documents.items():
        table, stamps = plan_of(model).table, {"changed_at": clock.now(), "changed_by_id": env.user_id}
        if ids:
            values = {table.c[name]: Same(value) for name, value in stamps.items()}
            rowset.update(env._connection, table, sorted(ids), values)
        for record_id in ids:
            known = env.session.identity_map.get(identity_key(model, record_id))
            if known is not None and "version" in inspect(known).dict:
                for name, value in {**stamps, "version": known.version + 1}.items():
                    set_committed_value(known, name, value)


def _document_of(record: object) -> Model | None:
    """What a part is part of, however deep; the record itself where it stands for itself."""
    while isinstance(record, Model) and (owner := plan_of(type(record)).owner_link):
        record = getattr(record, owner)
    return record if isinstance(record, Model) else None


def _settle_totals(env: Env, plan: ModelPlan, ids: Iterable[int]) -> set[int]:
    """Have the documents `ids` settle; returns those that were written by it."""
    parts = [selectinload(getattr(plan.model, name)) for name in children_of(plan.model)]
    ordered, written = sorted(ids), set()
    for start in range(0, len(ordered), _AT_ONCE):
        some = among(plan.model.id, ordered[start : start + _AT_ONCE], env.dialect)
        documents = env.session.scalars(select(plan.model).where(some).options(*parts)).all()
        before = [document.version for document in documents]
        for document in documents:
            document.settle()
        env.session.info["settled"] = set(documents)
        env.flush()
        env.session.info.pop("settled", None)  # where there was nothing to flush
        written |= {d.id for d, version in zip(documents, before, strict=True) if d.version != version}
    return written


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
