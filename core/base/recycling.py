"""The recycle bin: what people delete is kept whole for a while, and brought back with its id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import select

from core import clock
from core.base import hanging
from core.base.models.deleted import DeletedRecord
from core.base.models.role import administrator
from core.errors import Forbidden, UserError
from core.i18n import _
from core.orm import bulk, rowset
from core.orm.catalog import is_part
from core.orm.deletion import Doomed
from core.orm.model import Model, model_name
from core.orm.plan import ModelPlan, table_of
from core.orm.reinsertion import Gone, reinsert
from core.orm.rowset import Same, Values

if TYPE_CHECKING:
    from core.orm.env import Env


def is_recycled(model: type[Model]) -> bool:
    """Whether the bin keeps what people delete of `model`: not parts, which are brought back with their record."""
    return model.recycled and not is_part(model)


def delete(env: Env, model: type[Model], ids: Sequence[int]) -> str:
    """Delete records as a person does; returns the name of the deletion in the bin, "" where nothing is kept.

    What is deleted from the bin itself is gone for good, with what hung on it.
    """
    if model is DeletedRecord:
        bulk.delete(env, model, ids, keep=lambda doomed: _forget(env, doomed[-1].whole.values()))
        return ""
    if not is_recycled(model):
        bulk.delete(env, model, ids)
        return ""
    deletion = uuid4().hex
    with _recycling(env, deletion):
        bulk.delete(env, model, ids, keep=lambda doomed: _keep(env, deletion, doomed))
    return deletion


def restore(env: Env, kept: Sequence[DeletedRecord]) -> list[tuple[type[Model], int]]:
    """Bring records back as they were, the last deleted first; returns their models and ids. All of them or none.

    Raises UserError with the reason where something stands in the way, and Forbidden unless the person may delete such
    records or is an administrator.
    """
    found = []
    for each in sorted(kept, key=lambda one: one.id, reverse=True):
        gone = [Gone.from_json(row) for row in each.content]
        _require(env, gone[0].plan.model)
        _refuse_lost(env, each.name, gone)
        found.append(_restore(env, each, gone))
    with env.acting_as("base"):
        bulk.delete(env, DeletedRecord, [each.id for each in kept])
    return found


def deleted_at_once(env: Env, deletion: str) -> list[DeletedRecord]:
    """What the bin still has of a deletion, as far as the person sees it."""
    return list(env.session.scalars(select(DeletedRecord).where(DeletedRecord.deletion == deletion)))


@contextmanager
def _recycling(env: Env, deletion: str) -> Iterator[None]:
    """What hangs on the records that are deleted within is kept with them (base's hooks)."""
    env.recycling = deletion
    try:
        yield
    finally:
        env.recycling = ""


def _keep(env: Env, deletion: str, doomed: Sequence[Doomed]) -> None:
    """Write the records that go into the bin: one statement."""
    root = doomed[-1]
    trees = _trees(doomed)
    column, rows = table_of(DeletedRecord).c, [root.whole[i] for i in root.ids]
    stamps = {"version": 1, "created_at": clock.now(), "created_by_id": env.user_id, "changed_at": clock.now(),
              "changed_by_id": env.user_id}  # fmt: skip
    values: Values = {
        column.name: [_name(root.plan, row)[:200] for row in rows], column.model: Same(root.plan.name),
        column.record_id: root.ids, column.user_id: Same(env.user_id), column.deleted_at: Same(clock.now()),
        column.company_id: [row.get("company_id") for row in rows], column.deletion: Same(deletion),
        column.content: [[gone.to_json() for gone in trees[i]] for i in root.ids],
        **{column[name]: Same(value) for name, value in stamps.items()},
    }  # fmt: skip
    rowset.insert(
        env._connection, table_of(DeletedRecord), values, len(rows)
    )  # below the session, in its transaction


def _trees(doomed: Sequence[Doomed]) -> dict[int, list[Gone]]:
    """Each record of the last with its parts, owners first."""
    root = doomed[-1]
    trees: dict[int, list[Gone]] = {i: [] for i in root.ids}
    tops: dict[tuple[type[Model], int], int] = {}
    for each in reversed(doomed):
        owner = each.plan.owner
        for i in each.ids:
            of = None if each is root or owner is None else owner.target
            top = i if of is None or owner is None else tops[of, each.whole[i][owner.name]]
            tops[each.plan.model, i] = top
            trees[top].append(Gone(each.plan, each.whole[i]))
    return trees


def _name(plan: ModelPlan, values: dict[str, Any]) -> str:  # Any: of any field's type
    """As Model.label says it of a record that is loaded."""
    titles = [c.name for c in plan.own if c.info is not None and c.info.title]
    return " ".join(str(v) for n in titles if (v := values[n]) not in (None, "")) or f"#{values['id']}"


def _forget(env: Env, rows: Iterable[dict[str, Any]]) -> None:  # Any: of any field's type
    """Delete what hung on records that go from the bin for good."""
    with env.as_system() as system:
        for row in rows:
            for kept in row["content"]:
                aside = hanging.set_aside(kept["model"], row["deletion"])
                hanging.forget(system, aside, [kept["values"]["id"]])


def _require(env: Env, model: type[Model]) -> None:
    may_delete = env.site.access.may(env.principal, "delete", model)
    if not may_delete and administrator.name not in env.principal.roles:
        raise Forbidden(_("Your roles do not let you change {noun}.", noun=model.plural))


def _refuse_lost(env: Env, name: str, gone: Sequence[Gone]) -> None:
    """Raise UserError where what the records refer to is not there any more."""
    own = {(each.plan.model, each.id) for each in gone}
    wanted: dict[type[Model], set[int]] = {}
    for each in gone:
        for column in each.plan.by_name.values():
            value = each.values.get(column.name)
            if column.target is not None and value is not None and (column.target, value) not in own:
                wanted.setdefault(column.target, set()).add(value)
    with env.as_system() as system:
        for target, ids in wanted.items():
            there = set(system.session.scalars(select(target.id).where(target.id.in_(sorted(ids)))))
            for lost in sorted(ids - there):
                raise UserError(_lost(system, name, target, lost))


def _lost(system: Env, name: str, target: type[Model], record_id: int) -> object:
    binned = select(DeletedRecord.name).where(
        DeletedRecord.model == model_name(target), DeletedRecord.record_id == record_id
    )
    known = system.session.scalar(binned.order_by(DeletedRecord.id.desc()).limit(1))
    words = {"record": name, "noun": target.singular, "other": known or f"#{record_id}"}
    if known is not None:
        return _(
            "{record} refers to {noun} {other}, which is in the recycle bin. Restore that first.", **words
        )
    return _("{record} refers to {noun} {other}, which is gone. It cannot be brought back.", **words)


def _restore(env: Env, kept: DeletedRecord, gone: Sequence[Gone]) -> tuple[type[Model], int]:
    ids = reinsert(env, gone)
    with env.as_system() as system:
        for model, known in ids.items():
            name = model_name(model)
            aside = hanging.set_aside(name, kept.deletion)
            for shift in {now - before for before, now in known.items()}:
                moved = [before for before, now in known.items() if now - before == shift]
                hanging.move(system, aside, moved, name, shift)
    root = gone[0]
    return root.plan.model, ids[root.plan.model][root.id]
