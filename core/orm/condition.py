"""The search language: a tree of conditions with one meaning in SQL, in Python and in the browser."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, literal, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from core import clock
from core.addon import owner_of
from core.errors import UserError
from core.i18n import Text, _
from core.orm.catalog import Field, children_of, field_of, fields_of
from core.orm.facet import Facet
from core.orm.field import default_of
from core.orm.model import Model
from core.orm.operand import Me, Relative, value_from_json, value_json
from core.orm.trigram import narrowed

if TYPE_CHECKING:
    from core.orm.env import Env

#: Separates the steps of a path over references: `supplier_id>name`.
STEP = ">"

OPERATORS: dict[str, Text] = {
    "eq": _("is"), "ne": _("is not"), "in": _("is one of"), "not_in": _("is none of"), "lt": _("is below"),
    "le": _("is at most"), "gt": _("is above"), "ge": _("is at least"), "contains": _("contains"),
    "starts": _("starts with"), "empty": _("is empty"), "not_empty": _("is not empty"),
}  # fmt: skip


class Condition:
    """A node of the tree; combine with `&`, `|` and `~`."""

    def __and__(self, other: Condition) -> Condition:
        return All((self, other))

    def __or__(self, other: Condition) -> Condition:
        return AnyOf((self, other))

    def __invert__(self) -> Condition:
        return Not(self)

    def sql(
        self, model: type[Model], env: Env, entity: Any = None
    ) -> ColumnElement[bool]:  # Any: model or an alias
        """The condition on `model` (or the alias `entity` of it) as SQL."""
        raise NotImplementedError

    def holds(self, record: Model, env: Env | None = None) -> bool:
        """Whether `record` fulfils the condition as it stands in memory."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        """The node as the browser, saved views and addresses carry it."""
        raise NotImplementedError

    def paths(self) -> Iterable[str]:
        """Every field path that the tree reads."""
        raise NotImplementedError


@dataclass(frozen=True)
class Test(Condition):
    """One field compared: `path` is a field name or several joined by `>` over references."""

    path: str
    op: str
    value: Any = None  # Any: of the field's type, Relative, Me, or a tuple of them

    __test__ = False  # it is no test of pytest's

    def sql(self, model: type[Model], env: Env, entity: Any = None) -> ColumnElement[bool]:  # Any: as above
        name, _sep, rest = self.path.partition(STEP)
        children = children_of(model).get(name)
        if children is not None:
            inner = Test(rest, self.op, self.value).sql(children.target, env, children.target)
            return getattr(entity or model, name).any(inner)  # type: ignore[no-any-return]  # of an alias
        field = field_of(model, name)
        column = _column(field, entity)
        if rest:
            assert field.target is not None
            other = aliased(field.target)
            found = Test(rest, self.op, self.value).sql(field.target, env, other)
            return _through_facet(field, entity, lambda c: c.in_(select(other.id).where(found)))
        return _through_facet(
            field, entity, lambda c: _tested(env, field, c, self.op, _resolve(self.value, field, env)), column
        )

    def holds(self, record: Model, env: Env | None = None) -> bool:
        name, _sep, rest = self.path.partition(STEP)
        children = children_of(type(record)).get(name)
        if children is not None:
            return any(Test(rest, self.op, self.value).holds(part, env) for part in getattr(record, name))
        field = field_of(type(record), name)
        if rest:
            other = getattr(record, field.link) if field.link else None
            return other is not None and Test(rest, self.op, self.value).holds(other, env)
        return _holds(self.op, field.get(record), _resolve(self.value, field, env))

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return {"path": self.path, "op": self.op, "value": value_json(self.value)}

    def paths(self) -> Iterable[str]:
        return (self.path,)


@dataclass(frozen=True)
class All(Condition):
    """Every one of `of` holds; an empty one always does."""

    of: tuple[Condition, ...]

    def sql(self, model: type[Model], env: Env, entity: Any = None) -> ColumnElement[bool]:  # Any: as above
        return and_(true(), *(part.sql(model, env, entity) for part in self.of))

    def holds(self, record: Model, env: Env | None = None) -> bool:
        return all(part.holds(record, env) for part in self.of)

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return {"op": "all", "of": [part.to_json() for part in self.of]}

    def paths(self) -> Iterable[str]:
        return (path for part in self.of for path in part.paths())


#: A condition that always holds: `readonly=ALWAYS`.
ALWAYS = All(())


@dataclass(frozen=True)
class AnyOf(Condition):
    """At least one of `of` holds; an empty one never does."""

    of: tuple[Condition, ...]

    def sql(self, model: type[Model], env: Env, entity: Any = None) -> ColumnElement[bool]:  # Any: as above
        return or_(false(), *(part.sql(model, env, entity) for part in self.of))

    def holds(self, record: Model, env: Env | None = None) -> bool:
        return any(part.holds(record, env) for part in self.of)

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return {"op": "any", "of": [part.to_json() for part in self.of]}

    def paths(self) -> Iterable[str]:
        return (path for part in self.of for path in part.paths())


@dataclass(frozen=True)
class Not(Condition):
    """`of` does not hold."""

    of: Condition

    def sql(self, model: type[Model], env: Env, entity: Any = None) -> ColumnElement[bool]:  # Any: as above
        return not_(func.coalesce(self.of.sql(model, env, entity), false()))

    def holds(self, record: Model, env: Env | None = None) -> bool:
        return not self.of.holds(record, env)

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return {"op": "not", "of": [self.of.to_json()]}

    def paths(self) -> Iterable[str]:
        return self.of.paths()


def where(
    attribute: InstrumentedAttribute[Any], op: str, value: Any = None
) -> Test:  # Any: of the field's type
    """A test of one field: `where(PurchaseOrder.state, "in", [OrderState.SENT])`."""
    return Test(name_of(attribute), op, tuple(value) if isinstance(value, list | set | tuple) else value)


def related(
    *attributes: InstrumentedAttribute[Any], op: str, value: Any = None
) -> Test:  # Any: of the last's type
    """A test over references: `related(PurchaseOrder.supplier_id, Party.name, op="starts", value="Br")`."""
    return Test(
        STEP.join(name_of(a) for a in attributes), op, tuple(value) if isinstance(value, list) else value
    )


def name_of(attribute: InstrumentedAttribute[Any]) -> str:  # Any: of any type
    """The field name of a mapped attribute: `code`, or `erp_supply.lead_days` for a facet's."""
    owner = attribute.class_
    if isinstance(owner, type) and issubclass(owner, Facet):
        return f"{owner_of(owner.__module__)}.{attribute.key}"
    return str(attribute.key)


