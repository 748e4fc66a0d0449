"""One thing in which a site is not what its profile says, and how it becomes so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from core.i18n import Text, _
from core.orm.types import Choice

if TYPE_CHECKING:
    from core.orm.env import Env


class Verb(Choice):
    """What is done about it."""

    UPGRADE = "upgrade", _("Upgrade")
    DISABLE = "disable", _("Disable")
    ENABLE = "enable", _("Enable")
    INSTALL = "install", _("Install")
    CREATE = "create", _("Create")
    SET = "set", _("Set")
    SHIPPED = "shipped", _("As shipped")
    KEPT = "kept", _("Keep")


@dataclass(frozen=True)
class Change:
    """What differs at `path`, a key of the profile: the value there is, and the one there is to be."""

    verb: Verb
    path: tuple[str, ...]
    before: object = None
    after: object = None
    #: Does it in an env of the system; None for what the life cycle of addons does.
    do: Callable[[Env], object] | None = field(default=None, compare=False, repr=False)

    def line(self) -> Text:
        """For a person."""
        path = ".".join(self.path)
        if self.before is None and self.after is None:
            return _("{verb}: {path}", verb=self.verb.label, path=path)
        if self.before is None:
            return _("{verb}: {path} = {after}", verb=self.verb.label, path=path, after=shown(self.after))
        return _("{verb}: {path} = {after} (now {before})", verb=self.verb.label, path=path,
                 before=shown(self.before), after=shown(self.after))  # fmt: skip

    def as_json(self) -> dict[str, object]:
        return {"verb": str(self.verb), "path": list(self.path), "before": plain(self.before),
                "after": plain(self.after)}  # fmt: skip


def plain(value: object) -> object:
    """The value in JSON's types."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    return value if value is None or isinstance(value, bool | int) else str(value)


def shown(value: object) -> str:
    """The value as the profile writes it."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {shown(each)}" for key, each in value.items()) + " }"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Choice) or not isinstance(value, int | Decimal | date):
        return quoted("" if value is None else str(value))
    return str(value)


def quoted(text: str) -> str:
    """A basic string of TOML: `"` and control characters escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in escaped) + '"'
