"""A view as one person gets it: the fields that there are for them, with what the view says of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.i18n import Text
from core.orm.catalog import Children, Field
from core.orm.condition import Condition
from core.orm.model import Model
from core.views.nodes import Form, List, Related


@dataclass(frozen=True)
class Cell:
    """A field in a view, with what the view says of it."""

    field: Field
    visible: Condition | None = None
    required: Condition | None = None
    readonly: Condition | None = None
    widget: str = ""
    label: Text | None = None
    help: Text | None = None
    #: What the site proposes in a new record, as an import writes it.
    default: str = ""
    #: The page of the documentation that explains it.
    docs: str = ""

    @property
    def name(self) -> str:
        return self.field.name

    @property
    def shown_label(self) -> Text:
        return self.label or self.field.label

    @property
    def shown_widget(self) -> str:
        return self.widget or self.field.widget


@dataclass(frozen=True)
class ListView:
    """A list as one user sees it."""

    model: type[Model]
    columns: tuple[Cell, ...]
    facets: tuple[Field, ...]
    sort: tuple[str, ...]
    group: tuple[str, ...]
    sums: tuple[str, ...]
    written: List
    #: Every field that the column chooser offers.
    available: tuple[Cell, ...] = ()
    #: The columns that the person may edit in the list.
    inline: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Section:
    """A group of fields."""

    name: str
    label: Text | None
    cells: tuple[Cell, ...]
    visible: Condition | None = None


@dataclass(frozen=True)
class Table:
    """A collection of parts with its columns."""

    children: Children
    columns: tuple[Cell, ...]
    totals: tuple[str, ...]
    readonly: Condition | None = None


@dataclass(frozen=True)
class Page:
    """A tab with its sections and tables."""

    name: str
    label: Text
    items: tuple[Section | Table, ...]
    visible: Condition | None = None

    @property
    def is_empty(self) -> bool:
        return all(isinstance(item, Section) and not item.cells for item in self.items)


@dataclass(frozen=True)
class FormView:
    """A form as one user sees it."""

    model: type[Model]
    head: tuple[Section, ...]
    tabs: tuple[Page, ...]
    written: Form
    related: tuple[Related, ...] = ()

    def sections(self) -> Iterator[Section]:
        """Every group of fields, in the head and on the tabs."""
        yield from self.head
        yield from (item for tab in self.tabs for item in tab.items if isinstance(item, Section))

    def cells(self) -> Iterator[Cell]:
        """Every field of the record on the form, its lines' excepted."""
        for section in self.sections():
            yield from section.cells

    def tables(self) -> Iterator[Table]:
        return (item for tab in self.tabs for item in tab.items if isinstance(item, Table))
