"""What every page is made of, as macros/parts is given it: plain view objects with every field set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.i18n import Text
from core.web.cells import Value

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
    #: Leads to another site, in a window of its own.
    outside: bool = False


@dataclass(frozen=True)
class PasskeyForm:
    """A form that a passkey fills in: js/passkey.js asks `question` for what the device answers."""

    url: str
    question: str
    label: Words
    #: What is sent along.
    given: Mapping[str, str] = field(default_factory=dict)
    #: "get" for an answer of a passkey, "create" for a new one.
    kind: str = "get"
    #: What the person is asked besides: FormFields.
    fields: Sequence[object] = ()


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
class Switch:
    """One of several things to change to: a company, a grouping."""

    label: Words
    url: str
    current: bool = False
    icon: str = ""


@dataclass(frozen=True)
class Page:
    """Title, way and notes of a page; `tab` is the entry of the phone's bar."""

    title: Words
    subtitle: Words = ""
    crumbs: Sequence[Crumb] = ()
    notes: Sequence[Note] = ()
    tab: str = ""
    palette: Words = ""
    #: The model that it shows, of which the key sheet links the documentation.
    about: str = ""


@dataclass(frozen=True)
class Option:
    """A choice of an input."""

    value: str
    label: Words
    selected: bool = False


@dataclass(frozen=True)
class Fact:
    """A value with its label."""

    label: Words
    value: Value


@dataclass(frozen=True)
class Counted:
    """A figure with its label."""

    label: Words
    count: str
    tone: str = ""
