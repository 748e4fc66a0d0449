"""The parts of a view. They are frozen and hold no code: what a page does is the engine's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import InstrumentedAttribute

from core.i18n import Text
from core.orm.condition import Condition
from core.orm.model import Model
from core.orm.types import Choice

if TYPE_CHECKING:
    from core.orm.access import Access
    from core.orm.env import Env, Principal
    from core.security.role import Role

#: A field: a mapped attribute of the model or of a facet of it.
Attribute = InstrumentedAttribute[Any]  # Any: of any type


@dataclass(frozen=True, eq=False)
class Shown:
    """A field that is shown otherwise than its declaration says."""

    attribute: Attribute
    visible: Condition | None = None
    required: Condition | None = None
    readonly: Condition | None = None
    widget: str = ""
    label: Text | None = None
    help: Text | None = None
    #: The page of the documentation that explains the field, as `docs/customizing.html#layout`.
    docs: str = ""


Leaf = Attribute | Shown


@dataclass(frozen=True, eq=False)
class Preset:
    """A view of a list that ships with it, shown as a tab."""

    name: str
    label: Text
    where: Condition | None = None
    group: tuple[Attribute, ...] = ()
    sort: tuple[str, ...] = ()


class List:
    """Columns of the list, in order."""

    def __init__(
        self,
        *columns: Leaf,
        facets: Sequence[Attribute] = (),
        sort: Sequence[str] = (),
        group: Sequence[Attribute] = (),
        presets: Sequence[Preset] = (),
        sums: Sequence[Attribute] = (),
        due: Attribute | None = None,
        inline: Sequence[Attribute] = (),
    ) -> None:
        self.columns = columns
        self.facets = tuple(facets)
        self.sort = tuple(sort)
        self.group = tuple(group)
        self.presets = tuple(presets)
        self.sums = tuple(sums)
        #: The day by which open records are late.
        self.due = due
        #: Columns that are edited in the list itself, as the form would have it; each is a field of the form.
        self.inline = tuple(inline)


class Group:
    """Fields that stand together; its name is a slot for `place`."""

    def __init__(
        self, name: str, *fields: Leaf, label: Text | None = None, visible: Condition | None = None
    ) -> None:
        self.name, self.fields, self.label, self.visible = name, fields, label, visible


class Lines:
    """The parts of the record as a table that is edited in place."""

    def __init__(
        self,
        collection: InstrumentedAttribute[Any],  # Any: a list of parts
        *columns: Leaf,
        totals: Sequence[Attribute] = (),
        readonly: Condition | None = None,
    ) -> None:
        self.collection, self.columns, self.totals, self.readonly = (
            collection,
            columns,
            tuple(totals),
            readonly,
        )


class Tab:
    """A page of a form below its head."""

    def __init__(
        self, name: str, label: Text, *items: Group | Lines, visible: Condition | None = None
    ) -> None:
        self.name, self.label, self.items, self.visible = name, label, items, visible


@dataclass(frozen=True, eq=False)
class Related:
    """A smart link: the records of another model that refer to this one by `reference`."""

    reference: Attribute
    label: Text | str
    icon: str = "link"

    @property
    def model(self) -> type[Model]:
        """The other model."""
        found = self.reference.class_
        assert isinstance(found, type)
        assert issubclass(found, Model)
        return found


class Form:
    """One record: groups in the head, tabs below, its state as a status bar."""

    def __init__(
        self,
        *items: Group | Tab,
        status: Attribute | None = None,
        subtitle: Attribute | None = None,
        related: Sequence[Related] = (),
        hide_related: Sequence[type[Model]] = (),
    ) -> None:
        self.items, self.status, self.subtitle = items, status, subtitle
        self.related, self.hide_related = tuple(related), tuple(hide_related)


@dataclass(frozen=True)
class Menu:
    """The entry in the side navigation, in the section called `section`."""

    section: str
    label: Text
    icon: str = "list"
    order: int = 50


@dataclass(frozen=True)
class MenuPage:
    """An entry that leads to a page of the addon's own, for those who may do `verb` with records of `model`."""

    section: str
    label: Text
    url: str
    model: type[Model]
    verb: str = "read"
    icon: str = "point"
    order: int = 50
    #: Where reading the model is not enough: who has this role.
    role: Role | None = None

    def is_for(self, access: Access, principal: Principal) -> bool:
        has_role = self.role is None or self.role.name in principal.roles
        return has_role and access.may(principal, self.verb, self.model)


@dataclass(frozen=True)
class MenuSection:
    """A group of entries in the side navigation."""

    name: str
    label: Text
    order: int = 50


@dataclass(frozen=True, eq=False)
class Tree:
    """The list as a tree by the reference of a record to its parent."""

    parent: Attribute


@dataclass(frozen=True, eq=False)
class Board:
    """The list as a board: a column for each value of `by`, the state of the workflow unless something is said."""

    by: Attribute | None = None
    #: What a card shows below its name; without any what a phone's card of the list does.
    card: tuple[Attribute, ...] = ()
    #: How many cards a column should have at most; more are shown and marked, never refused.
    limits: Mapping[Choice, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Calendar:
    """The list as a calendar by `start`, up to and with `end` where there is one; by the day it is due unless said."""

    start: Attribute
    end: Attribute | None = None


@dataclass(frozen=True, eq=False)
class Tile:
    """A figure on the home page: a count or a sum of the records that fulfil `where`, linked to their list."""

    name: str
    label: Text
    model: type[Model]
    where: Condition | None = None
    sum: Attribute | None = None
    #: Shown in red when the figure is not zero.
    urgent: bool = False
    order: int = 50


@dataclass(frozen=True, eq=False)
class CountTile:
    """A figure of the addon's own reckoning, for those who may read `model`, linked to the page that explains it."""

    name: str
    label: Text
    model: type[Model]
    count: Callable[[Env], int]
    url: str
    context: Text
    urgent: bool = False
    order: int = 50


@dataclass(frozen=True, eq=False)
class View:
    """How a model is shown; what is left out is derived from its fields."""

    model: type[Model]
    list: List | None = None
    form: Form | None = None
    tree: Tree | None = None
    board: Board | None = None
    calendar: Calendar | None = None
    menu: Menu | None = None
    icon: str = ""
    #: The page of the documentation that explains the model's pages, as `docs/automation.html`.
    docs: str = ""
