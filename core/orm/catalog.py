"""The fields of a model as everybody above sees them: its own, its facets' and its computed ones."""

from __future__ import annotations

import builtins
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Column, case, inspect, literal
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import InstrumentedAttribute, RelationshipProperty
from sqlalchemy.types import JSON, Boolean, Date, Integer, String, Text, TypeEngine

from core.errors import NotFound
from core.i18n import Text as Translated
from core.i18n import _
from core.orm.facet import Facet
from core.orm.field import FieldInfo, default_of
from core.orm.model import Base, Model
from core.orm.types import Choice, ChoiceType, ExactNumber, UtcDateTime


@dataclass(frozen=True, eq=False)
class Field:
    """One field of a model: where it is kept, what it is, how to read and set it on a record."""

    #: `code`, or `erp_supply.lead_days` for a field of that addon's facet.
    name: str
    model: type[Model]
    owner: type[Base]
    key: str
    info: FieldInfo
    column: Column[Any] | None  # Any: of any type; None for a computed field
    widget: str

    @property
    def label(self) -> Translated:
        return self.info.label

    @property
    def facet(self) -> type[Facet[Any]] | None:  # Any: of this model
        return self.owner if issubclass(self.owner, Facet) else None

    @property
    def attribute(self) -> InstrumentedAttribute[Any]:  # Any: of any type
        found: InstrumentedAttribute[Any] = getattr(self.owner, self.key)
        return found

    @cached_property
    def read(self) -> Any:  # Any: a column of an entity
        """What a statement that joins the facet reads; where a sparse one has no row, that is the default."""
        facet, default = self.facet, default_of(self.column)
        if facet is None or not facet.sparse or default is None:
            return self.attribute
        return case((facet.id.is_(None), literal(default, self.type)), else_=self.attribute)

    @cached_property
    def type(self) -> TypeEngine[Any]:  # Any: of any type
        return self.column.type if self.column is not None else Text()

    @cached_property
    def required(self) -> bool:
        if self.info.required:
            return True
        return self.column is not None and not self.column.nullable and self.column.default is None

    @cached_property
    def choices(self) -> builtins.type[Choice] | None:
        return self.type.choices if isinstance(self.type, ChoiceType) else None

    @cached_property
    def is_exact(self) -> bool:
        return isinstance(self.type, ExactNumber)

    @cached_property
    def is_number(self) -> bool:
        return self.is_exact or (isinstance(self.type, Integer) and self.target is None)

    @cached_property
    def is_text(self) -> bool:
        return isinstance(self.type, String) and self.choices is None

    @cached_property
    def is_day(self) -> bool:
        return isinstance(self.type, Date)

    @cached_property
    def is_instant(self) -> bool:
        return isinstance(self.type, UtcDateTime)

    @cached_property
    def is_json(self) -> bool:
        return isinstance(self.type, JSON)

    @cached_property
    def is_boolean(self) -> bool:
        return isinstance(self.type, Boolean)

    @cached_property
    def target(self) -> builtins.type[Model] | None:
        """The model that a reference points at."""
        keys = list(self.column.foreign_keys) if self.column is not None else []
        return _models_by_table().get(keys[0].column.table.name) if keys else None

    @cached_property
    def link(self) -> str | None:
        """The attribute that holds the referred record, beside the one that holds its id."""
        for relation in inspect(self.owner).relationships:
            if relation.direction.name == "MANYTOONE" and relation.local_columns == {self.column}:
                return str(relation.key)
        return None

    @cached_property
    def measure(self) -> str | None:
        """The name of the field that holds the currency or unit of this number."""
        return self.info.measure().key if self.info.measure else None

    def get(self, record: Model) -> Any:  # Any: of any type
        owner = getattr(record, self.facet.slot) if self.facet else record
        if owner is None:
            return default_of(self.column)
        return getattr(owner, self.key)

    def set(self, record: Model, value: object) -> None:
        setattr(self.facet.of(record) if self.facet else record, self.key, value)


@dataclass(frozen=True, eq=False)
class Children:
    """The parts of a record (its lines) as a field of it."""

    name: str
    model: type[Model]
    target: type[Model]
    label: Translated
    #: The name of the part's reference back to the record.
    owner: str


