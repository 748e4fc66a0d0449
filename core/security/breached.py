"""Passwords that leaked elsewhere (OWASP ASVS 5, 6.2.12): their SHA-1 digests in a sorted file of the plant.

The file is that of Have I Been Pwned, "ordered by hash": a digest a line in hexadecimal capitals, then `:` and how
often it was seen. It is searched on disk, since it has about a thousand million lines and a plant may have no network.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import BinaryIO

from core.errors import ConfigError
from core.i18n import Text, _

_DIGITS = 40


def is_breached(file: Path, password: str) -> bool:
    """Whether the list in `file` has `password`. Raises ConfigError where there is no such list."""
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with file.open("rb") as lines:
            return _digest_from(lines, _first_not_before(lines, wanted)) == wanted
    except OSError as error:
        raise ConfigError(missing(file)) from error


def missing(file: Path) -> Text:
    """What is said where the list cannot be read."""
    return _(
        "The list of leaked passwords, {file}, cannot be read, and without it no password is set. Put it there, or "
        "take breached_passwords out of dovetail.toml.",
        file=file,
    )


def _first_not_before(lines: BinaryIO, wanted: bytes) -> int:
    """A place in the file from which on the next whole line is the first that is not before `wanted`."""
    low, high = 0, lines.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        found = _digest_from(lines, middle)
        if found and found < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def _digest_from(lines: BinaryIO, place: int) -> bytes:
    """The digest of the first line that begins at `place` or after it; nothing after the last."""
    lines.seek(max(place - 1, 0))
    if place:
        lines.readline()  # the rest of the line before
    return lines.read(_DIGITS).upper()
