"""What looks like a secret: it never goes into a profile, nor comes out of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: How names of keys end that hold one.
_NAMED = ("password", "passphrase", "secret", "token", "private_key", "api_key")
#: Keys of age and of TLS, and an address with a password in it.
_WRITTEN = re.compile(r"AGE-SECRET-KEY-|-----BEGIN [A-Z ]*PRIVATE KEY|://[^/\s:@]*:[^/\s@]+@")


def looks_secret(name: str, value: object) -> bool:
    """Whether a key of that name, or that value, gives something away that is nobody's business."""
    return name.lower().endswith(_NAMED) or (isinstance(value, str) and bool(_WRITTEN.search(value)))


def secrets_in(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths in nested tables of all that looks like one."""
    if isinstance(value, dict):
        for key, each in value.items():
            if looks_secret(key, each):
                yield (*path, key)
            else:
                yield from secrets_in(each, (*path, key))
    elif isinstance(value, list):
        for each in value:
            if looks_secret("", each):
                yield path
