"""What writing needs to know of a model, gathered once: its columns, references, limits and tracked fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Column, Date, String, Table, Text
from sqlalchemy.types import TypeEngine

from core.errors import NotFound, ValidationError
from core.i18n import Text as Translated
from core.i18n import _
from core.orm.catalog import fields_of, owner_field
from core.orm.facet import Facet
from core.orm.field import FieldInfo
from core.orm.model import Base, Model, OfCompany, SharedByCompanies, model_name
from core.orm.types import ChoiceType, ExactNumber, UtcDateTime

#: What the platform sets on every row itself.
STAMPS = ("version", "created_at", "created_by_id", "changed_at", "changed_by_id")

#: Stands for all companies together, where a record without a company stands for none.
SHARED = 0


@dataclass(frozen=True, eq=False)
class ColumnPlan:
    """One column that a write may set."""

    #: `code`, or `erp_supply.lead_days` for a facet's.
    name: str
    owner: type[Base]
    key: str
    column: Column[Any]  # Any: of any type
    info: FieldInfo | None
    target: type[Model] | None

    @cached_property
    def label(self) -> Translated | str:
        return self.info.label if self.info else self.key

    @cached_property
    def track(self) -> bool:
        return self.info is not None and self.info.track

    @cached_property
    def limit(self) -> int | None:
        """The most characters that it holds."""
        kind = self.column.type
        return kind.length if isinstance(kind, String) and not isinstance(kind, Text) else None

    @cached_property
    def is_bounded(self) -> bool:
        """Whether there are values of its type that it cannot hold."""
        return self.limit is not None or isinstance(self.column.type, ExactNumber)

    @cached_property
    def needs_value(self) -> bool:
        return not self.column.nullable and self.column.server_default is None

    @cached_property
    def default(self) -> Callable[[], Any]:  # Any: of the column's type
        """Makes the value that the column takes when nobody gives one."""
        default = self.column.default
        if default is None or default.is_clause_element or default.is_sequence:
            return _nothing
        made = default.arg  # type: ignore[attr-defined]  # a scalar or callable default
        return (lambda: made(None)) if default.is_callable else (lambda: made)

    @cached_property
    def varies(self) -> bool:
        """Whether each row asks for a default of its own."""
        return self.column.default is not None and self.column.default.is_callable

    @cached_property
    def plain(self) -> Callable[[Any], Any]:  # Any: of the column's type
        """Turns a value into what the audit trail keeps of it, the same before and after it was stored."""
        return _plain_of(self.column.type)

    @cached_property
    def typed(self) -> Callable[[Any], Any]:  # Any: of the column's type
        """Turns what `plain` made of a value into the value again."""
        return _typed_of(self.column.type)

    def complaint(self, value: Any) -> Translated | None:  # Any: of the column's type
        """Why the column cannot hold `value`; None when it can."""
        if value is None:
            return _("A value is needed.") if self.needs_value else None
        if self.limit is not None and len(str(value)) > self.limit:
            return _(
                "It has {count} characters; {limit} are the most.", count=len(str(value)), limit=self.limit
            )
        kind = self.column.type
        if isinstance(kind, ExactNumber):
            return _number_complaint(kind, value)
        return None


@dataclass(frozen=True, eq=False)
class FacetPlan:
    """The facet that one addon adds to the model."""

    facet: type[Facet[Any]]  # Any: of this model
    columns: tuple[ColumnPlan, ...]

    @property
    def table(self) -> Table:
        return table_of(self.facet)


class ModelPlan:
    """The columns of a model and its facets, in order of declaration, with what is asked and kept of each."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model
        self.name = model_name(model)
        self.fields = fields_of(model)
        self.own = tuple(_columns(model, model, ""))
        self.facets = tuple(
            FacetPlan(facet, tuple(_columns(model, facet, f"{addon}.")))
            for addon, facet in model.facets.items()
        )
        #: What the platform writes beside the fields, version included.
        self.stamps = tuple(
            ColumnPlan(name, model, name, table_of(model).c[name], None, None) for name in STAMPS
        )
        columns = [*self.own, *(c for facet in self.facets for c in facet.columns)]
        self.by_name = {c.name: c for c in columns}
        tracked = {c.name for c in columns if c.track}
        self.guarded = frozenset(c.name for c in columns if c.info is not None and c.info.is_guarded)
        #: Columns whose type does not hold every value of its kind.
        self.bounded = {
            owner: tuple(c for c in columns if c.owner is owner and c.is_bounded)
            for owner in (model, *model.facets.values())
        }
        owner = owner_field(model)
        #: The column that names what the record is part of.
        self.owner = self.by_name[owner.name] if owner else None
        self.references = tuple(
            c for c in columns if c.target is not None and c.key != "company_id" and c is not self.owner
        )
        #: What the trail keeps of a record that comes or goes: its tracked fields, and whose it is.
        self.tracked = tuple(
            c for c in columns if tracked and (c.track or c is self.owner or c.key == "company_id")
        )
        #: Of these, the personal ones, which the trail keeps encrypted.
        self.personal = frozenset(c.name for c in self.tracked if c.info is not None and c.info.personal)
        self.has_company = issubclass(model, OfCompany | SharedByCompanies)
        self.is_shared = issubclass(model, SharedByCompanies)
        facets = [facet for facet in model.facets.values() if facet.check is not Facet.check]
        #: The model and those of its facets that have a check of their own.
        self.checked: list[Any] = [
            *([model] if model.check is not Model.check else []),
            *facets,
        ]  # Any: mapped classes
        self.is_settled = model.settle is not Model.settle
        #: The attribute that leads from a part to what it is part of.
        self.owner_link = owner.link if owner else None

    @property
    def table(self) -> Table:
        return table_of(self.model)

    @property
    def is_checked(self) -> bool:
        return bool(self.checked)

    def referring(self, company: int | None) -> int | None:
        """For which company a record refers to others: SHARED for one that all companies share, None for none."""
        return SHARED if company is None and self.is_shared else company

    def column(self, name: str) -> ColumnPlan:
        """The column called `name`; raises NotFound, naming those there are."""
        found = self.by_name.get(name)
        if found is None:
            raise NotFound(
                _("{model} has no field {name}. It has: {known}.",
                  model=self.model.singular, name=name, known=", ".join(self.by_name))
            )  # fmt: skip
        return found

    def of(self, owner: type[Base]) -> Mapping[str, ColumnPlan]:
        """The columns of the model itself or of one of its facets, by attribute."""
        return self._by_owner[owner]

    def links(self, owner: type[Base]) -> Mapping[str, ColumnPlan]:
        """The references of the model itself or of one of its facets, by the attribute of the linked record."""
        return self._links[owner]

    @cached_property
    def _links(self) -> dict[type[Base], dict[str, ColumnPlan]]:
        found: dict[type[Base], dict[str, ColumnPlan]] = {owner: {} for owner in self._by_owner}
        for column in self.by_name.values():
            field = self.fields.get(column.name)
            if field is not None and field.link is not None:
                found[column.owner][field.link] = column
        return found

    @cached_property
    def _by_owner(self) -> dict[type[Base], dict[str, ColumnPlan]]:
        found: dict[type[Base], dict[str, ColumnPlan]] = {
            self.model: {},
            **{f.facet: {} for f in self.facets},
        }
        for column in self.by_name.values():
            found[column.owner][column.key] = column
        return found


