"""The installed addons' roles, grants, scopes and rights, compiled into what the gate asks."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, and_, false, literal, or_, select
from sqlalchemy.orm import aliased, with_loader_criteria
from sqlalchemy.orm.util import LoaderCriteriaOption
from sqlalchemy.sql.base import Executable, ExecutableOption

from core import clock
from core.addon import Package, owner_of
from core.orm.catalog import owner_field
from core.orm.facet import Facet
from core.orm.hint import unindexed
from core.orm.model import Base, Model, OfCompany, SharedByCompanies, model_name
from core.security.role import Grant, Right, Role, Scope

if TYPE_CHECKING:
    from core.orm.env import Principal
    from core.orm.field import FieldInfo

_POLICIES_KEPT = 500


class AccessRules:
    """Answers the gate (core.orm.access.Access) from the declarations of the loaded addons.

    Nobody may do what no role of theirs was granted: a model without a grant is seen by the system alone. A role that
    was granted something without a scope lifts the scopes of the person's other roles.
    """

    def __init__(self, packages: Iterable[Package] = ()) -> None:
        self.roles: dict[str, Role] = {}
        #: Role names that grant a verb on a model.
        self.grants: dict[tuple[type[Model], str], set[str]] = defaultdict(set)
        self.scopes: dict[type[Model], dict[str, Scope]] = defaultdict(dict)
        self.rights: dict[str, set[tuple[type[Model], str]]] = defaultdict(set)
        self._policies: OrderedDict[object, _Policy] = OrderedDict()
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

    def may(
        self, principal: Principal, verb: str, model: type[Base], acting: str = "", *, together: bool = False
    ) -> bool:
        if principal.is_system or (acting and self.has_right(acting, verb, model)):
            return True
        subject = subject_of(model)
        asked = asked_of(verb, model)
        return bool(self.granting(principal, subject, asked)) or (
            together and bool(self.granting(principal, subject, verb))
        )

    def granting(self, principal: Principal, subject: type[Model], verb: str) -> set[str]:
        """The roles of `principal` that grant `verb` on `subject`, unless their token leaves it out."""
        found = self.grants.get((subject, verb), set()) & principal.roles
        return found if found and is_within(principal.allowed, subject, verb) else set()

    def has_right(self, addon: str, verb: str, model: type[Base]) -> bool:
        """Whether code of `addon` may do `verb` as a consequence: with what it owns, and what its rights name."""
        if owner_of(model.__module__) == addon:
            return True
        rights, subject = self.rights.get(addon, set()), subject_of(model)
        if verb == "read":
            return any(named in (model, subject) for named, _verb in rights)
        return (model, verb) in rights or (subject, asked_of(verb, model)) in rights

    def may_act(self, principal: Principal, action: str, model: type[Model]) -> bool:
        return is_within(principal.allowed, model, action)

    def may_field(self, principal: Principal, info: FieldInfo, *, setting: bool = False) -> bool:
        if principal.is_system:
            return True
        if info.company is not None and info.company not in principal.companies:
            return False
        asked = (info.roles, info.setters) if setting else (info.roles,)
        return all(not roles or any(role.name in principal.roles for role in roles) for roles in asked)

    def scope(
        self,
        principal: Principal,
        model: type[Model],
        entity: Any,
        verb: str,  # Any: the model or an alias of it
    ) -> ColumnElement[bool] | None:
        """See core.orm.access.Access; a part lies in the scope that its document lies in."""
        if principal.is_system or not self._has_scopes(model):
            return None
        own = self._own_scope(principal, model, entity, verb)
        document = _document(model)
        if document is None:
            return own
        key, target = document
        inner = aliased(target)
        above = self.scope(principal, target, inner, asked_of(verb, model))
        if above is None:
            return own
        inside = select(literal(1)).where(inner.id == getattr(entity, key), above).exists()
        return inside if own is None else and_(own, inside)

    def gated(
        self, principal: Principal, statement: Executable, tables: frozenset[str], acting: str = ""
    ) -> Executable:
        key = principal, acting, clock.today()  # the day, since a scope may speak of today
        found = self._policies.get(key)
        if found is None:
            found = self._policies[key] = _Policy(self, principal, acting)
            if len(self._policies) > _POLICIES_KEPT:
                self._policies.popitem(last=False)
        self._policies.move_to_end(key)
        return found.gated(statement, tables)

    def readable(
        self, principal: Principal, model: type[Model], acting: str = ""
    ) -> ColumnElement[bool] | None:
        """The rows of `model` itself that may be read, besides the company: None is all of them."""
        if self.granting(principal, model, "read"):
            return self._own_scope(principal, model, model, "read")
        return None if acting and self.has_right(acting, "read", model) else false()

    def _own_scope(
        self,
        principal: Principal,
        model: type[Model],
        entity: Any,
        verb: str,  # Any: as in scope
    ) -> ColumnElement[bool] | None:
        """Any granting role without a scope lifts it; otherwise the scopes of the granting roles are joined by OR.

        A verb that an addon's right allows and no role grants stays within what the person may read.
        """
        scopes = self.scopes.get(model)
        if not scopes:
            return None
        subject = subject_of(model)
        granting = self.granting(principal, subject, asked_of(verb, model)) or self.granting(
            principal, subject, "read"
        )
        if not granting or granting - set(scopes):
            return None
        return or_(*(scopes[name].rows(entity, principal) for name in sorted(granting)))

    def _has_scopes(self, model: type[Model]) -> bool:
        document = _document(model)
        return bool(self.scopes.get(model)) or (document is not None and self._has_scopes(document[1]))

    def _declare_right(self, addon: str, right: Right) -> None:
        chosen = right.models if isinstance(right.models, Sequence) else (right.models,)
        self.rights[addon] |= {(model, verb) for model in chosen for verb in right.verbs.split()}


class _Policy:
    """The loader criteria of one kind of principal by table, and the statements that already carry theirs."""

    def __init__(self, rules: AccessRules, principal: Principal, acting: str) -> None:
        self._rules = rules
        self._principal = principal
        self._acting = acting
        self._companies = tuple(_company_options(principal))
        self._options: dict[type[Base], tuple[ExecutableOption, ...]] = {}
        self._of_tables: dict[frozenset[str], tuple[ExecutableOption, ...]] = {}
        self._gated: WeakKeyDictionary[Executable, Executable] = WeakKeyDictionary()

    def gated(self, statement: Executable, tables: frozenset[str]) -> Executable:
        """`statement` with the criteria; one that is kept and run again is prepared, and compiled, once."""
        found = self._gated.get(statement)
        if found is None:
            found = self._gated[statement] = statement.options(*self._for_tables(tables))
        return found

    def _for_tables(self, tables: frozenset[str]) -> tuple[ExecutableOption, ...]:
        """The criteria of `tables` and of what they are part of; not of what a scope looks up, which it sees whole."""
        if tables not in self._of_tables:
            needed: dict[type[Base], None] = {}
            for name in sorted(tables):
                needed |= dict.fromkeys(_chain(_class_of(name)))
            own = (option for cls in needed for option in self._for_class(cls))
            self._of_tables[tables] = (*self._companies, *own)
        return self._of_tables[tables]

    def _for_class(self, cls: type[Base]) -> tuple[ExecutableOption, ...]:
        if cls not in self._options:
            self._options[cls] = tuple(self._build(cls))
        return self._options[cls]

    def _build(self, cls: type[Base]) -> Iterator[ExecutableOption]:
        if issubclass(cls, Facet):
            if self._is_limited(cls.model):
                yield _through(cls, cls.id, cls.model)
        elif issubclass(cls, Model):
            document = _document(cls)
            if document is not None and self._is_limited(document[1]):
                yield _through(cls, getattr(cls, document[0]), document[1])
            condition = self._rules.readable(self._principal, cls, self._acting) if document is None else (
                self._rules._own_scope(self._principal, cls, cls, "read")
            )  # fmt: skip
            if condition is not None:
                yield _Criterion(cls, condition, include_aliases=True)

    def _is_limited(self, model: type[Model]) -> bool:
        """Whether only some rows of `model` are seen, so that its facets and parts have to follow it."""
        return issubclass(model, OfCompany | SharedByCompanies) or bool(self._for_class(model))


class _Criterion(LoaderCriteriaOption):
    """A loader criterion that fits the alias it is asked for also in the ON of a join."""

    _traverse_internals = LoaderCriteriaOption._traverse_internals

    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:  # Any: what inspect gives
        found = super()._resolve_where_criteria(ext_info)
        adapted: ColumnElement[bool] = (
            ext_info._adapter.traverse(found) if ext_info.is_aliased_class else found
        )
        return adapted


def is_within(allowed: frozenset[str] | None, model: type[Model], verb: str) -> bool:
    """Whether a token's scopes name `verb` on `model`: `base.item:read`, `base.*:read`, `*:read`, `*:*`."""
    if allowed is None:
        return True
    name = model_name(model)
    addon = name.rpartition(".")[0]
    return any(f"{m}:{v}" in allowed for m in (name, f"{addon}.*", "*") for v in (verb, "*"))


