"""Rule on translations: every text has its German."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from core.checks.problem import Problem
from core.checks.subject import Subject
from core.i18n import _

LANGUAGE = "de"
_METHODS = [("**/migrations/**", "ignore"), ("joins/*/**", "ignore"), ("**.py", "python"),
            ("**/templates/**.jinja", "jinja2.ext:babel_extract")]  # fmt: skip
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "plural": (1, 2)}


def german(subject: Subject) -> Iterator[Problem]:
    """Every text in `_()` or `plural()` is translated."""
    known = _translated(subject)
    for where, text in texts(subject.folder):
        if text not in known:
            yield subject.problem(where, _("{text} has no German in locale/de.po.", text=repr(text)))


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Each text of an addon with where it stands."""
    found = extract_from_dir(folder, _METHODS, keywords=_KEYWORDS)
    for place, line, message, _comments, _context in found:
        text = message[0] if isinstance(message, tuple) else message
        if text:
            yield f"{place}:{line}", text


def _translated(subject: Subject) -> set[str]:
    """The texts with a German one: in the addon's catalog and, since base's is the core's, in the core's."""
    folders = (subject.folder, subject.package.folder)
    files = {file for folder in folders for file in folder.glob("locale/de.po")}
    return {text for file in files for text in _read(file)}


def _read(file: Path) -> Iterator[str]:
    with file.open("rb") as handle:
        catalog = read_po(handle, locale=LANGUAGE)
    for message in catalog:
        given = message.string if isinstance(message.string, list | tuple) else [message.string]
        if message.id and all(given) and not message.fuzzy:
            yield message.id if isinstance(message.id, str) else message.id[0]
