"""What base does when records change: it tells open pages, nothing hangs on what is gone, no place lies in itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core.base import content, following, hanging, listening, telling, webhooks
from core.base.actions import automating, mailing
from core.base.listening import Noted
from core.base.models.automation import AutomationRule, AutomationStep
from core.base.models.mechanism import OutgoingMessage
from core.base.models.place import StorageLocation, WorkCenter
from core.base.models.record import Attachment
from core.base.models.user import ClaimedRole, IdentityProvider, UserRole
from core.base.models.webhook import Webhook
from core.calling import Peer
from core.custom import keeping
from core.custom.field import CustomChoice, CustomField
from core.errors import ValidationError
from core.i18n import _
from core.orm.model import model_name
from core.orm.tracking import ChangeEvent
from core.orm.types import is_confidential
from core.plugins import hookimpl
from core.security import federation

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.orm.model import Model

_TREES: tuple[type[StorageLocation | WorkCenter], ...] = (StorageLocation, WorkCenter)


@hookimpl
def records_deleted(
    env: Env, model: type[Model], ids: Sequence[int], old: Mapping[int, Mapping[str, Any]]
) -> None:  # Any: what JSON can say
    """Delete comments, files, to-dos, external ids and bookmarks of what is gone, unless the bin keeps them."""
    if model is Attachment:
        content.release(env, [values["digest"] for values in old.values()])
    if model is CustomField:
        keeping.purged(env, (values["model"] for values in old.values()))
    if model is CustomChoice:
        keeping.choices_changed(env, {values["custom_field_id"] for values in old.values()})
    name = model_name(model)
    with env.as_system() as system:
        if env.recycling:
            hanging.move(system, name, ids, hanging.set_aside(name, env.recycling))
        else:
            hanging.forget(system, name, ids)
    telling.tell_deleted(env, model, ids)
    listening.note(env, Noted(ChangeEvent.DELETED, model, tuple(ids), old=old))


@hookimpl
def records_created(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """Refuse a role that nobody declared; make the columns of custom fields."""
    if issubclass(model, UserRole | ClaimedRole):
        _refuse_unknown_roles(env, model, ids)
    if model is CustomField:
        keeping.created(env, ids)
    if model is Webhook:
        webhooks.check(env, ids)
    if model is IdentityProvider:
        federation.check(env, ids)
    _check_rules(env, model, ids)
    telling.tell(env, "created", model, ids)
    listening.note(env, Noted(ChangeEvent.CREATED, model, tuple(ids)))


@hookimpl
def records_restored(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """Pages that show the list hear of it."""
    telling.tell(env, "created", model, ids)


@hookimpl
def records_changed(env: Env, model: type[Model], ids: Sequence[int], fields: frozenset[str]) -> None:
    """Refuse a place that would come to lie inside itself, and a role that nobody declared."""
    if issubclass(model, UserRole | ClaimedRole):
        _refuse_unknown_roles(env, model, ids)
    if model is CustomField:
        keeping.changed(env, ids, fields)
    if model is CustomChoice:
        keeping.choices_changed(env, _fields_of_choices(env, ids))
    if model is Webhook and fields - webhooks.STANDING:
        webhooks.check(env, ids)
    if model is IdentityProvider and "issuer" in fields:
        federation.check(env, ids)
    if model is OutgoingMessage and "state" in fields:
        mailing.follow_messages(env, ids)
    if fields - automating.STANDING:
        _check_rules(env, model, ids)
    following.tell_of_change(env, model, ids, fields)
    telling.tell(env, "changed", model, ids)
    listening.note(env, Noted(ChangeEvent.CHANGED, model, tuple(ids), fields))
    if "parent_id" in fields:
        _refuse_loops(env, model, ids)


@hookimpl
def collect_peers(env: Env) -> Sequence[Peer]:
    """Identity providers and receivers of webhooks."""
    asked = (
        select(IdentityProvider.issuer).where(IdentityProvider.active),
        select(Webhook.url).where(Webhook.active.is_(True)),
    )
    return [Peer(url, is_confidential(url)) for statement in asked for url in env.session.scalars(statement)]


def _refuse_loops(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    for tree in _TREES:
        for record_id in ids if model is tree else ():
            _refuse_loop(env, tree, record_id)


def _refuse_loop(env: Env, tree: type[StorageLocation | WorkCenter], record_id: int) -> None:
    passed = set()
    at: int | None = record_id
    while at is not None:
        if at in passed:
            raise ValidationError(
                {"parent_id": _("It would come to lie inside itself. Nothing has changed.")}
            )
        passed.add(at)
        at = env.get(tree, at).parent_id


def _check_rules(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """Refuse a rule or step that could never be done, or that would do more than who sets it up may."""
    if model is AutomationStep:
        with env.as_system() as system:
            asked = select(AutomationStep.rule_id).where(AutomationStep.id.in_(ids)).distinct()
            ids = system.session.scalars(asked).all()
    if model in (AutomationRule, AutomationStep):
        for rule_id in ids:
            automating.check_rule(env, rule_id)


def _fields_of_choices(env: Env, ids: Sequence[int]) -> Sequence[int]:
    return env.session.scalars(select(CustomChoice.custom_field_id).where(CustomChoice.id.in_(ids))).all()


def _refuse_unknown_roles(env: Env, model: type[UserRole | ClaimedRole], ids: Sequence[int]) -> None:
    declared = env.site.access.roles
    for role in env.session.scalars(select(model.role).where(model.id.in_(ids))):
        if role and role not in declared:
            known = ", ".join(sorted(declared))
            raise ValidationError(
                {"role": _("There is no role {role}. There are: {known}.", role=role, known=known)}
            )
