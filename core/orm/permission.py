"""What every write is asked, by flush and in bulk alike: grants, field roles, companies, scopes and references."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, bindparam, func, null, select

from core.errors import Forbidden, NotFound, ReadOnly
from core.i18n import _
from core.orm.facet import Facet
from core.orm.model import Base, Model, OfCompany, SharedByCompanies, model_name
from core.orm.plan import ModelPlan
from core.orm.rowset import among

if TYPE_CHECKING:
    from core.orm.env import Env

#: The ids of records that are referred to, each with the companies of those who do.
Wanted = Mapping[int, Collection[int | None]]

#: How many ids one of the prepared statements takes.
_CHUNK = 500


def require(env: Env, verb: str, model: type[Base]) -> None:
    """Raise Forbidden unless the person, or the addon acting for them, may do `verb` with records of `model`."""
    env.refuse_write()
    subject = model.model if issubclass(model, Facet) else model
    if env.site.frozen and issubclass(subject, Model) and (reason := env.site.frozen.get(model_name(subject))):
        raise ReadOnly(reason)
    if env.principal.is_system or env.site.access.may(env.principal, verb, subject, env.acting):
        return
    raise Forbidden(_missing_grant(verb, subject))


def require_fields(env: Env, plan: ModelPlan, names: Collection[str]) -> None:
    """Raise Forbidden when one of the fields `names` has roles that the person lacks."""
    if env.principal.is_system or env.acting or not plan.guarded:
        return
    for name in names:
        info = plan.by_name[name].info if name in plan.guarded else None
        if info is not None and not env.site.access.may_field(env.principal, info):
            raise Forbidden(_("You may not set {field}. Nothing has changed.", field=info.label))


def require_companies(env: Env, model: type[Model], companies: Iterable[int | None]) -> None:
    """Raise Forbidden when a written row belongs to a company that the person does not work for."""
    if env.principal.is_system:
        return
    allowed = env.principal.companies
    for company in companies:
        if company not in allowed and company is not None:
            raise Forbidden(_outside(model))


def require_scope(env: Env, verb: str, model: type[Model], ids: Collection[int]) -> None:
    """Raise Forbidden when one of the rows, as they are in the database, lies outside the person's scope."""
    condition = env.site.access.scope(env.principal, model, model, verb)
    if condition is None or not ids:
        return
    distinct = sorted(set(ids))
    counted = select(func.count()).select_from(model).where(among(model.id, distinct, env.dialect), condition)
    with env.session.no_autoflush:
        inside = env.session.scalar(counted)
    if inside != len(distinct):
        raise Forbidden(_outside(model))


def require_visible(env: Env, target: type[Model], wanted: Wanted) -> None:
    """Raise Forbidden unless each record is visible and shared, or of the companies of all who refer to it."""
    if env.principal.is_system:
        return
    found = _companies_of(env, target, sorted(wanted))
    for record_id, companies in wanted.items():
        if record_id not in found:
            raise Forbidden(
                _("There is no {model} {id} that you may use here.", model=target.singular, id=record_id)
            )
        company = found[record_id]
        if company is not None and any(other is not None and other != company for other in companies):
            raise Forbidden(
                _("{model} {id} belongs to another company.", model=target.singular, id=record_id)
            )


def require_found(model: type[Model], wanted: Iterable[int], found: Collection[int]) -> None:
    """Raise NotFound for the first of the `wanted` ids that is not among the `found`."""
    for record_id in wanted:
        if record_id not in found:
            raise NotFound(
                _("{model} {id} does not exist, or you may not see it.", model=model.singular, id=record_id)
            )


class References:
    """The records that a write refers to, gathered over its rows and asked for once a model."""

    def __init__(self) -> None:
        self._wanted: dict[type[Model], dict[int, set[int | None]]] = defaultdict(lambda: defaultdict(set))

    def add(self, target: type[Model], record_id: int, company: int | None) -> None:
        self._wanted[target][record_id].add(company)

    def require(self, env: Env) -> None:
        for target, wanted in self._wanted.items():
            require_visible(env, target, wanted)


def _companies_of(env: Env, target: type[Model], ids: list[int]) -> dict[int, int | None]:
    """The company of each of the records that the person may see; None where it is shared or has none."""
    statement = _visible_statement(target)
    found: dict[int, int | None] = {}
    with env.session.no_autoflush:
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            found.update((row[0], row[1]) for row in env.session.execute(statement, {"ids": chunk}))
    return found


def _visible_statement(target: type[Model]) -> Select[Any]:  # Any: an id and a company
    """Kept for each model, so that it is gated and compiled once."""
    if target not in _visible:
        owned = issubclass(target, OfCompany | SharedByCompanies)
        company = target.company_id if owned else null()  # type: ignore[attr-defined]  # as owned says
        ids = bindparam("ids", expanding=True, type_=BigInteger)
        _visible[target] = select(target.id, company).where(target.id.in_(ids))
    return _visible[target]


_visible: dict[type[Model], Select[Any]] = {}  # Any: as _visible_statement


def _outside(model: type[Model]) -> object:
    return _(
        "This {model} would lie outside of what you may work on. Nothing has changed.", model=model.singular
    )


def _missing_grant(verb: str, model: type[Base]) -> object:
    named = getattr(model, "plural", model)
    said = {
        "create": _("You may not create {model}. Nothing has changed.", model=named),
        "write": _("You may not change {model}. Nothing has changed.", model=named),
        "delete": _("You may not delete {model}. Nothing has changed.", model=named),
    }
    return said.get(verb, _("You may not see {model}.", model=named))
