"""What webhooks are told: messages of the outbox, written with the change and by the rights of a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core import config
from core.base.acting import acting_for, require_no_more
from core.base.models.company import Company
from core.base.models.webhook import Webhook, WebhookDelivery
from core.calling import url_problem
from core.errors import PlatformError, ValidationError
from core.events.outbox import send
from core.i18n import _
from core.orm.assign import visible_fields
from core.orm.catalog import children_of
from core.orm.condition import ALWAYS, Condition, from_json
from core.orm.dumping import dump
from core.orm.model import Model, OfCompany, SharedByCompanies, model_name, model_named
from core.orm.rowset import among
from core.orm.seen import readable
from core.orm.tracking import ChangeEvent

if TYPE_CHECKING:
    from core.orm.env import Env

CHANNEL = "webhook"
PING = "ping"
#: Fields of a webhook that say nothing of what it tells or to whom.
STANDING = frozenset({"name", "active", "reason", "secret", "secret_at", "earlier_secret", "earlier_until"})
#: Records that are read at a time.
_CHUNK = 500


@dataclass(frozen=True)
class Happened:
    """What a transaction did to a record."""

    event: ChangeEvent
    #: The fields that changed, by name.
    fields: frozenset[str] = frozenset()
    #: The tracked fields of one that is gone.
    old: Mapping[str, Any] = field(default_factory=dict)  # Any: what JSON can say


@dataclass(frozen=True)
class Subscription:
    """A webhook as the process knows it."""

    id: int
    name: str
    company_id: int
    model: type[Model] | None
    events: frozenset[ChangeEvent]
    condition: Any  # Any: JSON
    fields: tuple[str, ...]
    runs_as_id: int

    def tell(self, env: Env, happened: Mapping[int, Happened]) -> None:
        """See `tell`."""
        tell(env, self, happened)


def subscription_of(row: Webhook) -> Subscription:
    wanted = {
        ChangeEvent.CREATED: row.on_created, ChangeEvent.CHANGED: row.on_changed, ChangeEvent.DELETED: row.on_deleted
    }  # fmt: skip
    events = frozenset(event for event, is_wanted in wanted.items() if is_wanted)
    return Subscription(
        row.id, row.name, row.company_id, model_named(row.model), events, row.condition, row.told_fields, row.runs_as_id
    )  # fmt: skip


def tell(env: Env, to: Subscription, happened: Mapping[int, Happened]) -> None:
    """Write what the person of the webhook may know; where that cannot be told any more, the webhook is paused."""
    wanted = {record_id: each for record_id, each in happened.items() if each.event in to.events}
    if not wanted:
        return
    try:
        with acting_for(env, to.runs_as_id, to.company_id) as person:
            messages = (*_of_those_there(person, to, wanted), *_gone(person, to, wanted))
            told = [(each, send_to(person, to, each)) for each in messages]
    except PlatformError as error:
        pause(env, to.id, str(error))
        return
    log(env, to.id, to.company_id, told)


def tell_one(env: Env, to: Subscription, record_id: int, more: Mapping[str, object]) -> bool:
    """Write a message about a record though nothing happened to it; False where the webhook's person may not see it."""
    model = _model(to)
    with acting_for(env, to.runs_as_id, to.company_id) as person:
        record = person.session.get(model, record_id)
        if record is None:
            return False
        told = _told(person, to, "sent", record_id, _chosen(dump(person, record), to.fields), **more)
        message_id = send_to(person, to, told)
    log(env, to.id, to.company_id, [(told, message_id)])
    return True


@dataclass(frozen=True)
class Told:
    """What a message says."""

    type: str
    record_id: int | None
    body: Mapping[str, Any]  # Any: JSON


def send_to(env: Env, to: Subscription, told: Told) -> str:
    """Messages about a record arrive in order; no record waits for another."""
    key = f"{to.id} {told.record_id}" if told.record_id is not None else ""
    return send(env, CHANNEL, told.type, {"webhook": to.id, "body": dict(told.body)}, key=key)


def log(env: Env, webhook_id: int, company_id: int, sent: Sequence[tuple[Told, str]]) -> None:
    """Keep that messages are on their way."""
    with env.as_system() as system:
        system.add(*(
            WebhookDelivery(
                webhook_id=webhook_id, company_id=company_id, message_id=message_id, type=told.type,
                model=told.body.get("model"), record_id=told.record_id,
            )
            for told, message_id in sent
        ))  # fmt: skip


def pause(env: Env, webhook_id: int, reason: str) -> None:
    """Stop telling a webhook, and say why: the change that was to be told goes on."""
    with env.as_system() as system:
        found = system.session.get(Webhook, webhook_id)
        if found is not None:
            found.active, found.reason = False, reason


