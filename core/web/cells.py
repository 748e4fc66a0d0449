"""Values and rows of tables as the macros show them, and their markup where a page has hundreds of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.i18n import Text


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is ready to be read; `kind` says which macro of macros/values shows it."""

    kind: str = "text"
    text: str = ""
    url: str = ""
    sub: str = ""
    unit: str = ""
    currency: str = ""
    tone: str = ""
    late: str = ""
    iso: str = ""
    initials: str = ""
    ordinal: int = 0
    last: int = 1
    cancelled: bool = False
    level: str = ""
    checked: bool = False
    items: Sequence[Value] = ()
    percent: int = 0
    title: str | Text = ""


EMPTY = Value("empty")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    name: str
    label: str | Text
    align: str = ""
    narrow: bool = False
    slot: str = ""
    sort_url: str = ""
    #: Sorts by it after what is sorted by already.
    also_url: str = ""
    sorted: str = ""
    #: Its place among several that are sorted by; 0 where it is the only one.
    sort_place: int = 0
    width: int = 0
    pinned: bool = False
    #: Kept in sight at the end of the row, where the table is wider than its place.
    trailing: bool = False
    soft: bool = False
    filtered: bool = False
    widget: str = ""
    #: Edited in the list itself.
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A record in a table."""

    id: int
    url: str
    key: str
    cells: Sequence[Value | None]
    selected: bool = False
    tone: str = ""
    level: int = 0
    #: In a tree: how deep it stands (-1 elsewhere), whether it is folded open, and the address that folds it.
    depth: int = -1
    open: bool = False
    toggle_url: str = ""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Records that agree in a field, with their count and sums."""

    label: str
    count: str
    level: int
    open: bool
    url: str
    key: str
    cells: Sequence[Value | None] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """The foot of a table."""

    label: str | Text
    note: str | Text = ""
    cells: Sequence[Value | None] = ()
    #: Where it is chosen what the columns are summed up by; "" where none can be.
    choose_url: str = ""