def fields_of(model: type[Model]) -> dict[str, Field]:
    """Every field of `model` by name, in order of declaration, facets' after its own."""
    if model not in _fields:
        own = _columns(model, model, "") | _computed(model)
        for addon, facet in model.facets.items():
            own |= _columns(model, facet, f"{addon}.")
        _fields[model] = own
    return _fields[model]


def field_of(model: type[Model], name: str) -> Field:
    """The field called `name`; raises NotFound, naming the fields there are."""
    found = fields_of(model).get(name)
    if found is None:
        raise NotFound(
            _("{model} has no field {name}. It has: {known}.",
              model=model.singular, name=name, known=", ".join(fields_of(model)))
        )  # fmt: skip
    return found


def children_of(model: type[Model]) -> dict[str, Children]:
    """The collections of parts of `model` by name."""
    if model not in _children:
        relations = [r for r in inspect(model).relationships if "label" in r.info]
        _children[model] = {str(r.key): _part(model, r) for r in relations}
    return _children[model]


def owner_field(model: type[Model]) -> Field | None:
    """The reference by which a part names what it is part of; None for a model that stands for itself."""
    if model not in _owners:
        _owners[model] = next((f for f in fields_of(model).values() if f.info.owner), None)
    return _owners[model]


def title_fields(model: type[Model]) -> list[Field]:
    """The fields that make up a record's name on pages."""
    return [f for f in fields_of(model).values() if f.info.title]


def key_fields(model: type[Model]) -> list[Field]:
    """The natural key: what people and imports name a record by."""
    return [f for f in fields_of(model).values() if f.info.key]


def is_part(model: type[Base]) -> bool:
    return issubclass(model, Model) and owner_field(model) is not None


def forget() -> None:
    """Read the models anew, after more of them were loaded."""
    _fields.clear()
    _children.clear()
    _tables.clear()
    _owners.clear()


_fields: dict[type[Model], dict[str, Field]] = {}
_children: dict[type[Model], dict[str, Children]] = {}
_tables: dict[str, type[Model]] = {}
_owners: dict[type[Model], Field | None] = {}


def _models_by_table() -> dict[str, type[Model]]:
    if not _tables:
        found = [m.class_ for m in Base.registry.mappers if issubclass(m.class_, Model)]
        _tables.update({str(model.__tablename__): model for model in found})
    return _tables


def _columns(model: type[Model], owner: type[Base], prefix: str) -> dict[str, Field]:
    found = {}
    for attribute in inspect(owner).column_attrs:
        column = attribute.columns[0]
        info = column.info.get("field")
        if info is not None and isinstance(column, Column):
            widget = column.info.get("widget") or _widget(column)
            name = prefix + attribute.key
            found[name] = Field(name, model, owner, attribute.key, info, column, widget)
    return found


def _computed(model: type[Model]) -> dict[str, Field]:
    found = {}
    for key, descriptor in inspect(model).all_orm_descriptors.items():
        if isinstance(descriptor, hybrid_property) and "computed" in descriptor.info:
            info = FieldInfo(descriptor.info["computed"], readonly=True, copy=False)
            found[key] = Field(key, model, model, key, info, None, descriptor.info["widget"])
    return found


def _part(model: type[Model], relation: RelationshipProperty[Any]) -> Children:  # Any: of any model
    target: type[Model] = relation.mapper.class_
    owner = next(iter(relation.remote_side)).name
    return Children(str(relation.key), model, target, relation.info["label"], owner)


_WIDGETS: list[tuple[type[TypeEngine[Any]], str]] = [  # Any: of any type
    (ChoiceType, "choice"), (ExactNumber, "number"), (UtcDateTime, "instant"), (Boolean, "boolean"),
    (Date, "day"), (Integer, "integer"), (Text, "long_text"),
]  # fmt: skip


def _widget(column: Column[Any]) -> str:  # Any: of any type
    return next((widget for kind, widget in _WIDGETS if isinstance(column.type, kind)), "text")


def measure_of(found: Field) -> str:
    """The field of the same model that holds the currency or unit; "" when another model's does."""
    measure = found.info.measure() if found.info.measure else None
    if measure is None:
        return ""
    same = (
        f.name for f in fields_of(found.model).values() if f.key == measure.key and f.owner is measure.class_
    )
    return next(same, "")