def _of_those_there(env: Env, to: Subscription, happened: Mapping[int, Happened]) -> Iterator[Told]:
    """The records that the person sees and that fulfil the condition, as they are at the end of the transaction."""
    model = _model(to)
    condition = condition_of(env, to)
    ids = sorted(record_id for record_id, each in happened.items() if each.event is not ChangeEvent.DELETED)
    for some in (ids[at : at + _CHUNK] for at in range(0, len(ids), _CHUNK)):
        asked = select(model).where(among(model.id, some, env.dialect), condition.sql(model, env))
        for record in env.session.scalars(asked.order_by(model.id)):
            each = happened[record.id]
            seen = visible_fields(env, model)
            changed = (
                {"changed": sorted(each.fields & seen.keys())} if each.event is ChangeEvent.CHANGED else {}
            )
            yield _told(
                env, to, each.event.value, record.id, _chosen(dump(env, record), to.fields), **changed
            )


def _gone(env: Env, to: Subscription, happened: Mapping[int, Happened]) -> Iterator[Told]:
    """Of what is gone: its tracked fields, where the person would have seen every record of the company."""
    model, access = _model(to), env.site.access
    may = access.may(env.principal, "read", model)
    if not may or access.scope(env.principal, model, model, "read") is not None:
        return
    seen = visible_fields(env, model)
    for record_id, each in happened.items():
        if each.event is ChangeEvent.DELETED and _was_of(model, each.old, to.company_id):
            left = _nested({name: value for name, value in each.old.items() if name in seen})
            yield _told(env, to, each.event.value, record_id, _chosen({"id": record_id} | left, to.fields))


def _was_of(model: type[Model], old: Mapping[str, Any], company_id: int) -> bool:  # Any: what JSON can say
    if issubclass(model, OfCompany):
        return old.get("company_id") == company_id
    if issubclass(model, SharedByCompanies):
        return "company_id" in old and old["company_id"] in (None, company_id)
    return True


def condition_of(env: Env, to: Subscription) -> Condition:
    """What a record must fulfil; raises NotFound for a field that went, or that the person does not see."""
    model = _model(to)
    return readable(env, model, from_json(model, to.condition)) if to.condition else ALWAYS


def _model(to: Subscription) -> type[Model]:
    if to.model is None:
        raise PlatformError(_("What it is about is not installed any more."))
    return to.model


def _told(
    env: Env, to: Subscription, event: str, record_id: int, record: Mapping[str, Any], **more: object
) -> Told:  # Any: JSON
    name, company = model_name(_model(to)), env.get(Company, to.company_id).code
    body = {"company": company, "model": name, **more, "record": dict(record)}
    return Told(f"{name}.{event}", record_id, body)


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON
    """A facet's fields under its addon."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        addon, _dot, key = name.rpartition(".")
        (found.setdefault(addon, {}) if addon else found)[key] = value
    return found


def _chosen(record: Mapping[str, Any], fields: Sequence[str]) -> Mapping[str, Any]:  # Any: JSON
    """The fields that somebody chose, facets' nested as the API has them; the id always."""
    if not fields:
        return record
    found: dict[str, Any] = {"id": record["id"]}
    for name in fields:
        addon, _dot, key = name.rpartition(".")
        inside = record.get(addon, {}) if addon else record
        if key in inside:
            (found.setdefault(addon, {}) if addon else found)[key] = inside[key]
    return found


def check(env: Env, ids: Sequence[int]) -> None:
    """Refuse what could not be told, and what would be told by more rights than those of who sets it up."""
    inside = config.read(env.site.folder).inside_hosts
    with env.as_system() as system:
        rows = system.session.scalars(select(Webhook).where(Webhook.id.in_(ids)))
        found = [(row.url, subscription_of(row)) for row in rows]
    for url, to in found:
        problem = url_problem(url, inside)
        if problem is not None:
            raise ValidationError({"url": problem})
        require_no_more(env, to.runs_as_id, to.company_id)
        _check_fields(env, to)


def check_told(env: Env, webhook_id: int) -> None:
    """Raise PlatformError for an active webhook that could not be told any more."""
    with env.as_system() as system:
        found = subscription_of(system.get(Webhook, webhook_id))
    _check_fields(env, found)


def _check_fields(env: Env, to: Subscription) -> None:
    model = _model(to)
    with acting_for(env, to.runs_as_id, to.company_id) as person:
        try:
            condition_of(person, to)
        except PlatformError as error:
            raise ValidationError({"condition": error.message}) from error
        known, who = {*visible_fields(person, model), *children_of(model)}, person.principal.name
    unknown = next((name for name in to.fields if name not in known), None)
    if unknown is not None:
        said = _("{person} sees no field {name} of {models}.", person=who, name=unknown, models=model.plural)
        raise ValidationError({"field_names": said})
