"""Which columns hold what is personal: fields that say so, and texts that administrators added."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Date, MetaData, String, Table

from core.addon import CUSTOM
from core.base.models.record import Attachment, ExternalId
from core.cloning.inventing import Kind
from core.custom.definition import definitions
from core.custom.kind import CustomType
from core.custom.naming import table_name
from core.errors import UserError
from core.i18n import _
from core.orm.model import Base, Model, model_name, model_named, models
from core.orm.plan import table_of
from core.orm.types import ChoiceType

_BY_WIDGET = {
    "email": Kind.EMAIL, "phone": Kind.PHONE, "url": Kind.URL, "code": Kind.CODE, "long_text": Kind.TEXT,
}  # fmt: skip
_CUSTOM = {
    CustomType.TEXT: Kind.TEXT, CustomType.LONG_TEXT: Kind.TEXT, CustomType.EMAIL: Kind.EMAIL,
    CustomType.PHONE: Kind.PHONE, CustomType.URL: Kind.URL,
}  # fmt: skip


@dataclass(frozen=True)
class PersonalColumn:
    """A column whose values are replaced."""

    table: Table
    column: Column[Any]  # Any: of its type
    kind: Kind

    @property
    def most(self) -> int | None:
        """How many characters it holds."""
        return self.column.type.length if isinstance(self.column.type, String) else None


def personal_columns(connection: Connection) -> list[PersonalColumn]:
    """Every one of the loaded addons, disabled ones included, and of the custom fields."""
    found = [
        PersonalColumn(table, column, _kind(table, column))
        for table in Base.metadata.tables.values() if not table.name.startswith(f"{CUSTOM}_")
        for column in table.columns if _is_personal(column)
    ]  # fmt: skip
    digest = table_of(Attachment).c.digest
    return [*found, PersonalColumn(table_of(Attachment), digest, Kind.CONTENT), *_custom(connection)]


def by_field(columns: list[PersonalColumn]) -> Mapping[str, Mapping[str, PersonalColumn]]:
    """The columns by the names of model and field that the audit trail knows them by."""
    by_column = {(each.table.name, each.column.name): each for each in columns}
    found: dict[str, dict[str, PersonalColumn]] = {}
    for model in models():
        named = found.setdefault(model_name(model), {})
        for prefix, owner in (("", model), *((f"{addon}.", facet) for addon, facet in model.facets.items())):
            for column in table_of(owner).columns:
                if (each := by_column.get((table_of(owner).name, column.name))) is not None:
                    named[prefix + column.name] = each
        for (table, name), each in by_column.items():
            if table == table_name(str(model.__tablename__)):
                named[f"{CUSTOM}.{name}"] = each
    return found


def keyed_outside(columns: list[PersonalColumn]) -> list[str]:
    """The models with personal fields: what other systems call their records by is personal too."""
    tables = {each.table.name for each in columns} - {table_of(Attachment).name}
    return [
        model_name(model)
        for model in models()
        if str(model.__tablename__) in tables and model is not ExternalId
    ]


def _is_personal(column: Column[Any]) -> bool:  # Any: of any type
    info = column.info.get("field")
    return info is not None and info.personal


def _kind(table: Table, column: Column[Any]) -> Kind:  # Any: of any type
    if isinstance(column.type, Date):
        return Kind.DAY
    if not isinstance(column.type, String) or isinstance(column.type, ChoiceType):
        return _nothing(table, column)
    if table.name == table_of(Attachment).name:
        return Kind.FILE
    if column.name.endswith("name"):
        return Kind.NAME
    return _BY_WIDGET.get(str(column.info.get("widget")), Kind.TEXT)


def _nothing(table: Table, column: Column[Any]) -> Kind:  # Any: of any type
    if column.nullable and not column.foreign_keys:
        return Kind.NOTHING
    raise UserError(
        _("{table}.{column} is personal and of a type for which nothing can be invented.", table=table.name,
          column=column.name)
    )  # fmt: skip


def _custom(connection: Connection) -> Iterator[PersonalColumn]:
    """Administrators' texts: what is in them nobody has declared, so that they count as personal."""
    for each in definitions(connection):
        model, kind = model_named(each.model), _CUSTOM.get(each.type)
        if model is not None and kind is not None:
            table = _reflected(connection, model)
            yield PersonalColumn(table, table.c[each.key], kind)


def _reflected(connection: Connection, model: type[Model]) -> Table:
    return Table(table_name(str(model.__tablename__)), MetaData(), autoload_with=connection)