def from_json(model: type[Model], data: Any) -> Condition:  # Any: JSON from anywhere
    """The tree that `data` describes; raises UserError for anything that is no condition on `model`."""
    if not isinstance(data, dict):
        raise UserError(_("A filter must be an object with op and of, or path, op and value."))
    op = data.get("op")
    if op in ("all", "any", "not"):
        parts = data.get("of")
        if not isinstance(parts, list) or (op == "not" and len(parts) != 1):
            raise UserError(_("In a filter, {op} needs a list of conditions.", op=op))
        inner = tuple(from_json(model, part) for part in parts)
        return {"all": All, "any": AnyOf}[op](inner) if op != "not" else Not(inner[0])
    if op not in OPERATORS:
        raise UserError(
            _("A filter cannot compare with {op}. There are: {known}.", op=op, known=", ".join(OPERATORS))
        )
    field = target_of(model, str(data.get("path", "")))
    return Test(str(data["path"]), str(op), value_from_json(field, op, data.get("value")))


def target_of(model: type[Model], path: str) -> Field:
    """The field at the end of `path`; raises NotFound for a path that leads nowhere."""
    name, _sep, rest = path.partition(STEP)
    children = children_of(model).get(name)
    if children is not None and rest:
        return target_of(children.target, rest)
    field = field_of(model, name)
    if not rest:
        return field
    if field.target is None:
        raise UserError(_("{field} refers to no other record, so nothing can follow it.", field=field.label))
    return target_of(field.target, rest)


def facets_of(model: type[Model], condition: Condition | None) -> set[type[Facet[Any]]]:  # Any: of that model
    """The facets that a statement on `model` must join to be narrowed by `condition`."""
    names = (path.partition(STEP)[0] for path in (condition.paths() if condition else ()))
    found = (fields_of(model).get(name) for name in names)
    return {field.facet for field in found if field is not None and field.facet is not None}


def _column(field: Field, entity: Any) -> Any:  # Any: a column of an entity
    return getattr(entity, field.key) if entity is not None and field.facet is None else field.read


def _through_facet(
    field: Field, entity: Any, test: Callable[[Any], ColumnElement[bool]], column: Any = None
) -> ColumnElement[bool]:  # Any: an entity and its columns
    """A facet's column where the statement joins it (`facets_of` says which), else through its relationship."""
    if field.facet is None or entity is None:
        return test(column if column is not None else _column(field, entity))
    relation = getattr(entity, field.facet.slot)
    found: ColumnElement[bool] = relation.has(test(getattr(field.facet, field.key)))
    if not field.facet.sparse:
        return found
    default = literal(default_of(field.column), field.type)
    return or_(found, and_(not_(relation.has()), test(default)))


