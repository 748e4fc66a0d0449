"""The column of a custom field: its type, its default, and what people are told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, ForeignKey, MetaData, Table
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeEngine

from core.custom.definition import Definition
from core.custom.kind import KINDS, CustomType
from core.custom.naming import table_name, table_of_model
from core.errors import PlatformError, ValidationError
from core.i18n import Text, _
from core.orm.assign import message_of, typed_value
from core.orm.catalog import Field
from core.orm.field import FieldInfo
from core.orm.model import NAMES, Model, model_named
from core.orm.plan import table_of
from core.orm.types import BigId, Choice, ChoiceType
from core.security.role import Role

#: Who keeps custom fields sees and sets them all.
KEEPER = "base.administrator"


def mapped(definition: Definition, model: type[Model]) -> MappedColumn[Any]:  # Any: of the field's type
    """The column as the facet of `model` maps it; its target must be loaded."""
    return mapped_column(
        _type(definition), *_reference(definition), nullable=True, active_history=definition.tracked,
        index=definition.type is CustomType.REFERENCE or None, default=default_of(definition, model),
        info={"field": _info(definition, model), "widget": KINDS[definition.type].widget},
    )  # fmt: skip


def table_for(model: str, wanted: list[Definition], name: str = "") -> Table:
    """The table of the custom fields `wanted`, apart from all that is mapped; what it refers to need not be loaded."""
    metadata = MetaData(naming_convention=NAMES)
    above = table_of_model(model)
    for referred in {above, *(table_of_model(d.target) for d in wanted if d.target)}:
        Table(referred, metadata, Column("id", BigId, primary_key=True))
    own = Column("id", BigId, ForeignKey(f"{above}.id", ondelete="CASCADE"), primary_key=True)
    return Table(name or table_name(above), metadata, own, *(_plain(d) for d in wanted))


def default_of(definition: Definition, model: type[Model]) -> Any:  # Any: of the field's type
    """The value that a record has until somebody says otherwise; raises ValidationError for what is none."""
    if not definition.default:
        return False if definition.type is CustomType.BOOLEAN else None
    if definition.type is CustomType.REFERENCE:
        raise ValidationError({"default_text": _("A reference has no default.")})
    kind, info = _type(definition), _info(definition, model)
    column = Column(definition.key, kind, nullable=True)
    field = Field(definition.key, model, model, definition.key, info, column, KINDS[definition.type].widget)
    try:
        return typed_value(field, definition.default)
    except PlatformError as error:
        raise ValidationError({"default_text": message_of(error)}) from error


def measure_of(definition: Definition, model: type[Model]) -> str | None:
    """The field of `model` that names the currency or the unit of this one."""
    wanted = KINDS[definition.type].measure
    for column in table_of(model).columns if wanted else ():
        if any(key.target_fullname == f"{wanted}.id" for key in column.foreign_keys):
            return str(column.key)
    return None


def _plain(definition: Definition) -> Column[Any]:  # Any: of the field's type
    info = {"field": FieldInfo(_words(definition.label), search=_is_searched(definition))}
    return Column(definition.key, _type(definition), *_reference(definition), nullable=True, info=info,
                  index=definition.type is CustomType.REFERENCE or None)  # fmt: skip


def _type(definition: Definition) -> TypeEngine[Any]:  # Any: of the field's type
    if definition.type is not CustomType.CHOICE:
        return KINDS[definition.type].type()
    members = [(f"C{i}", (value, _words(label))) for i, (value, label) in enumerate(definition.choices)]
    return ChoiceType(Choice(f"Choice{definition.id}", members))  # type: ignore[call-overload]  # Enum's own


def _reference(definition: Definition) -> list[ForeignKey]:
    if definition.type is not CustomType.REFERENCE or not definition.target:
        return []
    return [ForeignKey(f"{table_of_model(definition.target)}.id", ondelete="RESTRICT")]


def _info(definition: Definition, model: type[Model]) -> FieldInfo:
    measure = measure_of(definition, model)
    return FieldInfo(
        _words(definition.label), _words(definition.help) if definition.help else None, _roles(definition.seen_by),
        track=definition.tracked, search=_is_searched(definition), measure=_named(model, measure) if measure else None,
        required=definition.required, column=definition.listed, setters=_roles(definition.set_by),
        company=definition.company_id,
    )  # fmt: skip


def _named(model: type[Model], key: str) -> Callable[[], Any]:  # Any: a mapped attribute
    return lambda: getattr(model, key)


def _is_searched(definition: Definition) -> bool:
    return definition.searched and KINDS[definition.type].widget in ("text", "email", "phone", "url")


def _roles(name: str | None) -> tuple[Role, ...]:
    return tuple(Role(each, _words(each)) for each in (name, KEEPER)) if name else ()


def _words(text: str) -> Text:
    """What the administrator wrote; where a catalog knows the words, they are translated."""
    return Text(text, {})


def is_loaded(definition: Definition) -> bool:
    """Whether the model that it belongs to, and what it refers to, are in use."""
    return all(model_named(name) is not None for name in (definition.model, definition.target) if name)
