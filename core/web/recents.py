"""The records that a person opened last: kept after the page was answered, shown on the home page and in searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, after_this_request
from sqlalchemy import delete, select

from core import clock
from core.base import Recent
from core.base.hanging import HANGING
from core.orm import query
from core.orm.env import SYSTEM, Env
from core.orm.model import Model, model_name, model_named
from core.web.request import leave, principal
from core.web.urls import record_url

#: Opening a record again within this time is not worth a write.
QUIET = timedelta(minutes=5)
KEPT = 40


@dataclass(frozen=True)
class Opened:
    """A record that the person opened, if they may still see it."""

    model: type[Model]
    id: int
    title: str

    @property
    def url(self) -> str:
        return record_url(self.model, self.id)


def note_opened(at: Env, record: Model) -> None:
    """Remember, once the page is answered, that the person opened `record`."""
    name, record_id = model_name(type(record)), record.id
    if isinstance(record, HANGING):
        return
    asked = select(Recent.opened_at).where(
        Recent.user_id == at.user_id, Recent.model == name, Recent.record_id == record_id
    )
    last = at.session.scalar(asked)
    if last is None or clock.now() - last > QUIET:

        @after_this_request
        def keep(response: Response) -> Response:
            _keep(name, record_id)
            return response


def opened_last(at: Env, limit: int = 8) -> list[Opened]:
    """The newest first; one statement, and one for each kind of record among them."""
    asked = select(Recent.model, Recent.record_id).where(Recent.user_id == at.user_id)
    rows = at.session.execute(asked.order_by(Recent.opened_at.desc()).limit(limit)).all()
    titles = {name: _titles(at, name, [i for n, i in rows if n == name]) for name in {n for n, _i in rows}}
    found = []
    for name, record_id in rows:
        model = model_named(name)
        if model is not None and record_id in titles[name]:
            found.append(Opened(model, record_id, titles[name][record_id]))
    return found


def _titles(at: Env, name: str, ids: Sequence[int]) -> dict[int, str]:
    model = model_named(name)
    if model is None or not at.site.access.may(at.principal, "read", model):
        return {}
    return query.titles(at, model, ids)


def _keep(name: str, record_id: int) -> None:
    """As the system: a person without any role has recents too, and they are no one else's."""
    who = principal().user_id
    if who is None:
        return
    leave(lambda system: _write(system, who, name, record_id), SYSTEM)


def _write(system: Env, who: int, name: str, record_id: int) -> None:
    mine = Recent.user_id == who
    known = system.session.scalar(
        select(Recent).where(mine, Recent.model == name, Recent.record_id == record_id)
    )
    if known is not None:
        known.opened_at = clock.now()
    else:
        system.add(Recent(user_id=who, model=name, record_id=record_id, opened_at=clock.now()))
    system.flush()
    old = select(Recent.id).where(mine).order_by(Recent.opened_at.desc()).offset(KEPT).limit(KEPT)
    forgotten = list(system.session.scalars(old))
    if forgotten:
        system.session.execute(delete(Recent).where(Recent.id.in_(forgotten)))
