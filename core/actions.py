"""@action: one declaration is the button, the REST verb, the permission and the documentation."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin, get_type_hints

from core.addon import Package, owner_of
from core.errors import Forbidden, NotFound, PlatformError, UserError, ValidationError
from core.i18n import Text, _
from core.orm.condition import Condition
from core.orm.model import Model, model_name

if TYPE_CHECKING:
    from core.orm.env import Env
    from core.security.role import Role

#: What an action may give back: records to show, values that answer who called it over REST, or nothing.
Result = Sequence[Model] | Model | Mapping[str, object] | None


#: Says what is lost by an action on these records.
Loss = Callable[["Env", Sequence[Any]], Text | str]  # Any: records of the action's model


@dataclass(frozen=True)
class Ask:
    """How a parameter of an action is asked for: `*, reason: Annotated[str, Ask(_("Reason"))]`."""

    label: Text
    help: Text | None = None
    #: The model of a parameter that is the id of a record.
    to: type[Model] | None = None
    default: Callable[[Env, Sequence[Any]], object] | None = None  # Any: records of the action's model


@dataclass(frozen=True)
class Parameter:
    """A value that the person is asked for before the action runs."""

    name: str
    kind: type
    ask: Ask
    required: bool


@dataclass(frozen=True, eq=False)
class Action:
    """Something that may be done to records of a model; call it like the function it was made of."""

    function: Callable[..., Result]
    label: Text
    model: type[Model]
    roles: tuple[Role, ...] = ()
    when: Condition | None = None
    icon: str = ""
    primary: bool = False
    #: What is lost, asked before an action that cannot be undone.
    confirm: Text | Loss | None = None
    #: Offered for several selected records.
    bulk: bool = True
    #: What the values are called that it answers with, by name: pages show them once.
    answers: Mapping[str, Text] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def addon(self) -> str:
        return owner_of(self.function.__module__)

    @property
    def help(self) -> str:
        return inspect.getdoc(self.function) or ""

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        hints = get_type_hints(self.function, include_extras=True)
        found = inspect.signature(self.function).parameters.values()
        return tuple(_parameter(p, hints[p.name]) for p in found if p.kind is p.KEYWORD_ONLY)

    def __call__(
        self, env: Env, records: Sequence[Any], **values: object
    ) -> Result:  # Any: records of the model
        return self.function(env, records, **values)

    def run(self, env: Env, records: Sequence[Model], **values: object) -> Done:
        """Do it as the person does, from a page of the addon's own: see `run` below."""
        return run(env, self, records, values)

    def allowed_to(self, env: Env) -> bool:
        """Whether the person has one of the action's roles; without roles, a grant to write the model."""
        principal = env.principal
        if principal.is_system:
            return True
        if not env.site.access.may_act(principal, self.name, self.model):
            return False
        if self.roles:
            return any(role.name in principal.roles for role in self.roles)
        return env.site.access.may(principal, "write", self.model)

    def loss(self, env: Env, records: Sequence[Model]) -> Text | str:
        """What is lost by it; nothing where it can be undone."""
        return self.confirm(env, records) if callable(self.confirm) else self.confirm or ""

    def refusal(self, env: Env, record: Model) -> Text | None:
        """Why the action cannot be done with `record` now; None when it can."""
        if not self.allowed_to(env):
            return _("Your roles do not include {action}.", action=self.label)
        if self.when is not None and not self.when.holds(record, env):
            return _(
                "{action} is not possible for {record} as it is now.", action=self.label, record=record.label
            )
        return None


@dataclass(frozen=True)
class Outcome:
    """What came of an action for one record."""

    record_id: int
    error: object = None


@dataclass(frozen=True)
class Done:
    """What came of an action: records it gave back to show, or values in JSON's types."""

    opened: tuple[Model, ...] = ()
    outcomes: tuple[Outcome, ...] = field(default=())
    answer: Mapping[str, object] | None = None


_actions: dict[tuple[type[Model], str], Action] = {}


