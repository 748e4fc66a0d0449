"""What a person's last change replaced, so that it can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core import clock
from core.base.models.deleted import LastStep
from core.orm import rowset
from core.orm.plan import table_of
from core.orm.rowset import Values

if TYPE_CHECKING:
    from core.orm.env import Env


def keep(env: Env, content: dict[str, Any]) -> None:  # Any: JSON
    """Remember how the change of this transaction is undone, in place of the one before: one statement."""
    column = table_of(LastStep).c
    values: Values = {column.id: [env.user_id], column.at: [clock.now()], column.content: [content]}
    connection = env._connection  # below the session, in its transaction
    rowset.upsert(connection, table_of(LastStep), values, 1, [column.at, column.content])


def kept(env: Env) -> dict[str, Any]:  # Any: JSON
    """What the person's last change was; empty when there is none, or it was undone."""
    with env.as_system() as system:
        found = system.session.get(LastStep, env.user_id)
        return {} if found is None else dict(found.content)


def forget(env: Env) -> None:
    """It was undone."""
    keep(env, {})
