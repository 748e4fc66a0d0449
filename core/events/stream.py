"""The event stream: what a transaction tells open pages, kept in order for a while so that nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Integer, String, delete, func, insert, literal_column, select
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.events import whose
from core.orm import early
from core.orm.model import Base, Model, model_name
from core.orm.types import BigId, Instant
from core.orm.waiting import Signal

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.security.role import Role

#: Sent with each commit that has events.
news = Signal("dovetail_event")
#: The advisory lock under which events are written, so that their ids are in the order of the commits.
LOCK = 0x6576656E74
#: A browser that was away for longer loads its pages again; so does one that missed more.
KEPT = timedelta(days=1)
MOST_KEPT = 20_000
#: Bytes of data: what is larger belongs into a record of which the event tells the id.
MOST_BYTES = 8_000
#: Ids of records that an event keeps.
MOST_RECORDS = 200
#: Sorts behind all other last steps of a transaction.
_LAST = "~events"


class Event(Base):
    """Something that happened, for those who may know of it. Not a Model: the system alone reads it."""

    __tablename__ = "base_event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[Instant]
    topic: Mapped[str] = mapped_column(String(100))
    by_id: Mapped[int | None] = mapped_column(BigId)
    #: Who may know: all that is named here holds. A person sees each of the companies,
    companies: Mapped[list[int]] = mapped_column(JSON)
    #: is this user,
    user_id: Mapped[int | None] = mapped_column(BigId)
    #: has this role,
    role: Mapped[str] = mapped_column(String(200))
    #: may read this model and, where they see a part of it only, one of these records.
    model: Mapped[str] = mapped_column(String(100))
    records: Mapped[list[int]] = mapped_column(JSON)
    #: How many records there were: of many only the first are kept.
    count: Mapped[int] = mapped_column(Integer)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: JSON


@dataclass(frozen=True)
class Unsent:
    """An event that waits for the end of its transaction."""

    topic: str
    data: Mapping[str, Any]  # Any: JSON
    #: None is looked up: those of the records.
    companies: tuple[int, ...] | None
    user_id: int | None
    role: str
    model: type[Model] | None
    records: tuple[int, ...]
    by_id: int | None
    #: The only company of which the writer can have written a record; None where there may be others.
    only: int | None

    @property
    def likeness(self) -> object:
        """What is the same in events that become one."""
        data = json.dumps(self.data, sort_keys=True)
        return self.topic, data, self.companies, self.user_id, self.role, self.model, self.only


def publish(
    env: Env,
    topic: str,
    data: Mapping[str, Any] | None = None,  # Any: JSON
    *,
    model: type[Model] | None = None,
    records: Collection[int] = (),
    role: Role | None = None,
    user_id: int | None = None,
    companies: Collection[int] | None = None,
) -> None:
    """Tell open pages of `topic` once the transaction is committed; of one that is rolled back nobody hears.

    It reaches who may read `model` (who sees a part of it only: one of `records`), has `role` and is `user_id`, of what
    is given; at least one must be. It reaches those who see all `companies`: by default those of the records or, where
    none are named, the one that `env` works in; an empty one is for all. A page gets `data` as it is, so it holds what
    each of them may see.
    """
    env.refuse_write()
    if model is None and role is None and user_id is None:
        raise TypeError(f"Event {topic} is for nobody: name a model, a role or a user")
    if len(json.dumps(data)) > MOST_BYTES:
        raise ValueError(
            f"Event {topic} has over {MOST_BYTES} bytes of data: tell the id of a record instead"
        )
    if companies is None and not (model is not None and records):
        companies = () if env.company_id is None else (env.company_id,)
    env.unsent.append(
        Unsent(
            topic, dict(data or {}), None if companies is None else tuple(companies), user_id,
            role.name if role is not None else "", model, tuple(records), env.user_id, whose.only_company(env),
        )
    )  # fmt: skip
    env.last(_LAST, partial(_send, env))


def _send(env: Env) -> None:
    """Write what was told. The lock is held until the commit, which follows at once."""
    told = [unsent for unsent in env.unsent if isinstance(unsent, Unsent)]
    env.unsent[:] = [unsent for unsent in env.unsent if not isinstance(unsent, Unsent)]
    by = next((unsent.by_id for unsent in told if unsent.by_id is not None), None)
    whole = _alike([whose.of_documents(env, alike) for alike in _alike(told)])
    rows = [_row(unsent, by) for alike in whole for unsent in whose.addressed(env, alike)]
    if not rows:
        return
    connection = env._connection  # below the session, in the same transaction
    if env.dialect == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK), literal_column(early.LET_GO)))
        early.lets_go(connection)
    connection.execute(insert(Event), rows)
    news.send(env)


def _alike(told: Sequence[Unsent]) -> Iterator[Unsent]:
    """Events that differ in their records alone as one."""
    found: dict[object, Unsent] = {}
    for unsent in told:
        known = found.get(unsent.likeness, unsent)
        found[unsent.likeness] = replace(
            known, records=tuple(dict.fromkeys((*known.records, *unsent.records)))
        )
    yield from found.values()


def _row(unsent: Unsent, by: int | None) -> dict[str, object]:
    return {
        "at": clock.now(), "topic": unsent.topic, "by_id": by, "companies": list(unsent.companies or ()),
        "user_id": unsent.user_id, "role": unsent.role,
        "model": model_name(unsent.model) if unsent.model is not None else "",
        "records": sorted(unsent.records)[:MOST_RECORDS], "count": len(unsent.records), "data": dict(unsent.data),
    }  # fmt: skip


def prune(env: Env) -> None:
    """Delete what is too old or too many, but never the newest: its id is where the next one counts on."""
    newest = env.session.scalar(select(func.max(Event.id))) or 0
    aged = env.session.scalar(select(func.max(Event.id)).where(Event.at < clock.now() - KEPT)) or 0
    env.session.execute(delete(Event).where(Event.id <= min(max(aged, newest - MOST_KEPT), newest - 1)))
