"""Who has a record open: said by their pages for as long as they are, told to those who may read it, soon forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.dialects.postgresql import insert as insert_into_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_into_sqlite

from core import clock
from core.base.models.presence import Presence
from core.events.stream import publish
from core.orm.model import Model, model_name
from core.orm.plan import table_of
from core.security.account import User

if TYPE_CHECKING:
    from core.orm.env import Env

#: A page says so every half minute; who has not for so long is gone.
GONE = timedelta(seconds=90)


@dataclass(frozen=True)
class Present:
    """Somebody who has the record open as well."""

    user_id: int
    name: str
    editing: bool


def topic_of(model: type[Model]) -> str:
    """What open pages of its records hear when somebody comes, goes or begins to edit."""
    return f"presence:{model_name(model)}"


def announce(env: Env, record: Model, *, editing: bool) -> list[Present]:
    """Say that the person has `record`, which they may read, open; returns who else has, who edits it first."""
    found = _present(env, record)
    own = next((each for each in found if each.user_id == env.user_id), None)
    others = [each for each in found if each is not own]
    _keep(env, record, editing=editing)
    if others and (own is None or own.editing != editing):
        _tell(env, record)
    return others


def leave(env: Env, record: Model) -> None:
    """Say that the person has closed `record`."""
    table = table_of(Presence)
    mine = (table.c.user_id == env.user_id) & _of(record)
    env._connection.execute(
        delete(table).where(mine)
    )  # below the session, in its transaction: no Model's rows
    if _present(env, record):
        _tell(env, record)


def forget_old(env: Env, before: datetime) -> None:
    """Delete the rows of pages that were not closed but cut off."""
    table = table_of(Presence)
    env._connection.execute(delete(table).where(table.c.seen_at < before))  # as above


def _present(env: Env, record: Model) -> list[Present]:
    """Everybody who meets the person there, by name."""
    asked = (
        select(Presence.user_id, User.name, Presence.editing)
        .join(User, User.id == Presence.user_id)
        .where(
            _of(record), Presence.company_id.is_not_distinct_from(_meeting(env, record)),
            Presence.seen_at > clock.now() - GONE, User.active,
        )
        .order_by(Presence.editing.desc(), User.name)
    )  # fmt: skip
    with env.as_system() as system:
        return [Present(*row) for row in system.session.execute(asked)]


def _keep(env: Env, record: Model, *, editing: bool) -> None:
    table = table_of(Presence)
    insert = insert_into_postgresql if env.dialect == "postgresql" else insert_into_sqlite
    changing = {"company_id": _meeting(env, record), "editing": editing, "seen_at": clock.now()}
    key = {"model": model_name(type(record)), "record_id": record.id, "user_id": env.user_id}
    made = insert(table).values({**key, **changing})
    upsert = made.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changing)
    env._connection.execute(upsert)  # as in leave


def _of(record: Model) -> ColumnElement[bool]:
    table = table_of(Presence).c
    return and_(table.model == model_name(type(record)), table.record_id == record.id)


def _meeting(env: Env, record: Model) -> int | None:
    """The company whose people are told."""
    own: int | None = getattr(record, "company_id", None)
    return env.company_id if own is None else own


def _tell(env: Env, record: Model) -> None:
    company = _meeting(env, record)
    model = type(record)
    publish(
        env,
        topic_of(model),
        model=model,
        records=[record.id],
        companies=() if company is None else (company,),
    )
