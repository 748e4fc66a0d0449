"""The installed addons' roles, grants, scopes and rights, compiled into what the gate asks."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, and_, false, literal, or_, select
from sqlalchemy.orm import aliased, with_loader_criteria
from sqlalchemy.sql.base import Executable, ExecutableOption

from core.addon import Package, owner_of
from core.orm.catalog import owner_field
from core.orm.facet import Facet
from core.orm.model import Base, Model, OfCompany, SharedByCompanies, models
from core.security.role import Grant, Right, Role, Scope

if TYPE_CHECKING:
    from core.orm.env import Principal
    from core.orm.field import FieldInfo

_POLICIES_KEPT = 500


class Policy:
    """The loader criteria of one kind of principal, and the statements that already carry them."""

    def __init__(self, options: Iterable[ExecutableOption]) -> None:
        self.options = tuple(options)
        self._gated: WeakKeyDictionary[Executable, Executable] = WeakKeyDictionary()

    def gated(self, statement: Executable) -> Executable:
        """`statement` with the criteria; one that is kept and run again is prepared, and compiled, once."""
        found = self._gated.get(statement)
        if found is None:
            found = self._gated[statement] = statement.options(*self.options)
        return found


class AccessRules:
    """Answers the gate (core.orm.access.Access) from the declarations of the loaded addons."""

    def __init__(self, packages: Iterable[Package] = ()) -> None:
        self.roles: dict[str, Role] = {}
        #: Role names that grant a verb on a model.
        self.grants: dict[tuple[type[Model], str], set[str]] = defaultdict(set)
        self.scopes: dict[type[Model], dict[str, Scope]] = defaultdict(dict)
        self.rights: dict[str, set[tuple[type[Model], str]]] = defaultdict(set)
        self._policies: OrderedDict[object, Policy] = OrderedDict()
        for package in packages:
            for word in ("models", "security"):
                for module in package.modules(word):
                    self.declare(package.name, vars(module).values())

    def declare(self, addon: str, values: Iterable[object]) -> None:
        """Take over every Role, Grant, Scope and Right among `values` and the lists among them."""
        for value in values:
            if isinstance(value, list | tuple):
                self.declare(addon, value)
            elif isinstance(value, Role):
                self.roles[value.name] = value
            elif isinstance(value, Grant):
                for model, verb in value:
                    self.grants[model, verb].add(value.role.name)
            elif isinstance(value, Scope):
                self.scopes[value.model][value.role.name] = value
            elif isinstance(value, Right):
                self._declare_right(addon, value)

    def may(self, principal: Principal, verb: str, model: type[Base], acting: str = "") -> bool:
        if principal.is_system:
            return True
        subject = subject_of(model)
        asked = verb if subject is model or verb == "read" else "write"
        if self.grants[subject, asked] & principal.roles or (
            asked == "write" and self._may_make(principal, subject, model)
        ):
            return True
        return bool(acting) and (owner_of(model.__module__) == acting or (model, verb) in self.rights[acting])

    def may_field(self, principal: Principal, info: FieldInfo) -> bool:
        return (
            principal.is_system or not info.roles or any(role.name in principal.roles for role in info.roles)
        )

    def rows(
        self, principal: Principal, model: type[Model], entity: Any, verb: str
    ) -> ColumnElement[bool] | None:
        """See core.orm.access.Access; `entity` is the model or an alias of it."""
        if principal.is_system:
            return None
        parts = [
            p
            for p in (_company(principal, model, entity), self._scope(principal, model, entity, verb))
            if p is not None
        ]
        return and_(*parts) if parts else None

    def scope(self, principal: Principal, model: type[Model], entity: Any, verb: str) -> ColumnElement[bool] | None:
        """See core.orm.access.Access; a part lies in the scope that its document lies in."""
        if principal.is_system or not self._has_scopes(model):
            return None
        own = self._scope(principal, model, entity, verb)
        owner = owner_field(model)
        if owner is None or owner.target is None:
            return own
        inner = aliased(owner.target)
        above = self.scope(principal, owner.target, inner, verb if verb == "read" else "write")
        if above is None:
            return own
        inside = select(literal(1)).where(inner.id == getattr(entity, owner.key), above).exists()
        return inside if own is None else and_(own, inside)

    def gated(self, principal: Principal, statement: Executable) -> Executable:
        return self._policy(principal).gated(statement)

    def options(self, principal: Principal) -> Sequence[ExecutableOption]:
        return self._policy(principal).options

    def _policy(self, principal: Principal) -> Policy:
        key = (
            principal.user_id,
            principal.company_id,
            principal.companies,
            principal.roles,
            principal.person_id,
        )
        found = self._policies.get(key)
        if found is None:
            found = self._policies[key] = Policy(self._build(principal))
            if len(self._policies) > _POLICIES_KEPT:
                self._policies.popitem(last=False)
        self._policies.move_to_end(key)
        return found

    def _has_scopes(self, model: type[Model]) -> bool:
        owner = owner_field(model)
        return bool(self.scopes.get(model)) or (
            owner is not None and owner.target is not None and self._has_scopes(owner.target)
        )

    def _build(self, principal: Principal) -> Iterable[ExecutableOption]:
        """One option for each of the two company mixins, one for each scoped model, part and facet."""
        companies = sorted(principal.companies)
        yield with_loader_criteria(OfCompany, lambda cls: cls.company_id.in_(companies), include_aliases=True)
        yield with_loader_criteria(
            SharedByCompanies,
            lambda cls: or_(cls.company_id.in_(companies), cls.company_id.is_(None)),
            include_aliases=True,
        )
        for model in models():
            condition = self._scope(principal, model, model, "read")
            if condition is not None:
                yield with_loader_criteria(model, condition, include_aliases=True)
            owner = owner_field(model)
            if owner is not None and owner.target is not None and self._limited(principal, owner.target):
                yield _through(model, owner.attribute, owner.target)
            for facet in model.facets.values():
                if self._limited(principal, model):
                    yield _through(facet, facet.id, model)

    def _limited(self, principal: Principal, model: type[Model]) -> bool:
        """Whether `principal` sees only some rows of `model`."""
        owner = owner_field(model)
        if owner is not None and owner.target is not None and self._limited(principal, owner.target):
            return True
        return (
            issubclass(model, OfCompany | SharedByCompanies)
            or self._scope(principal, model, model, "read") is not None
        )

    def _scope(
        self, principal: Principal, model: type[Model], entity: Any, verb: str
    ) -> ColumnElement[bool] | None:
        """Any granting role without a scope lifts it; otherwise the scopes of the granting roles are joined by OR."""
        if verb == "read" and subject_of(model) is model and not self.grants[model, "read"] & principal.roles:
            return None if self._open(model) else false()
        scopes = self.scopes.get(model)
        if not scopes:
            return None
        granting = self.grants[model, verb] & principal.roles
        if not granting or granting - set(scopes):
            return None
        return or_(*(scopes[name].rows(entity, principal) for name in sorted(granting)))

    def _open(self, model: type[Model]) -> bool:
        """Whether nobody at all was granted reading: then the model is machinery, guarded by its own pages."""
        return not self.grants[model, "read"]

    def _may_make(self, principal: Principal, subject: type[Model], model: type[Base]) -> bool:
        return subject is not model and bool(self.grants[subject, "create"] & principal.roles)

    def _declare_right(self, addon: str, right: Right) -> None:
        chosen = right.models if isinstance(right.models, Sequence) else (right.models,)
        self.rights[addon] |= {(model, verb) for model in chosen for verb in right.verbs.split()}


def subject_of(model: type[Base]) -> type[Model]:
    """The model whose grants hold: a facet's model, a part's document."""
    if issubclass(model, Facet):
        return subject_of(model.model)
    assert issubclass(model, Model)
    owner = owner_field(model)
    return subject_of(owner.target) if owner is not None and owner.target is not None else model


def _company(
    principal: Principal, model: type[Model], entity: Any
) -> ColumnElement[bool] | None:  # Any: an entity
    if issubclass(model, OfCompany):
        return entity.company_id.in_(principal.companies)  # type: ignore[no-any-return]  # of an alias
    if issubclass(model, SharedByCompanies):
        return or_(entity.company_id.in_(principal.companies), entity.company_id.is_(None))
    return None


def _through(
    entity: Any, key: Any, model: type[Model]
) -> ExecutableOption:  # Any: a mapped class and its column
    """Rows whose record is visible. Over an ORM alias, so that the record's own criteria are applied inside it."""
    inner = aliased(model)
    visible = select(literal(1)).where(inner.id == key).correlate(entity).exists()
    return with_loader_criteria(entity, visible, include_aliases=True)
