"""Following records: who hears what happens to them, and that there is something to hear."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, delete, select

from core import clock
from core.base.models.following import Follower, NewsKind
from core.i18n import _
from core.jobs.job import enqueue
from core.orm import rowset
from core.orm.model import Model, model_name
from core.orm.plan import table_of
from core.orm.rowset import Same, Values, among
from core.workflow import workflow_of

if TYPE_CHECKING:
    from core.orm.env import Env

TASK = "base.notify"


def follow(env: Env, record: Model, user_ids: Collection[int] = ()) -> None:
    """These people, or the person themselves, hear of the record from now on, as far as they may see it then."""
    people = sorted({*user_ids} or ({env.user_id} if env.user_id is not None else ()))
    if not people:
        return
    env.flush()
    env.refuse_write()
    table = table_of(Follower)
    new: Values = {
        table.c.user_id: people, table.c.model: Same(model_name(type(record))), table.c.record_id: Same(record.id),
        table.c.version: Same(1),
    }  # fmt: skip
    # Below the session: two may begin to follow at once.
    rowset.append(env._connection, table, new, len(people), unless_there=True)


def unfollow(env: Env, record: Model) -> None:
    """The person hears of the record no more."""
    env.refuse_write()
    table = table_of(Follower)
    here = (table.c.model == model_name(type(record)), table.c.record_id == record.id)
    env._connection.execute(delete(table).where(*here, table.c.user_id == env.user_id))


def is_following(env: Env, record: Model) -> bool:
    """Whether the person hears what happens to the record."""
    table = table_of(Follower)
    mine = _on(model_name(type(record)), [record.id], env).where(table.c.user_id == env.user_id)
    return bool(env._connection.scalar(select(mine.exists())))


def tell_of_comment(env: Env, record: Model, comment_id: int, mentioned: Collection[int]) -> None:
    """Have followers told of a comment, and those whom it names."""
    what = {"kind": NewsKind.COMMENT, "comment": comment_id, "mentioned": sorted(mentioned)}
    _tell(env, type(record), [record.id], what)


def tell_of_change(env: Env, model: type[Model], ids: Sequence[int], fields: frozenset[str]) -> None:
    """Have followers told where records reached another state."""
    workflow = workflow_of(model)
    if workflow is not None and workflow.key in fields:
        _tell(env, model, ids, {"kind": NewsKind.STATE})


def _tell(env: Env, model: type[Model], ids: Sequence[int], what: dict[str, Any]) -> None:  # Any: JSON
    """By a job, where anybody but the person themselves hears of it: nobody who works waits for it."""
    if not env._connection.scalar(select(_others(env, model_name(model), ids).exists())):
        return  # asked below the session, which is left as it is by nearly every change
    with env.as_system() as system:
        if what["kind"] is NewsKind.STATE:
            what |= {"states": _states(system, model, ids)}
        told = {
            "model": model_name(model),
            "ids": list(ids),
            "by": env.user_id,
            "at": clock.now().isoformat(),
        }
        enqueue(system, TASK, _("Tell followers"), told | what)


def _states(system: Env, model: type[Model], ids: Sequence[int]) -> dict[str, str]:
    """The states that the records are in by now, by their ids as JSON has them."""
    workflow = workflow_of(model)
    if workflow is None:
        return {}
    asked = select(model.id, getattr(model, workflow.key)).where(among(model.id, ids, system.dialect))
    return {str(record_id): str(state.value) for record_id, state in system.session.execute(asked)}


def _others(env: Env, model: str, ids: Sequence[int]) -> Select[int]:
    found = _on(model, ids, env)
    return found if env.user_id is None else found.where(table_of(Follower).c.user_id != env.user_id)


def _on(model: str, ids: Sequence[int], env: Env) -> Select[int]:
    table = table_of(Follower)
    return select(table.c.id).where(table.c.model == model, among(table.c.record_id, ids, env.dialect))
