"""What every write is asked, by flush and in bulk alike: grants, field roles, companies, scopes and references."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Select, func, null, select

from core import clock
from core.errors import Forbidden, NotFound, ReadOnly
from core.i18n import _
from core.orm.facet import Facet
from core.orm.model import Base, Model, OfCompany, SharedByCompanies, model_name
from core.orm.plan import SHARED, ModelPlan, plan_of
from core.orm.rowset import among, among_given

if TYPE_CHECKING:
    from core.orm.access import Access
    from core.orm.env import Env

#: The ids of records that are referred to, each with the companies for which it is (see ModelPlan.referring).
Wanted = Mapping[int, Collection[int | None]]

#: How many ids one of the kept statements takes; SQLite allows 32,766 parameters.
_CHUNK = 10_000
#: Each person, day, verb and model has one.
_LIMITS_KEPT = 5_000


def require(env: Env, verb: str, model: type[Base], *, together: bool = False) -> None:
    """Raise Forbidden unless the person, or the addon acting for them, may do `verb` with records of `model`.

    `together` is for a part that is made or deleted with its document.
    """
    env.refuse_write()
    subject = model.model if issubclass(model, Facet) else model
    if (
        env.site.frozen
        and issubclass(subject, Model)
        and (reason := env.site.frozen.get(model_name(subject)))
    ):
        raise ReadOnly(reason)
    if env.principal.is_system or env.site.access.may(
        env.principal, verb, model, env.acting, together=together
    ):
        return
    raise Forbidden(_missing_grant(verb, subject))


def require_fields(env: Env, plan: ModelPlan, names: Collection[str]) -> None:
    """Raise Forbidden when one of the fields `names` has roles that the person lacks."""
    if env.principal.is_system or env.acting or not plan.guarded:
        return
    for name in names:
        info = plan.by_name[name].info if name in plan.guarded else None
        if info is not None and not env.site.access.may_field(env.principal, info, setting=True):
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
    if env.principal.is_system or not ids:
        return
    limit = _limit(env, verb, model)
    if limit.counted is None:
        return
    distinct = sorted(set(ids))
    inside = 0
    with env.session.no_autoflush:
        for start in range(0, len(distinct), _CHUNK):
            inside += env.session.scalar(limit.counted, {"ids": distinct[start : start + _CHUNK]}) or 0
    if inside != len(distinct):
        raise Forbidden(_outside(model))


def is_wider(env: Env, verb: str, model: type[Model]) -> bool:
    """Whether the person reads rows with which they may not do `verb`: what was read must then be asked for again."""
    return not env.principal.is_system and _limit(env, verb, model).is_narrower_than_reading


@dataclass(frozen=True)
class _Limit:
    """The scope that one kind of person has on a model for a verb."""

    #: Counts those of `:ids` that lie in the scope; None when all do.
    counted: Select[int] | None
    is_narrower_than_reading: bool


def _limit(env: Env, verb: str, model: type[Model]) -> _Limit:
    """Kept for each kind of person, so that the statement is gated and compiled once."""
    kept = _limits.setdefault(env.site.access, OrderedDict())
    key = env.principal, env.acting, clock.today(), verb, model  # the day, since a scope may speak of today
    found = kept.get(key)
    if found is None:
        condition = env.site.access.scope(env.principal, model, model, verb)
        found = kept[key] = _Limit(None, False) if condition is None else _made(env, model, condition)
        if len(kept) > _LIMITS_KEPT:
            kept.popitem(last=False)
    return found


def _made(env: Env, model: type[Model], condition: ColumnElement[bool]) -> _Limit:
    counted = select(func.count()).select_from(model).where(among_given(model.id, env.dialect), condition)
    reading = env.site.access.scope(env.principal, model, model, "read")
    return _Limit(counted, reading is None or _written_out(condition) != _written_out(reading))


def _written_out(condition: ColumnElement[bool]) -> tuple[str, dict[str, Any]]:  # Any: of each column's type
    """What the condition says; clauses that hold an alias of their own cannot be compared otherwise."""
    compiled = condition.compile()
    return str(compiled), dict(compiled.params)


_limits: WeakKeyDictionary[Access, OrderedDict[object, _Limit]] = WeakKeyDictionary()


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
        if company is not None and not {company, None}.issuperset(companies):
            raise Forbidden(_of_other_company(target, record_id, shared=SHARED in companies))


def _of_other_company(target: type[Model], record_id: int, *, shared: bool) -> object:
    if not shared:
        return _("{model} {id} belongs to another company.", model=target.singular, id=record_id)
    return _(
        "{model} {id} belongs to one company: what all companies share cannot refer to it. "
        "Choose one that is shared, or give this record the company.", model=target.singular, id=record_id,
    )  # fmt: skip


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
        self._asked: set[tuple[type[Model], int, int | None]] = set()

    def add(self, target: type[Model], record_id: int, company: int | None) -> None:
        if (target, record_id, company) not in self._asked:
            self._asked.add((target, record_id, company))
            self._wanted[target][record_id].add(company)

    def require(self, env: Env) -> None:
        """Ask for what was added since the last time."""
        for target, wanted in self._wanted.items():
            require_visible(env, target, wanted)
        self._wanted.clear()


def document_companies(env: Env, plan: ModelPlan, ids: Iterable[int]) -> Mapping[int, int | None]:
    """The company for which each of the documents `ids` refers, of which records of the part `plan` are part."""
    if plan.owner is None or plan.owner.target is None:
        return {}
    above, distinct = plan_of(plan.owner.target), sorted(set(ids))
    if above.owner is None:
        known = _companies_of(env, above.model, distinct)
        return {record: above.referring(company) for record, company in known.items()}
    return part_companies(env, above, dict.fromkeys(distinct))


def part_companies(env: Env, plan: ModelPlan, owners: Mapping[int, int | None]) -> dict[int, int | None]:
    """The company for which each part's document refers; owners are looked up where they are not known."""
    found = dict(owners)
    unknown = [part for part, owner in owners.items() if owner is None]
    if unknown and plan.owner is not None:
        asked = select(plan.model.id, getattr(plan.model, plan.owner.key))
        chosen = asked.where(among(plan.model.id, unknown, env.dialect))
        found.update((row[0], row[1]) for row in env.session.execute(chosen))
    companies = document_companies(env, plan, [owner for owner in found.values() if owner is not None])
    return {part: companies.get(owner) if owner is not None else None for part, owner in found.items()}


def _companies_of(env: Env, target: type[Model], ids: list[int]) -> dict[int, int | None]:
    """The company of each of the records that the person may see; None where it is shared or has none."""
    statement = _visible_statement(target, env.dialect)
    found: dict[int, int | None] = {}
    with env.session.no_autoflush:
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            found.update((row[0], row[1]) for row in env.session.execute(statement, {"ids": chunk}))
    return found


def _visible_statement(target: type[Model], dialect: str) -> Select[Any]:  # Any: an id and a company
    """Kept for each model, so that it is gated and compiled once."""
    key = target, dialect
    if key not in _visible:
        owned = issubclass(target, OfCompany | SharedByCompanies)
        company = target.company_id if owned else null()  # type: ignore[attr-defined]  # as owned says
        _visible[key] = select(target.id, company).where(among_given(target.id, dialect))
    return _visible[key]


_visible: dict[tuple[type[Model], str], Select[Any]] = {}  # Any: as _visible_statement


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
