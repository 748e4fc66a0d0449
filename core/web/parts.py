"""What the macros of macros/parts, listing and record are given: plain view objects with every field set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.i18n import Text
from core.web.cells import Column, Value

#: Words on a page: translated when they are shown, or markup that is shown as it is.
Words = str | Text


@dataclass(frozen=True)
class Action:
    """A button, link or menu entry."""

    label: Words
    url: str = ""
    icon: str = ""
    key: str = ""
    method: str = "get"
    name: str = ""
    tone: str = ""
    title: Words = ""
    disabled: bool = False
    primary: bool = False
    #: Its page is shown as a dialog where scripts run.
    dialog: bool = False


@dataclass(frozen=True)
class Note:
    """A sentence in a frame, kept until its cause is gone."""

    text: Words
    tone: str = ""
    lead: Words = ""
    ref: str = ""
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class Empty:
    """What stands where there is nothing yet, or nothing found."""

    title: Words
    text: Words = ""
    icon: str = "list"
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class Progress:
    """How far something is, in percent, and what is going on."""

    value: int
    text: Words
    tone: str = ""


@dataclass(frozen=True)
class Crumb:
    """A step of the way to this page."""

    label: Words
    url: str = ""


@dataclass(frozen=True)
class MenuEntry:
    """An entry of the side navigation."""

    label: Words
    url: str
    icon: str = "point"
    count: str = ""
    tone: str = ""
    current: bool = False


@dataclass(frozen=True)
class MenuGroup:
    """A section of the side navigation."""

    label: Words
    entries: Sequence[MenuEntry]


@dataclass(frozen=True)
class Switch:
    """One of several things to change to: a company, a grouping."""

    label: Words
    url: str
    current: bool = False


@dataclass(frozen=True)
class UserMark:
    """Who is signed in."""

    id: int
    name: str
    initials: str
    url: str = "/-/account"


@dataclass(frozen=True)
class Inbox:
    """Where notifications are, and how many are new."""

    url: str
    count: int


@dataclass(frozen=True)
class Live:
    """Whether values on the page are fresh."""

    text: Words
    stale: bool = False


@dataclass(frozen=True)
class Shell:
    """What stands round the content of every page."""

    lang: str
    theme: str
    density: str
    company: str
    site: str
    user: UserMark
    dir: str = "ltr"
    single_keys: bool = True
    folded: bool = False
    sites: Sequence[Switch] = ()
    home_url: str = "/"
    logout_url: str = "/-/sign-out"
    top: Sequence[MenuEntry] = ()
    groups: Sequence[MenuGroup] = ()
    inbox: Inbox | None = None
    live: Live | None = None
    new_url: str = ""
    go: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """Title, way and notes of a page; `tab` is the entry of the phone's bar."""

    title: Words
    subtitle: Words = ""
    crumbs: Sequence[Crumb] = ()
    notes: Sequence[Note] = ()
    tab: str = ""
    palette: Words = ""


@dataclass(frozen=True)
class ViewTab:
    """A saved view or preset of a list."""

    label: Words
    url: str
    count: str = ""
    current: bool = False


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


@dataclass(frozen=True)
class Option:
    """A choice of an input."""

    value: str
    label: Words
    selected: bool = False


@dataclass(frozen=True)
class Fix:
    """An error or warning at a field, with what would mend it."""

    text: Words
    label: Words = ""
    value: str = ""


@dataclass(frozen=True)
class FormField:
    """One field of a form, reading or editing (macros/fields)."""

    name: str
    label: Words
    value: Value | None = None
    widget: str = "text"
    editing: bool = True
    raw: str = ""
    required: bool = False
    readonly: bool = False
    hidden: bool = False
    help: Words = ""
    placeholder: Words = ""
    error: Fix | None = None
    warning: Fix | None = None
    options: Sequence[Option] = ()
    pick_url: str = ""
    pick_text: str = ""
    create_url: str = ""
    unit: str = ""
    currency: str = ""
    step: str = ""
    min: str = ""
    max: str = ""
    maxlength: int = 0
    rows: int = 0
    accept: str = ""
    inputmode: str = ""
    autocomplete: str = ""
    autofocus: bool = False
    span: int = 1
    why: Words = ""
    when: str = ""
    proposed: bool = False


@dataclass(frozen=True)
class FieldGroup:
    """Fields that stand together under a heading; `when` is the condition under which they are shown."""

    label: Words
    fields: Sequence[FormField]
    hidden: bool = False
    when: str = ""


@dataclass(frozen=True)
class Step:
    """A state in the status bar."""

    label: Words
    done: bool = False
    current: bool = False
    ordinal: int = 0
    last: int = 1
    cancelled: bool = False


@dataclass(frozen=True)
class SmartLink:
    """Records of another model that refer to this one."""

    label: Words
    icon: str
    count: str
    url: str


@dataclass(frozen=True)
class Sum:
    """A total below the lines."""

    label: Words
    value: str
    tone: str = ""


@dataclass(frozen=True)
class Line:
    """A part of the record as a row of its table."""

    key: str
    cells: Sequence[Value | None]
    fields: Sequence[FormField | None] = ()
    id: str = ""
    number: str = ""
    url: str = ""
    deleted: bool = False
    error: Words = ""


@dataclass(frozen=True)
class Lines:
    """The parts of a record as a table."""

    name: str
    label: Words
    columns: Sequence[Column]
    rows: Sequence[Line]
    editing: bool = False
    can_add: bool = False
    #: The name of the column that counts the lines in tens.
    number: str = ""
    totals: Sequence[Sum] = ()
    template: Line | None = None


@dataclass(frozen=True)
class Tab:
    """A panel of a record, with fields, tables of lines or markup."""

    name: str
    label: Words
    url: str
    count: str = ""
    current: bool = False
    groups: Sequence[FieldGroup] = ()
    tables: Sequence[Lines] = ()
    html: Words = ""


@dataclass(frozen=True)
class Change:
    """A tracked field's old and new value, ready to be read."""

    label: Words
    old: str
    new: str


@dataclass(frozen=True)
class Entry:
    """Something in the timeline."""

    kind: str
    time: str
    iso: str
    day: str = ""
    person: Value | None = None
    icon: str = ""
    text: Words = ""
    changes: Sequence[Change] = ()
    why: Words = ""
    url: str = ""


@dataclass(frozen=True)
class File:
    """An attachment."""

    name: str
    url: str
    size: str
    person: str
    time: str
    icon: str = "paperclip"
    remove_url: str = ""
    image_url: str = ""


@dataclass(frozen=True)
class Todo:
    """An activity in the list of things to do."""

    id: str
    text: str
    due: Value | None
    person: Value | None
    done: bool
    toggle_url: str
