"""Every error the platform raises on purpose, named for the condition it reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar


class PlatformError(Exception):
    """Something the platform noticed and can explain; `code` leads to a page of the documentation."""

    code: ClassVar[str] = "platform"
    status: ClassVar[int] = 500

    def __init__(self, message: object = None) -> None:
        self.message: object = message if message is not None else (self.__doc__ or "")
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class UserError(PlatformError):
    """What was asked for cannot be done; the message tells a person why and what to do."""

    code = "refused"
    status = 422


class ValidationError(UserError):
    """Values that cannot be saved, by field path (`"lines.2.quantity"`); `""` is the whole record."""

    code = "invalid"

    def __init__(self, fields: Mapping[str, object], message: object = None) -> None:
        self.fields = dict(fields)
        super().__init__(message if message is not None else "; ".join(str(m) for m in self.fields.values()))


class Forbidden(UserError):
    """The person lacks a grant, a field role or the scope for this."""

    code = "forbidden"
    status = 403


class NotFound(UserError):
    """No such record, or none that this person may see."""

    code = "not_found"
    status = 404


class Conflict(UserError):
    """Somebody else changed the record first; `ids` are the records concerned."""

    code = "conflict"
    status = 409

    def __init__(self, message: object = None, ids: Sequence[int] = ()) -> None:
        self.ids = tuple(ids)
        super().__init__(message)


class TooMany(UserError):
    """More was asked for than is taken at once; the header Retry-After says when to come again."""

    code = "too_many"
    status = 429

    def __init__(self, message: object, seconds: int) -> None:
        #: From now on.
        self.seconds = seconds
        super().__init__(message)


class FormatError(UserError):
    """A file that cannot be read as what it claims to be."""

    code = "format"

    def __init__(self, message: object, *, line: int | None = None, path: str | None = None) -> None:
        self.line = line
        self.path = path
        super().__init__(message)


class ReadOnly(UserError):
    """A write in a reading transaction, or on a model whose guarding addon is not loaded."""

    code = "read_only"
    status = 409


class GateError(PlatformError):
    """A statement that would pass by the access gate; a fault of the code that made it, never of a person."""

    code = "gate"


class AddonError(PlatformError):
    """An addon that cannot be loaded, installed or removed; `addon` names the one at fault where it is known."""

    code = "addon"

    def __init__(self, message: object = None, *, addon: str = "") -> None:
        self.addon = addon
        super().__init__(message)


class ConfigError(PlatformError):
    """The installation's settings are wrong or incomplete."""

    code = "config"


class DatabaseGaveUp(PlatformError):
    """The database could not go on: its disk is full, or nobody answers any more."""

    code = "database"
    status = 503
