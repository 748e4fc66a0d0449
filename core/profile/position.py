"""Where in a TOML file a key stands: tomllib gives the values without their lines."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence

Path = tuple[str, ...]


def line_of(text: str, path: Sequence[str]) -> int | None:
    """The line, from 1, of the key `path`, or of the nearest table around it; None where neither is written."""
    table: Path = ()
    nearest, found = 0, None
    for number, line in enumerate(text.splitlines(), 1):
        is_header = line.lstrip().startswith("[")
        written = _chain(line if is_header else f"{line.partition('=')[0]} = 0")
        if is_header:
            table = written
        at = written if is_header else (*table, *written)
        if written and len(at) > nearest and tuple(path[: len(at)]) == at:
            nearest, found = len(at), number
    return found


def _chain(line: str) -> Path:
    """The keys of a line that names one, outermost first; none for any other line."""
    try:
        value: object = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    keys = []
    while isinstance(value, dict) and value:
        key, value = next(iter(value.items()))
        keys.append(key)
    return tuple(keys)
