"""What one record's page is made of, as macros/fields and macros/record are given it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.web.cells import Column, Value
from core.web.filtering import ConditionInput
from core.web.format import initials
from core.web.parts import Action, Option, Words


def person(name: str) -> Value:
    """Somebody by name alone, as the timeline and to-dos show them."""
    return Value("person", name, initials=initials(name))


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
    #: Where the documentation tells more.
    docs_url: str = ""
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
    #: It asks for a role or is personal: no draft of the browser keeps it.
    private: bool = False
    #: What the filter builder is made of, for a field that keeps a condition.
    builder: ConditionInput | None = None


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
    #: What was added under the same name before, the newest first.
    earlier: Sequence[File] = ()

    @property
    def version(self) -> int:
        return len(self.earlier) + 1


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
    #: Whether a signature is of what is here, or an e-mail has arrived.
    mark: Value | None = None
    #: Of an e-mail: its subject, and whom it went to.
    title: Words = ""
    sub: Words = ""
    files: Sequence[File] = ()
    action: Action | None = None
    #: Where the timeline is read again in a moment, while something is about to change.
    refresh_url: str = ""


@dataclass(frozen=True)
class Todo:
    """An activity in the list of things to do."""

    id: str
    text: str
    due: Value | None
    person: Value | None
    done: bool
    toggle_url: str
    #: Where it is done with a note, and what comes next is planned; "" where it is done, or somebody else's.
    finish_url: str = ""
