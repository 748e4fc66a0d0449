"""Templates: a text with the names of fields in braces. They only insert; nothing is computed or called."""

from __future__ import annotations

import re
from collections.abc import Callable

_NAME = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\}")


def names_in(text: str) -> list[str]:
    """The fields that a template inserts."""
    return _NAME.findall(text)


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """The text with each name replaced once; what is inserted is not looked at again."""
    return _NAME.sub(lambda found: value_of(found[1]), text)


def sole_name(text: str) -> str | None:
    """The field that the whole text names, so that its value stays what it is: a number, a day, a record."""
    found = _NAME.fullmatch(text)
    return found[1] if found else None