def subject_of(model: type[Base]) -> type[Model]:
    """The model whose grants hold: a facet's model, a part's document."""
    if issubclass(model, Facet):
        return subject_of(model.model)
    if not issubclass(model, Model):
        raise TypeError(f"{model.__name__} is neither a model nor a facet: it has no grants")
    document = _document(model)
    return model if document is None else subject_of(document[1])


def asked_of(verb: str, model: type[Base]) -> str:
    """The verb that the subject's grants are asked for: to write a part or a facet is to change its record."""
    return verb if verb == "read" or subject_of(model) is model else "write"


def _document(model: type[Model]) -> tuple[str, type[Model]] | None:
    """The key of the reference by which a part names its document, and the document's model."""
    owner = owner_field(model)
    return None if owner is None or owner.target is None else (owner.key, owner.target)


def _chain(cls: type[Base]) -> Iterator[type[Base]]:
    """The class and what it is part of, up to the model that stands for itself."""
    yield cls
    if issubclass(cls, Facet):
        yield from _chain(cls.model)
    elif issubclass(cls, Model) and (document := _document(cls)) is not None:
        yield from _chain(document[1])


_classes: dict[str, type[Base]] = {}


def _class_of(table: str) -> type[Base]:
    if table not in _classes:
        _classes.update({str(m.class_.__tablename__): m.class_ for m in Base.registry.mappers})
    return _classes[table]


def _company_options(principal: Principal) -> Iterator[ExecutableOption]:
    """One option for each of the two company mixins, whatever the number of models."""
    companies = sorted(principal.companies)
    if len(companies) == 1:
        yield with_loader_criteria(OfCompany, lambda cls: cls.company_id.in_(companies), include_aliases=True)
    else:
        yield with_loader_criteria(
            OfCompany, lambda cls: unindexed(cls.company_id).in_(companies), include_aliases=True
        )
    yield with_loader_criteria(
        SharedByCompanies,
        lambda cls: or_(unindexed(cls.company_id).in_(companies), unindexed(cls.company_id).is_(None)),
        include_aliases=True,
    )


def _through(
    entity: Any, key: Any, model: type[Model]
) -> ExecutableOption:  # Any: a mapped class and its column
    """Rows whose record is visible. Over an ORM alias, so that the record's own criteria are applied inside it."""
    inner = aliased(model)
    visible = select(literal(1)).where(inner.id == key).correlate(entity).exists()
    return _Criterion(entity, visible, include_aliases=True)
