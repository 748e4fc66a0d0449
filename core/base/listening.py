"""Who is told of changes: what happens to records in a transaction is gathered, and told as its last steps.

The active webhooks and automation rules are known to the process, and read again when their stamp (Env.listening) is
another one: a change of a model that nobody listens to costs no statement.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import select

from core.base.automation import Rule, rule_of
from core.base.models.automation import AutomationRule
from core.base.models.webhook import Webhook
from core.base.webhooks import Happened, Subscription, subscription_of
from core.events.whose import documents_of
from core.orm.env import Site
from core.orm.model import Model
from core.orm.plan import plan_of
from core.orm.tracking import ChangeEvent
from core.security.access import subject_of

if TYPE_CHECKING:
    from core.orm.env import Env

Listener = Subscription | Rule
#: Behind the numbers that documents take, before the outbox and the events that follow from it.
_STEP = "~automatic"


@dataclass(frozen=True)
class Noted:
    """What a flush or a bulk call did to records of a model."""

    event: ChangeEvent
    model: type[Model]
    ids: tuple[int, ...]
    fields: frozenset[str] = frozenset()
    #: The tracked fields of those that are gone.
    old: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)  # Any: what JSON can say


def note(env: Env, noted: Noted) -> None:
    """Keep in mind what happened, if somebody listens to it; what a savepoint undoes is forgotten."""
    if env.listening and subject_of(noted.model) in _listening(env):
        env.unsent.append(noted)
        env.last(_STEP, partial(_tell, env))


def _listening(env: Env) -> Mapping[type[Model], Sequence[Listener]]:
    """Who listens to which model, as it was when the transaction began."""
    stamp, known = _known.get(env.site, ("", {}))
    if stamp != env.listening:
        known = _read(env)
        _known[env.site] = (env.listening, known)
    return known


def _read(env: Env) -> Mapping[type[Model], Sequence[Listener]]:
    found: dict[type[Model], list[Listener]] = defaultdict(list)
    hooks = select(Webhook).where(Webhook.active.is_(True)).order_by(Webhook.id)
    rules = select(AutomationRule).where(AutomationRule.active.is_(True)).order_by(AutomationRule.id)
    with env.as_system() as system:
        listeners: list[Listener] = [subscription_of(row) for row in system.session.scalars(hooks)]
        listeners += [rule_of(row) for row in system.session.scalars(rules)]
    for each in listeners:
        if each.model is not None:
            found[each.model].append(each)
    return dict(found)


_known: WeakKeyDictionary[Site, tuple[str, Mapping[type[Model], Sequence[Listener]]]] = WeakKeyDictionary()


def _tell(env: Env) -> None:
    """Tell each listener what happened to its records; what it is told is the record as it is committed."""
    noted = [each for each in env.unsent if isinstance(each, Noted)]
    env.unsent[:] = [each for each in env.unsent if not isinstance(each, Noted)]
    for model, happened in _gathered(env, noted).items():
        for listener in _listening(env).get(model, ()):
            listener.tell(env, happened)


def _gathered(env: Env, noted: Sequence[Noted]) -> Mapping[type[Model], Mapping[int, Happened]]:
    """What happened to each record in all: one that came and went did not."""
    found: dict[type[Model], dict[int, Happened]] = defaultdict(dict)
    for each in noted:
        model, ids, told = _of_documents(env, each)
        for record_id in ids:
            new = Happened(told.event, told.fields, told.old.get(record_id, {}))
            joined = _joined(found[model].pop(record_id, None), new)
            if joined is not None:
                found[model][record_id] = joined
    return found


def _of_documents(env: Env, noted: Noted) -> tuple[type[Model], Sequence[int], Noted]:
    """Of lines: that their document changed."""
    owner = plan_of(noted.model).owner
    if owner is None:
        return noted.model, noted.ids, noted
    changed = replace(noted, event=ChangeEvent.CHANGED, fields=frozenset(), old={})
    if noted.event is ChangeEvent.DELETED and owner.target is not None:
        ids = {int(old[owner.name]) for old in noted.old.values() if old.get(owner.name) is not None}
        model, documents = documents_of(env, owner.target, sorted(ids))
    else:
        model, documents = documents_of(env, noted.model, noted.ids)
    return model, documents, changed


def _joined(before: Happened | None, new: Happened) -> Happened | None:
    if before is None or before.event is ChangeEvent.DELETED:
        return new
    if new.event is ChangeEvent.DELETED:
        return None if before.event is ChangeEvent.CREATED else new
    return replace(before, fields=before.fields | new.fields)
