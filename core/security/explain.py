"""Why somebody may see or do a thing, or may not: every grant, role, scope, company and field role, step by step."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from core.errors import Forbidden, NotFound
from core.i18n import Text, _
from core.orm.catalog import fields_of, owner_field
from core.orm.model import Model, OfCompany, SharedByCompanies, model_name, model_named
from core.security.access import AccessRules, asked_of, subject_of
from core.security.account import User, UserRole
from core.security.principal import principal_of
from core.security.role import VERBS, Role

if TYPE_CHECKING:
    from core.orm.env import Env, Principal


@dataclass(frozen=True)
class Step:
    """One thing that was asked: whether it speaks for it, and what it is."""

    holds: bool
    text: Text
    #: Whether it decides; a step that does not is said for information.
    decides: bool = True


@dataclass(frozen=True)
class Explanation:
    """Whether a user may do `verb` with a model or one record of it, and the steps that led there."""

    user: str
    model: type[Model]
    record_id: int | None
    verb: str
    steps: tuple[Step, ...]

    @property
    def allowed(self) -> bool:
        return all(step.holds for step in self.steps if step.decides)

    @property
    def summary(self) -> Text:
        what = self.model.plural if self.record_id is None else f"{self.model.singular} {self.record_id}"
        may, may_not = _SUMMARIES[self.verb]
        return _(may if self.allowed else may_not, user=self.user, what=what)


_SUMMARIES = {
    "read": ("{user} may see {what}.", "{user} may not see {what}."),
    "create": ("{user} may create {what}.", "{user} may not create {what}."),
    "write": ("{user} may change {what}.", "{user} may not change {what}."),
    "delete": ("{user} may delete {what}.", "{user} may not delete {what}."),
}
#: Where the extraction of translatable texts finds the summaries.
_EXTRACTED = (
    _("{user} may see {what}."), _("{user} may not see {what}."),
    _("{user} may create {what}."), _("{user} may not create {what}."),
    _("{user} may change {what}."), _("{user} may not change {what}."),
    _("{user} may delete {what}."), _("{user} may not delete {what}."),
)  # fmt: skip


def explain(
    env: Env, user_id: int, model: type[Model], record_id: int | None = None, verb: str = "read"
) -> Explanation:
    """Why the user may do `verb` with `model`, or with the record `record_id` of it. `env` is the system's."""
    user = env.get(User, user_id)
    steps = tuple(_steps(env, user, model, record_id, verb))
    return Explanation(user.name, model, record_id, verb, steps)


def render(explanation: Explanation) -> str:
    """The explanation as lines of text: what holds is marked with +, what is missing with -."""
    marks = {True: "+", False: "-"}
    lines = (f"  {marks[step.holds] if step.decides else ' '} {step.text}" for step in explanation.steps)
    return "\n".join([str(explanation.summary), *lines])


def explain_access(env: Env, login: str, name: str, record_id: int | None = None) -> list[str]:
    """The lines of `dovetail explain access LOGIN MODEL [ID]`: every verb in turn."""
    user_id = env.session.scalar(select(User.id).where(func.lower(User.login) == login.lower()))
    if user_id is None:
        raise NotFound(_("There is no user {login}.", login=login))
    model = model_named(name)
    if model is None:
        raise NotFound(_("There is no model {name}. Write it as base.item.", name=name))
    verbs = [verb for verb in VERBS if record_id is None or verb != "create"]
    return [
        line for verb in verbs for line in render(explain(env, user_id, model, record_id, verb)).splitlines()
    ]


def _steps(env: Env, user: User, model: type[Model], record_id: int | None, verb: str) -> Iterator[Step]:
    try:
        principal = principal_of(env, user.id)
    except Forbidden as inactive:
        yield Step(False, _("{reason}", reason=inactive))
        return
    if verb != "read" and (reason := env.site.frozen.get(model_name(model))):
        yield Step(False, _("{reason}", reason=reason))
    subject, asked = subject_of(model), asked_of(verb, model)
    if subject is not model:
        yield Step(True, _("{part} has the grants, company and scope of {document}.",
                           part=model.plural, document=subject.singular), False)  # fmt: skip
    rules = _rules(env)
    granting = rules.granting(principal, subject, asked)
    yield from _grants(env, user, subject, asked, granting)
    record_id = _document_id(env, model, record_id)
    if record_id is not None or issubclass(subject, OfCompany | SharedByCompanies):
        yield from _company(env, principal, subject, record_id)
    if granting:
        yield from _scopes(env, principal, subject, record_id, granting)
    yield from _fields(env, principal, model)


def _grants(env: Env, user: User, subject: type[Model], verb: str, granting: set[str]) -> Iterator[Step]:
    """The roles that grant it: how the user has them or, if they have none, who could give which."""
    rules, given = _rules(env), _given(env, user.id)
    for name in sorted(granting):
        role = rules.roles[name]
        yield Step(
            True, _("The role {role} grants it; {how}.", role=role.label, how=_how(rules, given, role))
        )
    if granting:
        return
    known = sorted(name for name in rules.grants.get((subject, verb), ()) if name in rules.roles)
    if not known:
        yield Step(False, _("No role grants it: it is for the system alone."))
        return
    roles = ", ".join(f"{rules.roles[name].label} ({name})" for name in known)
    yield Step(False, _("None of the user's roles grants it. These do: {roles}.", roles=roles))
    givers = sorted(
        str(rules.roles[n].label) for n in rules.grants.get((User, "write"), ()) if n in rules.roles
    )
    if givers:
        yield Step(False, _("Who can give a role: {givers}.", givers=", ".join(givers)), False)


