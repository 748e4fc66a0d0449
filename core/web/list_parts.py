"""What stands round the table of a list, as macros/listing is given it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.web.parts import Words


@dataclass(frozen=True)
class ViewTab:
    """A saved view or preset of a list."""

    label: Words
    url: str
    count: str = ""
    current: bool = False
    #: Where a saved view is put into the person's navigation or taken out; "" for what is no saved view.
    star_url: str = ""
    starred: bool = False


@dataclass(frozen=True)
class Token:
    """A condition in the search box."""

    field: Words
    text: Words
    remove_url: str
    name: str = ""


@dataclass(frozen=True)
class FacetOption:
    """A value to narrow the list to, with the number of records that have it."""

    value: str
    label: Words
    count: str
    checked: bool = False
    zero: bool = False


@dataclass(frozen=True)
class Facet:
    """The most frequent values of a field."""

    name: str
    label: Words
    options: Sequence[FacetOption]
    more: int = 0
    more_url: str = ""


@dataclass(frozen=True)
class Mode:
    """A way to see the records: list, tree, board."""

    name: str
    label: Words
    icon: str
    url: str
    current: bool = False


@dataclass(frozen=True)
class Pager:
    """Where in the result a page stands."""

    text: Words
    previous_url: str = ""
    next_url: str = ""
