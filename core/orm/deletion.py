"""What a deletion in bulk takes with it: the records and, before them, their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.orm.catalog import children_of
from core.orm.permission import require, require_found, require_scope
from core.orm.plan import ModelPlan, plan_of
from core.orm.revision import locked
from core.orm.rowset import among
from core.orm.tracking import ChangeEvent, Happening

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass(frozen=True)
class Doomed:
    """The records of one model that go, with what the trail keeps of them."""

    plan: ModelPlan
    ids: Sequence[int]
    #: Tracked values by id.
    old: dict[int, dict[str, Any]]  # Any: what JSON can say
    #: The documents that these records were parts of.
    owners: frozenset[int]
    #: Every value by id and column, facets' only where the record has a row of them; empty unless asked for.
    whole: dict[int, dict[str, Any]]  # Any: of any field's type

    def happenings(self) -> list[Happening]:
        return [
            Happening(self.plan.model, i, ChangeEvent.DELETED, old, {}) for i, old in self.old.items() if old
        ]


def gather(
    env: Env,
    plan: ModelPlan,
    ids: Sequence[int],
    doomed: list[Doomed],
    *,
    with_document: bool = False,
    whole: bool = False,
) -> None:
    """Ask for each record and its parts, lock them, add them to `doomed`, parts first; `whole` reads every value."""
    require(env, "delete", plan.model, together=with_document)
    owner = plan.owner
    every = (*plan.by_name.values(), *plan.stamps)
    kept = dict.fromkeys(every if whole else (*plan.tracked, *([owner] if owner else [])))
    stored = locked(env, plan, ids, kept, absent_as_default=False)
    require_found(plan.model, ids, stored)
    require_scope(env, "delete", plan.model, ids)
    for part in children_of(plan.model).values():
        reference = getattr(part.target, part.owner)
        below = env.session.scalars(select(part.target.id).where(among(reference, ids, env.dialect))).all()
        if below:
            gather(env, plan_of(part.target), below, doomed, with_document=True, whole=whole)
    old = {i: {c.name: c.plain(stored[i][c.name]) for c in plan.tracked if c.name in stored[i]} for i in ids}
    owners = frozenset(stored[i][owner.name] for i in ids) if owner else frozenset()
    doomed.append(Doomed(plan, ids, old, owners, stored if whole else {}))
