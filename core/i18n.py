"""Translated text: lazy strings that take the reader's language when they are shown."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from pathlib import Path

SOURCE_LANGUAGE = "en"

_locale: ContextVar[str] = ContextVar("locale", default=SOURCE_LANGUAGE)
#: The files of each language, in the order in which their addons were loaded.
_sources: dict[str, list[Path]] = {}
_catalogs: dict[str, gettext.GNUTranslations] = {}


class Text:
    """A source string with its values; `str()` gives it in the current language."""

    __slots__ = ("count", "plural", "source", "values")

    def __init__(self, source: str, values: dict[str, object], plural: str = "", count: int = 0) -> None:
        self.source = source
        self.values = values
        self.plural = plural
        self.count = count

    def __str__(self) -> str:
        catalog = _catalog(language())
        if self.plural:
            template = (
                catalog.ngettext(self.source, self.plural, self.count)
                if catalog
                else (self.source if self.count == 1 else self.plural)
            )
        else:
            template = catalog.gettext(self.source) if catalog else self.source
        return template.format(**self.values) if self.values else template

    def __repr__(self) -> str:
        return f"Text({self.source!r})"

    def __html__(self) -> str:
        """Escaped for a page (the protocol that markupsafe asks)."""
        return str(self).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Text):
            return (self.source, self.values, self.count) == (other.source, other.values, other.count)
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.source)


def _(source: str, **values: object) -> Text:
    """`source` in the reader's language, its `{names}` filled from `values`."""
    return Text(source, values)


def plural(one: str, many: str, count: int, **values: object) -> Text:
    """`one` or `many` after the plural rule of the reader's language; `{count}` is filled in."""
    return Text(one, {"count": count, **values}, many, count)


def locale() -> str:
    """The reader's locale, such as `de` or `de_CH`."""
    return _locale.get()


def language() -> str:
    """The language part of the reader's locale."""
    return _locale.get().partition("_")[0]


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Show every text in locale `name` within the block."""
    token = _locale.set(name)
    try:
        yield
    finally:
        _locale.reset(token)


def set_locale(name: str) -> None:
    """Speak `name` from here on in this context (a request, a job)."""
    _locale.set(name)


def languages() -> list[str]:
    """The languages with a catalog, the source language first."""
    return [SOURCE_LANGUAGE, *sorted(_sources)]


def add_catalogs(folder: Path) -> None:
    """Add every `<language>.po` (or the `.mo` beside it) of `folder`; the first translation of a text wins."""
    for po in sorted(folder.glob("*.po")):
        known = _sources.setdefault(po.stem, [])
        if po not in known:
            known.append(po)
            _catalogs.pop(po.stem, None)


def _catalog(name: str) -> gettext.GNUTranslations | None:
    """The texts of a language, read when it is first spoken: a start in English reads none."""
    found = _catalogs.get(name)
    if found is None and name in _sources:
        first, *others = _sources[name]
        found = _read(first)
        for other in others:
            _merge(found, _read(other))
        _catalogs[name] = found
    return found


def _read(po: Path) -> gettext.GNUTranslations:
    """The compiled catalog when it is there and not older, else the source compiled in memory."""
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
        with mo.open("rb") as compiled:
            return gettext.GNUTranslations(compiled)
    from babel.messages.mofile import write_mo  # noqa: PLC0415 -- 25 ms that a start in English does without
    from babel.messages.pofile import read_po  # noqa: PLC0415 -- as above

    buffer = BytesIO()
    with po.open("rb") as source:
        write_mo(buffer, read_po(source, locale=po.stem))
    buffer.seek(0)
    return gettext.GNUTranslations(buffer)


def _merge(known: gettext.GNUTranslations, more: gettext.GNUTranslations) -> None:
    table: dict[object, str] = known._catalog  # type: ignore[attr-defined]  # gettext has no public way to merge
    for key, text in more._catalog.items():  # type: ignore[attr-defined]  # as above
        table.setdefault(key, text)