def plan_of(model: type[Model]) -> ModelPlan:
    """The plan of `model`, made anew after more models were loaded."""
    known = _plans.get(model)
    if known is None or known.fields is not fields_of(model):
        known = _plans[model] = ModelPlan(model)
    return known


def table_of(mapped: type[Base]) -> Table:
    table = mapped.__table__
    assert isinstance(table, Table)
    return table


_plans: dict[type[Model], ModelPlan] = {}


def _columns(model: type[Model], owner: type[Base], prefix: str) -> Iterator[ColumnPlan]:
    fields = fields_of(model)
    table = table_of(owner)
    for attribute in owner.__mapper__.column_attrs:
        if attribute.key == "id" or (owner is model and attribute.key in STAMPS):
            continue
        name = prefix + attribute.key
        field = fields.get(name)
        info, target = (field.info, field.target) if field else (None, None)
        yield ColumnPlan(name, owner, attribute.key, table.c[attribute.columns[0].name], info, target)


def _nothing() -> None:
    return None


def _number_complaint(kind: ExactNumber, value: object) -> Translated | None:
    try:
        kind.exact(value)
    except ValidationError as error:
        reason = error.fields[""]
        return reason if isinstance(reason, Translated) else None
    return None


def _plain_of(kind: TypeEngine[Any]) -> Callable[[Any], Any]:  # Any: of any type
    if isinstance(kind, ExactNumber):
        return lambda value: None if value is None else format(kind.exact(value), "f")
    if isinstance(kind, UtcDateTime):
        return lambda value: None if value is None else _instant(value)
    if isinstance(kind, ChoiceType):
        return lambda value: None if value is None else str(value)
    return lambda value: value.isoformat() if isinstance(value, date) else value


def _typed_of(kind: TypeEngine[Any]) -> Callable[[Any], Any]:  # Any: of any type
    made: Callable[[Any], Any] | None = None  # Any: as above
    if isinstance(kind, ExactNumber):
        made = kind.exact
    elif isinstance(kind, UtcDateTime):
        made = datetime.fromisoformat
    elif isinstance(kind, ChoiceType):
        made = kind.choices
    elif isinstance(kind, Date):
        made = date.fromisoformat
    found = made
    return (lambda value: value) if found is None else lambda value: None if value is None else found(value)


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