def action(  # noqa: PLR0913 -- a declaration: each word is named and most are left out
    label: Text,
    *,
    on: type[Model],
    roles: Sequence[Role] = (),
    when: Condition | None = None,
    icon: str = "",
    primary: bool = False,
    confirm: Text | Loss | None = None,
    bulk: bool = True,
    answers: Mapping[str, Text] | None = None,
) -> Callable[[Callable[..., Result]], Action]:
    """Make `function(env, records, *, ...)` an action on records of `on`; its docstring is the help."""

    def declared(function: Callable[..., Result]) -> Action:
        made = Action(function, label, on, tuple(roles), when, icon, primary, confirm, bulk, answers or {})
        _actions[on, made.name] = made
        return made

    return declared


def actions_of(model: type[Model]) -> list[Action]:
    """Every action of `model` in order of declaration."""
    return [made for (on, _name), made in _actions.items() if on is model]


def all_actions() -> Iterator[Action]:
    yield from _actions.values()


def action_named(model: type[Model], name: str) -> Action:
    """The action `name` of `model`; raises NotFound, naming those there are."""
    found = _actions.get((model, name))
    if found is None:
        known = ", ".join(a.name for a in actions_of(model)) or "-"
        raise NotFound(
            _("{model} has no action {name}. It has: {known}.", model=model.singular, name=name, known=known)
        )
    return found


def run(
    env: Env, chosen: Action, records: Sequence[Model], values: Mapping[str, object] | None = None
) -> Done:
    """Do the action to all `records` in one go, as the person: roles and condition are asked, then its addon acts.

    Raises Forbidden or UserError with the first reason; then nothing has changed (the caller's env is not committed).
    """
    if not chosen.allowed_to(env):
        raise Forbidden(_("Your roles do not include {action}. Nothing has changed.", action=chosen.label))
    for record in records:
        reason = chosen.refusal(env, record)
        if reason is not None:
            raise UserError(reason)
    env.refuse_write()
    with env.acting_as(chosen.addon):
        result = chosen(env, records, **checked_values(chosen, values or {}))
    return Done(answer=result) if isinstance(result, Mapping) else Done(_opened(result))


def run_each(
    env: Env, chosen: Action, records: Sequence[Model], values: Mapping[str, object] | None = None
) -> Done:
    """Do the action to each record in a savepoint of its own, so that one refusal does not stop the others."""
    opened: list[Model] = []
    outcomes = []
    for record in records:
        record_id = record.id
        try:
            with env.savepoint():
                opened += run(env, chosen, [record], values).opened
            outcomes.append(Outcome(record_id))
        except PlatformError as error:
            outcomes.append(Outcome(record_id, error.message))
    return Done(tuple(opened), tuple(outcomes))


def checked_values(chosen: Action, values: Mapping[str, object]) -> dict[str, object]:
    """The parameters' values, complete; raises ValidationError for a missing or unknown one."""
    known = {p.name: p for p in chosen.parameters}
    problems: dict[str, object] = {name: _("There is no such field.") for name in values if name not in known}
    for name, parameter in known.items():
        if parameter.required and values.get(name) in (None, ""):
            problems[name] = _("{field} is needed.", field=parameter.ask.label)
    if problems:
        raise ValidationError(problems)
    return {name: value for name, value in values.items() if value not in (None, "")}


def declared_in(package: Package) -> list[Action]:
    """The actions that an addon declares."""
    return [made for made in _actions.values() if made.addon == package.name]


def address(chosen: Action) -> str:
    """The action's name in permissions and tokens: `erp_supply.purchase_order.confirm`."""
    return f"{model_name(chosen.model)}.{chosen.name}"


def _parameter(parameter: inspect.Parameter, hint: Any) -> Parameter:  # Any: a type hint
    kind, ask = (get_args(hint)[0], get_args(hint)[1]) if get_origin(hint) is Annotated else (hint, None)
    if not isinstance(ask, Ask):
        raise TypeError(f"parameter {parameter.name} of an action must be Annotated[..., Ask(label)]")
    optional = [k for k in get_args(kind) if k is not type(None)]
    return Parameter(
        parameter.name, optional[0] if optional else kind, ask, parameter.default is parameter.empty
    )


def _opened(result: Sequence[Model] | Model | None) -> tuple[Model, ...]:
    if result is None:
        return ()
    return (result,) if isinstance(result, Model) else tuple(result)
