"""A statement in the making: the fields of a model that it selects, with what it joins for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Select,
    select,
)
from sqlalchemy.orm import aliased

from core.orm.catalog import Field, field_of, title_fields
from core.orm.condition import Condition, facets_of
from core.orm.facet import Facet
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.env import Env

#: Counting stops here; the page then says "10,000+".
COUNT_CAP = 10_000


@dataclass(frozen=True)
class Count:
    """How many rows fulfil a condition, counted up to COUNT_CAP."""

    value: int
    capped: bool = False


@dataclass(frozen=True)
class Selected:
    """A field of a page: where its value stands in each row, and where the name of what it refers to."""

    field: Field
    index: int
    titles: tuple[int, ...] = ()

    def value(self, row: Sequence[Any]) -> Any:  # Any: of the field's type
        return row[self.index]

    def title(self, row: Sequence[Any]) -> str | None:  # Any: as above
        """The name of the record referred to; None when there is none or the person may not see it."""
        found = [str(row[i]) for i in self.titles if row[i] not in (None, "")]
        return " ".join(found) if found else None


@dataclass
class Selection:
    """A statement in the making: what it selects and joins."""

    env: Env
    model: type[Model]
    columns: list[Any] = field(default_factory=list)  # Any: columns of entities
    joins: list[tuple[Any, ColumnElement[bool], bool]] = field(default_factory=list)  # Any: an entity
    facets: set[type[Facet[Any]]] = field(default_factory=set)  # Any: of the model
    names: dict[str, Any] = field(default_factory=dict)  # Any: an alias of the referred model

    def add(self, column: Any) -> int:  # Any: a column of an entity
        self.columns.append(column)
        return len(self.columns) - 1

    def column(self, found: Field) -> Any:  # Any: a column of an entity
        """The column of `found`, its facet joined."""
        if found.facet is not None and found.facet not in self.facets:
            self.facets.add(found.facet)
            self.joins.append((found.facet, found.facet.id == self.model.id, found.facet.sparse))
        return found.read

    def name_of(self, found: Field) -> list[Any]:  # Any: columns of an alias
        """The title columns of the record that `found` refers to, outer-joined: a hidden one gives NULL."""
        assert found.target is not None
        if found.name not in self.names:
            other = aliased(found.target)
            self.names[found.name] = other
            self.joins.append((other, other.id == self.column(found), True))
        return [getattr(self.names[found.name], f.key) for f in title_fields(found.target) if f.facet is None]

    def select(self, fields: Sequence[str]) -> dict[str, Selected]:
        """Add the fields, and the names of what they refer to."""
        selected = {}
        for name in fields:
            found = field_of(self.model, name)
            index = self.add(self.column(found))
            titles = tuple(self.add(column) for column in self.name_of(found)) if found.target else ()
            selected[name] = Selected(found, index, titles)
        return selected

    def statement(self, condition: Condition | None) -> Select[Any]:  # Any: columns of any type
        for facet in facets_of(self.model, condition) - self.facets:
            self.facets.add(facet)
            self.joins.append((facet, facet.id == self.model.id, facet.sparse))
        made = select(*self.columns).select_from(self.model)
        for entity, on, outer in self.joins:
            made = made.join(entity, on, isouter=outer)
        return made.where(condition.sql(self.model, self.env)) if condition else made
