"""Reading SHDR, the lines that an MTConnect adapter or agent writes: `instant|item|value`, gzipped or plain."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import FormatError
from core.i18n import _

#: What MTConnect says of an item that nobody knows the value of.
UNAVAILABLE = "UNAVAILABLE"

_LEVELS = frozenset(("normal", "warning", "fault", "unavailable"))
#: Parts of a condition after its item: level, native code, native severity, qualifier and text.
_CONDITION = 5
_FIELDS = 3
_ZONE = re.compile(r"(Z|[+-]\d\d:\d\d)$")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a machine says of one of its systems."""

    level: str
    native_code: str = ""
    severity: str = ""
    qualifier: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """One item's value at an instant; None where it is unavailable."""

    at: datetime
    item: str
    value: str | None
    condition: Condition | None = None


def read_file(path: Path) -> Iterator[Observation]:
    """The observations of a file, which may be gzipped, line by line."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8") as lines:
            yield from read(lines, path.name)
    except (gzip.BadGzipFile, EOFError, UnicodeDecodeError) as error:
        raise FormatError(
            _("{name} is damaged and cannot be read.", name=path.name), path=path.name
        ) from error


def read(lines: Iterable[str], name: str = "") -> Iterator[Observation]:
    """The observations of `lines`; empty lines and an adapter's `*` commands say nothing."""
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if text and not text.startswith("*"):
            yield from _observations(text, number, name)


def _observations(text: str, number: int, name: str) -> Iterator[Observation]:
    """A condition has its line to itself; other items may share one with their instant."""
    parts = text.split("|")
    if len(parts) < _FIELDS or not parts[1]:
        raise _unreadable(text, number, name)
    at = _instant(parts[0], number, name)
    rest = parts[1:]
    if len(rest) == 1 + _CONDITION and rest[1].lower() in _LEVELS:
        yield _condition(at, rest)
        return
    if len(rest) % 2:
        raise _unreadable(text, number, name)
    for item, value in zip(rest[::2], rest[1::2], strict=True):
        yield Observation(at, item, None if value == UNAVAILABLE else value)


def _condition(at: datetime, parts: list[str]) -> Observation:
    item, level, *rest = parts
    known = level.upper() != UNAVAILABLE
    return Observation(at, item, level if known else None, Condition(level, *rest))


def _instant(text: str, number: int, name: str) -> datetime:
    """An instant without a zone is UTC, as MTConnect wants it."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise _unreadable(text, number, name) from error
    return at if _ZONE.search(text) else at.replace(tzinfo=UTC)


def _unreadable(text: str, number: int, name: str) -> FormatError:
    return FormatError(
        _("Line {number} of {name} is no SHDR: “{text}”. It must be instant|item|value.",
          number=number, name=name, text=text[:60]),
        line=number, path=name,
    )  # fmt: skip