def _how(rules: AccessRules, given: Mapping[str, str], role: Role) -> Text:
    """How the user came by `role`."""
    chain = _chain(rules, given, role.name)
    if chain[0].everybody and chain[0].name not in given:
        if len(chain) == 1:
            return _("everybody has it")
        return _("everybody has it through {chain}", chain=_written(chain))
    source = given.get(chain[0].name, "")
    if len(chain) == 1:
        return (
            _("{provider} gives it by its claims", provider=source) if source else _("the user was given it")
        )
    if source:
        return _("it comes with a role that {provider} gives by its claims: {chain}", provider=source,
                 chain=_written(chain))  # fmt: skip
    return _("it comes with the role that the user was given: {chain}", chain=_written(chain))


def _chain(rules: AccessRules, given: Collection[str], wanted: str) -> list[Role]:
    """The shortest way from a role that the user was given, or everybody has, down to `wanted`."""
    starts = [r for r in rules.roles.values() if r.name in given] + [
        r for r in rules.roles.values() if r.everybody
    ]
    ways = deque([start] for start in starts)
    while ways:
        way = ways.popleft()
        if way[-1].name == wanted:
            return way
        ways.extend([*way, implied] for implied in way[-1].implies)
    return [rules.roles[wanted]]


def _written(chain: Iterable[Role]) -> str:
    return " → ".join(str(role.label) for role in chain)


def _company(env: Env, principal: Principal, subject: type[Model], record_id: int | None) -> Iterator[Step]:
    """Whether the record belongs to a company that the user sees."""
    if record_id is not None and not _count(env, subject, subject.id == record_id):
        yield Step(False, _("There is no {model} {id}.", model=subject.singular, id=record_id))
        return
    if not issubclass(subject, OfCompany | SharedByCompanies):
        return
    if record_id is None:
        yield Step(True, _("Only records of the companies {companies} are seen.",
                           companies=_companies(env, principal)), False)  # fmt: skip
        return
    owner = env.session.scalar(select(subject.company_id).where(subject.id == record_id))
    if owner is None:
        yield Step(True, _("The record is shared by all companies."))
        return
    named, theirs = _label(env, subject, owner), _companies(env, principal)
    if owner in principal.companies:
        yield Step(True, _("The record belongs to {company}, where the user works.", company=named))
    else:
        yield Step(False, _("The record belongs to {company}; the user works in {companies}. Who may change users "
                            "can add the company.", company=named, companies=theirs))  # fmt: skip


def _scopes(
    env: Env, principal: Principal, subject: type[Model], record_id: int | None, granting: set[str]
) -> Iterator[Step]:
    """The rows that the granting roles are limited to; one without a limit lifts those of the others."""
    rules = _rules(env)
    scopes = rules.scopes.get(subject, {})
    unlimited = sorted(granting - set(scopes))
    if unlimited:
        role = rules.roles[unlimited[0]].label
        if granting & set(scopes):
            yield Step(
                True,
                _("The role {role} has no scope, which lifts the scopes of the others.", role=role),
                False,
            )
        return
    inside = []
    for name in sorted(granting):
        condition = scopes[name].rows(subject, principal)
        inside.append(record_id is None or bool(_count(env, subject, subject.id == record_id, condition)))
        label = scopes[name].label or _("rows of its own")
        text = _("The role {role} is limited to: {scope}.", role=rules.roles[name].label, scope=label)
        yield Step(inside[-1], text, False)
    if record_id is not None:
        yield Step(
            any(inside),
            _("The record lies in a scope.") if any(inside) else _("The record lies in no scope."),
        )


def _fields(env: Env, principal: Principal, model: type[Model]) -> Iterator[Step]:
    """The fields for some roles alone."""
    for field in fields_of(model).values():
        if field.info.roles:
            roles = ", ".join(str(role.label) for role in field.info.roles)
            holds = env.site.access.may_field(principal, field.info)
            text = _("The field {field} is for {roles} alone.", field=field.label, roles=roles)
            yield Step(holds, text, False)


def _document_id(env: Env, model: type[Model], record_id: int | None) -> int | None:
    """The record that stands for `record_id`: itself, or what it is part of."""
    owner = owner_field(model)
    if record_id is None or owner is None or owner.target is None:
        return record_id
    found = env.session.scalar(select(owner.attribute).where(model.id == record_id))
    if found is None:
        raise NotFound(_("There is no {model} {id}.", model=model.singular, id=record_id))
    return _document_id(env, owner.target, found)


def _given(env: Env, user_id: int) -> dict[str, str]:
    """Where each role of the user comes from: an identity provider, by its code, or "" by hand, which counts more."""
    asked = select(UserRole.role, UserRole.source).where(UserRole.user_id == user_id)
    rows = env.session.execute(asked.order_by(UserRole.source.desc()))
    return {row.role: row.source for row in rows}


def _count(env: Env, model: type[Model], *conditions: Any) -> int:  # Any: conditions on the model
    return env.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def _companies(env: Env, principal: Principal) -> str:
    """The names of the companies that the user works in."""
    target = fields_of(User)["home_company_id"].target
    if target is None or not principal.companies:
        return str(_("none"))
    found = env.session.scalars(select(target).where(target.id.in_(principal.companies)).order_by(target.id))
    return ", ".join(company.label for company in found)


def _label(env: Env, model: type[Model], company_id: int) -> str:
    target = fields_of(model)["company_id"].target
    return f"#{company_id}" if target is None else env.get(target, company_id).label


def _rules(env: Env) -> AccessRules:
    access = env.site.access
    if not isinstance(access, AccessRules):
        raise TypeError("only AccessRules can be explained")
    return access
