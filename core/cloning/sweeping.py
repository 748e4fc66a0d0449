"""True values in texts where nobody declared them: a name in a note, an address in a saved filter."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

_WORD = re.compile(r"\w+")
#: Shorter ones, and single words, are words of the language as well.
_LEAST, _LEAST_NUMBER = 5, 7


class Sweep:
    """Replaces every true value that it was told of, wherever it stands in a text as words of its own."""

    def __init__(self) -> None:
        self._by_word: dict[str, dict[str, str]] = defaultdict(dict)

    def learn(self, true: object, false: object) -> None:
        """Remember a pair, where the true value is one of its kind: several words, an address or a long number."""
        if not isinstance(true, str) or not isinstance(false, str) or true == false or not _is_telling(true):
            return
        word = _WORD.search(true)
        if word is not None:
            self._by_word[word.group().lower()][true] = false

    def clean(self, value: Any) -> Any:  # Any: JSON
        """The value with nothing of it in its texts, however deep; keys stay."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Mapping):
            return {key: self.clean(each) for key, each in value.items()}
        return [self.clean(each) for each in value] if isinstance(value, list) else value

    def _text(self, text: str) -> str:
        made, done = [], 0
        for word in _WORD.finditer(text):
            known = self._by_word.get(word.group().lower())
            found = None if known is None or word.start() < done else _found(text, word, known)
            if found is not None and known is not None:
                start = word.start() - _ahead(found)
                if start >= done:
                    made += [text[done:start], known[found]]
                    done = start + len(found)
        return "".join([*made, text[done:]]) if made else text


def _is_telling(true: str) -> bool:
    if len(true) < _LEAST:
        return False
    has_number = len(true) >= _LEAST_NUMBER and any(each.isdigit() for each in true)
    return " " in true.strip() or "@" in true or has_number


def _ahead(true: str) -> int:
    """How far its first word stands in it."""
    word = _WORD.search(true)
    return word.start() if word is not None else 0


def _found(text: str, word: re.Match[str], known: Mapping[str, str]) -> str | None:
    """The longest of the known values that stands there, not as the beginning of a longer word."""
    for true in sorted(known, key=len, reverse=True):
        start = word.start() - _ahead(true)
        end = start + len(true)
        if (
            start >= 0
            and text.startswith(true, start)
            and not (true[-1].isalnum() and text[end : end + 1].isalnum())
        ):
            return true
    return None
