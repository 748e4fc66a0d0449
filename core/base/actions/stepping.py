"""The steps of a rule: what each kind does with a record, as the person in whose name the rule runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from core import clock
from core.actions import Parameter, action_named, checked_values, run
from core.base.actions.commenting import comment
from core.base.actions.planning import plan
from core.base.models.automation import AutomationStep, StepKind
from core.base.models.user import User, UserCompany, UserRole
from core.base.models.webhook import Webhook
from core.base.rules.template import filled, names_in, sole_name
from core.base.webhooks import subscription_of, tell_one
from core.errors import UserError, ValidationError
from core.i18n import Text, _
from core.orm.assign import assign, may_set, visible_fields
from core.orm.dumping import plain
from core.orm.model import Model
from core.orm.query import titles
from core.orm.seen import require_field
from core.orm.types import Choice

if TYPE_CHECKING:
    from core.orm.env import Env


@dataclass(frozen=True)
class Step:
    """A step as it was when the rule began."""

    kind: StepKind
    action: str
    values: Mapping[str, Any]  # Any: JSON
    text: str
    user_id: int | None
    role: str
    due_days: int | None
    webhook_id: int | None
    rule: str

    @property
    def label(self) -> Text:
        return self.kind.label


def step_of(row: AutomationStep, rule: str) -> Step:
    return Step(
        row.kind, row.action or "", dict(row.values or {}), row.text or "", row.user_id, row.role or "", row.due_days,
        row.webhook_id, rule,
    )  # fmt: skip


def do(env: Env, step: Step, record: Model) -> str:
    """Do the step with the record, and say what was done; raises PlatformError where it is refused."""
    return str(_DOING[step.kind](env, step, record))


def check(env: Env, step: Step, model: type[Model]) -> None:
    """Raise ValidationError for what the step could never do; `env` is that of the person in whose name it runs."""
    for name in _inserted(step):
        require_field(model, visible_fields(env, model), name)
    _CHECKING[step.kind](env, step, model)


def _act(env: Env, step: Step, record: Model) -> Text:
    chosen = action_named(type(record), step.action)
    values = {p.name: _typed(p, _value(env, record, step.values.get(p.name))) for p in chosen.parameters}
    run(env, chosen, [record], {name: value for name, value in values.items() if value is not None})
    return _("{action} was done.", action=chosen.label)


def _set(env: Env, step: Step, record: Model) -> Text:
    values = {name: _value(env, record, value) for name, value in step.values.items()}
    assign(env, record, values)
    env.flush()
    said = ", ".join(f"{name} = {plain(value)}" for name, value in values.items())
    return _("Fields were set: {fields}.", fields=said)


def _give(env: Env, step: Step, record: Model) -> Text:
    due = None if step.due_days is None else clock.today(env.zone) + timedelta(days=step.due_days)
    people = _people(env, step)
    for user_id, _login, _name in people:
        plan(env, record, filled(step.text, _words(env, record))[:200], assignee_id=user_id, due_on=due)
    return _("A to-do was given to {people}.", people=_named(people))


def _notify(env: Env, step: Step, record: Model) -> Text:
    people = _people(env, step)
    called = " ".join(f"@{login}" for _user_id, login, _name in people)
    comment(env, record, f"{called} {filled(step.text, _words(env, record))}")
    return _("Notified: {people}.", people=_named(people))


def _send(env: Env, step: Step, record: Model) -> Text:
    with env.as_system() as system:
        webhook = system.get(Webhook, step.webhook_id or 0)
        to = subscription_of(webhook)
        if not webhook.active:
            raise UserError(_("The webhook {name} is paused.", name=webhook.name))
    if not tell_one(env, to, record.id, {"rule": step.rule}):
        raise UserError(_("The person of the webhook {name} does not see the record.", name=to.name))
    return _("A message to {name} was written.", name=to.name)


_DOING: Mapping[StepKind, Callable[[Env, Step, Any], Text]] = {  # Any: a record of the rule's model
    StepKind.ACTION: _act, StepKind.SET: _set, StepKind.TODO: _give, StepKind.NOTIFY: _notify,
    StepKind.WEBHOOK: _send,
}  # fmt: skip


def _check_action(env: Env, step: Step, model: type[Model]) -> None:
    chosen = action_named(model, step.action)
    checked_values(chosen, step.values)
    if not chosen.allowed_to(env):
        raise ValidationError(
            {"steps": _("{person} may not do {action}.", person=env.principal.name, action=chosen.label)}
        )


def _check_fields(env: Env, step: Step, model: type[Model]) -> None:
    seen = visible_fields(env, model)
    if not step.values:
        raise ValidationError({"steps": _("Say which fields are set, and to what.")})
    for name in step.values:
        if not may_set(require_field(model, seen, name), env):
            raise ValidationError({"steps": _("{field} cannot be set.", field=seen[name].label)})


def _check_people(env: Env, step: Step, model: type[Model]) -> None:
    if not step.text.strip() or not (step.user_id or step.role):
        raise ValidationError({"steps": _("Say what, and to whom.")})
    if step.role and step.role not in env.site.access.roles:
        raise ValidationError({"steps": _("There is no role {role}.", role=step.role)})


def _check_webhook(env: Env, step: Step, model: type[Model]) -> None:
    with env.as_system() as system:
        found = system.session.get(Webhook, step.webhook_id) if step.webhook_id else None
        to = subscription_of(found) if found is not None else None
    if to is None or to.model is not model or to.company_id != env.company_id:
        raise ValidationError(
            {"steps": _("Choose a webhook of this company about {models}.", models=model.plural)}
        )


_CHECKING: Mapping[StepKind, Callable[[Env, Step, type[Model]], None]] = {
    StepKind.ACTION: _check_action, StepKind.SET: _check_fields, StepKind.TODO: _check_people,
    StepKind.NOTIFY: _check_people, StepKind.WEBHOOK: _check_webhook,
}  # fmt: skip


def _inserted(step: Step) -> Iterator[str]:
    for text in (step.text, *step.values.values()):
        yield from names_in(text) if isinstance(text, str) else ()


def _value(env: Env, record: Model, value: Any) -> Any:  # Any: JSON in, a value of a field out
    """A constant as it is; a field's name alone as that field's value; any other text with the fields inserted."""
    if not isinstance(value, str):
        return value
    name = sole_name(value)
    if name is not None:
        return require_field(type(record), visible_fields(env, type(record)), name).get(record)
    return filled(value, _words(env, record))


def _words(env: Env, record: Model) -> Callable[[str], str]:
    """A field of the record as the person reads it."""
    seen = visible_fields(env, type(record))

    def words(name: str) -> str:
        found = require_field(type(record), seen, name)
        value = found.get(record)
        if found.target is not None and isinstance(value, int):
            return str(titles(env, found.target, [value]).get(value, ""))
        if isinstance(value, Choice):
            return str(value.label)
        return "" if value is None else str(plain(value))

    return words


def _people(env: Env, step: Step) -> Sequence[tuple[int, str, str]]:
    """The person, or the active people of the company who were given the role."""
    asked = select(User.id, User.login, User.name).where(User.active.is_(True))
    if step.user_id is not None:
        asked = asked.where(User.id == step.user_id)
    else:
        given = select(UserRole.user_id).where(UserRole.role == step.role)
        here = select(UserCompany.user_id).where(UserCompany.seen_company_id == env.company_id)
        asked = asked.where(User.id.in_(given), User.id.in_(here))
    with env.as_system() as system:
        found = [(row[0], row[1], row[2]) for row in system.session.execute(asked.order_by(User.id))]
    if not found:
        raise UserError(_("There is nobody to tell."))
    return found


def _named(people: Sequence[tuple[int, str, str]]) -> str:
    return ", ".join(name for _user_id, _login, name in people)


def _typed(parameter: Parameter, value: Any) -> Any:  # Any: JSON in, the parameter's type out
    if value is None or isinstance(value, parameter.kind):
        return value
    readers: Mapping[type, Callable[[Any], Any]] = {
        date: lambda raw: date.fromisoformat(str(raw)), Decimal: lambda raw: Decimal(str(raw)),
        bool: lambda raw: {"true": True, "1": True, "false": False, "0": False}[str(raw).lower()],
    }  # fmt: skip
    try:
        return readers.get(parameter.kind, parameter.kind)(value)
    except (ValueError, TypeError, KeyError, InvalidOperation) as error:
        raise UserError(
            _("{value} is no value for {field}.", value=value, field=parameter.ask.label)
        ) from error
