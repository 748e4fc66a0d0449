"""The page and dialog that ask before something is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.web.parts import Words
from core.web.record_parts import FormField
from core.web.signing import Box


@dataclass(frozen=True)
class Left:
    """A record that an action leaves out, and why."""

    key: str
    url: str
    reason: Words


@dataclass(frozen=True)
class AskPage:
    """What action.html.jinja shows."""

    url: str
    ids: Sequence[str]
    help: str
    count_text: Words
    fields: Sequence[FormField]
    submit: Words
    back_url: str
    tone: str = ""
    loss: Words = ""
    all: bool = False
    query: str = ""
    refused: Sequence[Left] = field(default_factory=list)
    signing: Box | None = None
