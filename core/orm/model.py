"""Model: what every record has, and the parts that companies own or share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from sqlalchemy import Date, ForeignKey, Index, Integer, MetaData, Table, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, declared_attr, mapped_column
from sqlalchemy.orm.decl_api import registry

from core.addon import owner_of
from core.errors import AddonError
from core.i18n import Text, _
from core.orm.field import FieldInfo
from core.orm.types import BigId, Choice, ChoiceType, UtcDateTime

if TYPE_CHECKING:
    from core.orm.facet import Facet

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class _ChoiceAware(registry):
    """A registry that maps every Choice by its own ChoiceType."""

    def _resolve_type(self, *args: Any, **kwargs: Any) -> Any:  # Any: SQLAlchemy's signature
        python_type = args[0] if args else kwargs.get("python_type")
        if isinstance(python_type, type) and issubclass(python_type, Choice):
            return ChoiceType(python_type)
        return super()._resolve_type(*args, **kwargs)


class Base(DeclarativeBase):
    """The root of every mapped class, records and facets alike."""

    registry = _ChoiceAware(
        metadata=MetaData(naming_convention=NAMES), type_annotation_map={datetime: UtcDateTime, date: Date}
    )
    __abstract__ = True

    def __init_subclass__(cls, **kwargs: Any) -> None:  # Any: SQLAlchemy's signature
        super().__init_subclass__(**kwargs)
        table = cls.__dict__.get("__table__")
        if isinstance(table, Table):
            _own(cls, table)


class Model(Base):
    """A kind of record. Its docstring is its definition in the dictionary."""

    __abstract__ = True

    #: Facets of installed addons, by addon name.
    facets: ClassVar[dict[str, type[Facet[Any]]]]  # Any: of this model
    #: How a person calls one and several of it; by default made of the class name.
    singular: ClassVar[Text | str] = ""
    plural: ClassVar[Text | str] = ""
    #: Whether what people delete is kept in the recycle bin for a while.
    recycled: ClassVar[bool] = True

    id: Mapped[int] = mapped_column(BigId, primary_key=True, sort_order=-100)
    version: Mapped[int] = mapped_column(Integer, default=1, nullable=False, sort_order=900)
    created_at: Mapped[datetime | None] = mapped_column(UtcDateTime, sort_order=901)
    created_by_id: Mapped[int | None] = mapped_column(BigId, sort_order=902)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, sort_order=903)
    changed_by_id: Mapped[int | None] = mapped_column(BigId, sort_order=904)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:  # Any: SQLAlchemy's signature
        return {"version_id_col": cls.version, "eager_defaults": False}

    def __init_subclass__(cls, **kwargs: Any) -> None:  # Any: SQLAlchemy's signature
        cls.facets = {}
        super().__init_subclass__(**kwargs)

    def settle(self) -> None:
        """Bring stored totals in line with the record's parts; called before a flush that writes any of them."""

    def check(self) -> None:
        """Raise ValidationError when the record's values do not fit together."""

    @property
    def label(self) -> str:
        """The record's name on pages: its title fields."""
        names = [column.key for column in type(self).__table__.columns if _info(column).title]
        return (
            " ".join(str(value) for name in names if (value := getattr(self, name)) not in (None, ""))
            or f"#{self.id}"
        )


class OfCompany(Base):
    """Mixin: the record belongs to one company and is seen by that company's people alone."""

    __abstract__ = True

    company_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("base_company.id", ondelete="RESTRICT"), sort_order=-90, index=True,
        info={"field": FieldInfo(_("Company"), copy=False, listed=False), "widget": "reference"},
    )  # fmt: skip


class SharedByCompanies(Base):
    """Mixin: the record belongs to one company or, without one, to all of them."""

    __abstract__ = True

    company_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("base_company.id", ondelete="RESTRICT"), sort_order=-90, index=True,
        info={"field": FieldInfo(_("Company"), copy=False, listed=False), "widget": "reference"},
    )  # fmt: skip


def model_name(model: type[Base]) -> str:
    """The name of a model in addresses, grants and the API: `erp_supply.purchase_order`."""
    addon = owner_of(model.__module__)
    return f"{addon}.{str(model.__tablename__).removeprefix(addon.replace('.', '_') + '_')}"


def models() -> Iterator[type[Model]]:
    """Every model that is loaded, in order of declaration."""
    yield from list(_by_name.values())


def model_named(name: str) -> type[Model] | None:
    """The loaded model called `name` (see model_name)."""
    return _by_name.get(name)


def tables_of(addon: str) -> list[Table]:
    """The tables that `addon` owns, referenced ones first."""
    return [table for table in Base.metadata.sorted_tables if table.info.get("addon") == addon]


_by_name: dict[str, type[Model]] = {}


def _info(column: Any) -> FieldInfo:  # Any: a column of any type
    found: FieldInfo = column.info.get("field", _BARE)
    return found


_BARE = FieldInfo(_("Internal"), listed=False)


def _own(cls: type[Base], table: Table) -> None:
    """Note whose table it is, refuse one that does not carry its addon's name, and index what lists sort by."""
    addon = owner_of(cls.__module__)
    if addon and not table.name.startswith(addon.replace(".", "_") + "_"):
        raise AddonError(
            _("Table {table} of addon {addon} must begin with {prefix}.",
              table=table.name, addon=addon, prefix=addon.replace(".", "_") + "_")
        )  # fmt: skip
    table.info["addon"] = addon
    table.info["class"] = cls
    if issubclass(cls, Model):
        _by_name[model_name(cls)] = cls
    for column in list(table.columns):
        if _info(column).sort and not column.unique:
            Index(f"ix_{table.name}_{column.name}_sort", column, table.c.id)
            if "company_id" in table.c:
                Index(f"ix_{table.name}_company_{column.name}_sort", table.c.company_id, column, table.c.id)


@event.listens_for(Mapper, "before_configured")
def _describe() -> None:
    """Give every model a singular and a plural where its author gave none."""
    for model in models():
        words = "".join(f" {c.lower()}" if c.isupper() else c for c in model.__name__).strip().capitalize()
        model.singular = model.singular or words
        model.plural = model.plural or f"{words}s"