def _tested(
    env: Env, field: Field, column: Any, op: str, value: Any
) -> ColumnElement[bool]:  # Any: of the field's type
    """The comparison, after a look into an index where the database needs to be told of it."""
    found = _compare(field, column, op, value)
    near = narrowed(env._connection, column, str(value)) if op == "contains" else None
    return found if near is None else and_(near, found)


def _compare(
    field: Field, column: Any, op: str, value: Any
) -> ColumnElement[bool]:  # Any: of the field's type
    if op in ("empty", "not_empty"):
        empty = or_(column.is_(None), column == "") if field.is_text else column.is_(None)
        return empty if op == "empty" else not_(empty)
    if op in ("contains", "starts"):
        return column.ilike(like_pattern(str(value), starts=op == "starts"), escape="\\")  # type: ignore[no-any-return]  # of a column of any type
    if op in ("in", "not_in"):
        return column.in_(value) if op == "in" else or_(column.not_in(value), column.is_(None))
    if op == "ne":
        return or_(column != value, column.is_(None)) if value is not None else column.is_not(None)
    if field.is_instant and isinstance(value, tuple):
        return _compare_span(column, op, value)
    return _ORDERINGS[op](column, value)  # type: ignore[no-any-return]  # of a column of any type


_ORDERINGS = {
    "eq": operator.eq, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge
}  # fmt: skip


def _compare_span(
    column: Any, op: str, span: tuple[datetime, datetime]
) -> ColumnElement[bool]:  # Any: a column
    """An instant against a whole day in the reader's zone: [start, end)."""
    start, end = span
    tests: dict[str, Callable[[], ColumnElement[bool]]] = {
        "eq": lambda: and_(column >= start, column < end), "lt": lambda: column < start, "le": lambda: column < end,
        "gt": lambda: column >= end, "ge": lambda: column >= start,
    }  # fmt: skip
    return tests[op]()


def _holds(op: str, actual: Any, value: Any) -> bool:  # Any: of the field's type
    if op in ("empty", "not_empty"):
        return (actual in (None, "")) == (op == "empty")
    if op in ("contains", "starts"):
        text, part = str(actual or "").casefold(), str(value).casefold()
        return part in text if op == "contains" else text.startswith(part)
    if op in ("in", "not_in"):
        return (actual in value) == (op == "in")
    if op in ("eq", "ne") and not isinstance(value, tuple):
        return bool(actual == value) == (op == "eq")
    if actual is None or value is None:
        return False
    if isinstance(value, tuple):
        start, end = value
        return bool({"eq": start <= actual < end, "ne": not start <= actual < end, "lt": actual < start,
                     "le": actual < end, "gt": actual >= end, "ge": actual >= start}[op])  # fmt: skip
    return bool(
        {"lt": actual < value, "le": actual <= value, "gt": actual > value, "ge": actual >= value}[op]
    )


def _resolve(value: Any, field: Field, env: Env | None) -> Any:  # Any: of the field's type
    """The value with relative days and the person filled in; a day against an instant becomes its span."""
    if isinstance(value, tuple):
        return tuple(_resolve(one, field, env) for one in value)
    if isinstance(value, Me):
        return env.user_id if env else None
    zone = env.zone if env else "UTC"
    if isinstance(value, Relative):
        value = value.day(clock.today(zone))
    if field.is_instant and isinstance(value, date) and not isinstance(value, datetime):
        start = datetime.combine(value, time(), ZoneInfo(zone)).astimezone(UTC)
        end = datetime.combine(value + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)
        return (start, end)
    return value


def is_looked_up(env: Env, field: Field, text: str) -> bool:
    """Whether an index is asked which rows may contain `text`, before they are compared."""
    return narrowed(env._connection, field.attribute, text) is not None


def like_pattern(text: str, *, starts: bool = False) -> str:
    """What LIKE compares with to find `text` somewhere, or at the start; escaped by a backslash."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%" if starts else f"%{escaped}%"


def all_of(conditions: Iterable[Condition | None]) -> Condition | None:
    """The conditions joined by AND, those that are None left out; None when nothing is left."""
    given = [c for c in conditions if c is not None]
    return reduce(lambda a, b: a & b, given) if given else None
