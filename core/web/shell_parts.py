"""What base.html.jinja shows round every page: navigation, companies, the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.web.parts import Switch, Words


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
class Toast:
    """What base.html.jinja offers to take back."""

    text: Words
    #: A deletion in the bin, or `last` for the person's last change.
    step: str


@dataclass(frozen=True)
class Shell:
    """What stands round the content of every page."""

    lang: str
    theme: str
    density: str
    company: str
    site: Words
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
    #: The last event that the page knows of; None for somebody who hears none.
    position: int | None = None
    new_url: str = ""
    #: What the page before this one did, offered back.
    toast: Toast | None = None
    go: dict[str, str] = field(default_factory=dict)
