"""Who gets an event: the rule is the gate's own, asked for one person at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.orm.env import Principal, Site, open_env
from core.orm.model import Model, model_named
from core.orm.rowset import among

if TYPE_CHECKING:
    from core.events.stream import Event


@dataclass(frozen=True)
class Told:
    """An event as it was read, away from its transaction."""

    id: int
    at: datetime
    topic: str
    by_id: int | None
    companies: frozenset[int]
    user_id: int | None
    role: str
    model: str
    records: tuple[int, ...]
    count: int
    data: dict[str, Any]  # Any: JSON

    @cached_property
    def message(self) -> bytes:
        """As server-sent events are written; the data is one line, whatever it holds."""
        said = {
            "id": self.id, "at": self.at.isoformat(), "topic": self.topic, "by": self.by_id, "model": self.model,
            "records": self.records, "count": self.count, "data": self.data,
        }  # fmt: skip
        return f"id: {self.id}\ndata: {json.dumps(said, separators=(',', ':'))}\n\n".encode()


def told_of(event: Event) -> Told:
    return Told(
        event.id, event.at, event.topic, event.by_id, frozenset(event.companies), event.user_id, event.role,
        event.model, tuple(event.records), event.count, dict(event.data),
    )  # fmt: skip


def seen_by(site: Site, principal: Principal, told: Told) -> Told | None:
    """`told` as the person may know it, with the records that they see; None when it is not for them."""
    if told.user_id not in (None, principal.user_id) or not told.companies <= principal.companies:
        return None
    if told.role and told.role not in principal.roles:
        return None
    if not told.model:
        return told
    model = model_named(told.model)
    if model is None or not site.access.may(principal, "read", model):
        return None
    if site.access.scope(principal, model, model, "read") is None:
        return told
    seen = _visible(site, principal, model, told.records)
    hidden = len(told.records) - len(seen)
    return replace(told, records=seen, count=told.count - hidden) if seen else None


def _visible(site: Site, principal: Principal, model: type[Model], ids: Sequence[int]) -> tuple[int, ...]:
    with open_env(site, principal) as env:
        asked = select(model.id).where(among(model.id, ids, env.dialect)).order_by(model.id)
        return tuple(env.session.scalars(asked))
