"""The records before and after one in a list's order, and its place among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import ScalarSelect, Select, func, select

from core.orm.condition import Condition
from core.orm.keyset import SortKey, beyond_cursor, sort_keys
from core.orm.model import Model
from core.orm.selection import Selection

if TYPE_CHECKING:
    from core.orm.env import Env

#: A place in a longer list than this is not worth counting.
MOST_COUNTED = 1_000


@dataclass(frozen=True)
class Neighbours:
    """What stands beside a record; `place` of `count` is 0 where the list is too long to count."""

    previous: int | None
    next: int | None
    place: int
    count: int


def neighbours(
    env: Env, model: type[Model], record_id: int, where: Condition | None, sort: Sequence[str]
) -> Neighbours | None:
    """The neighbours of a record in two statements; None when the list does not hold it."""
    plan = Selection(env, model)
    keys = sort_keys(plan, sort)
    plan.columns = [key.column for key in keys]
    row = env.session.execute(plan.statement(where).where(model.id == record_id)).one_or_none()
    if row is None:
        return None
    plan.columns = [model.id]
    listed = plan.statement(where)
    before = listed.where(beyond_cursor(keys, list(row), True, env.dialect))
    after = listed.where(beyond_cursor(keys, list(row), False, env.dialect))
    asked = select(_first(keys, before, True), _first(keys, after, False), _counted(before), _counted(listed))
    previous, following, place, count = env.session.execute(asked).one()
    if count > MOST_COUNTED:
        return Neighbours(previous, following, 0, 0)
    return Neighbours(previous, following, place + 1, count)


def _first(keys: list[SortKey], rows: Select[Any], backward: bool) -> ScalarSelect[int]:  # Any: ids
    order = [key.column.desc() if key.descending != backward else key.column.asc() for key in keys]
    return rows.order_by(*order).limit(1).scalar_subquery()


def _counted(rows: Select[Any]) -> ScalarSelect[int]:  # Any: ids
    return select(func.count()).select_from(rows.limit(MOST_COUNTED + 1).subquery()).scalar_subquery()
