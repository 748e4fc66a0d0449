"""False values for personal ones: the same for the same, by a key that is thrown away with the process."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256

_GIVEN = (
    "Alva", "Bela", "Cato", "Dina", "Edda", "Finn", "Gwen", "Hugo", "Iven", "Juna", "Kaja", "Lior", "Mika",
    "Nele", "Odin", "Pia", "Quin", "Romy", "Selma", "Tilo", "Uma", "Veit", "Wido", "Xenia", "Yara", "Zora",
)  # fmt: skip
_FAMILY = (
    "Ahorn", "Birke", "Crossing", "Distel", "Espe", "Farn", "Ginster", "Hasel", "Ilex", "Juniper", "Kiefer",
    "Linde", "Mistel", "Nessel", "Olive", "Pappel", "Quitte", "Rowan", "Sedge", "Tanne", "Ulme", "Vetch",
    "Weide", "Xylem", "Yarrow", "Zeder",
)  # fmt: skip
_WORDS = (
    "lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "sed", "do", "eiusmod",
    "tempor", "incididunt", "ut", "labore", "et", "dolore", "magna", "aliqua", "enim", "minim", "veniam",
    "quis", "nostrud", "exercitation", "ullamco", "laboris", "nisi", "aliquip", "ex", "ea", "commodo",
    "consequat",
)  # fmt: skip
_FIRST_DAY, _DAYS = date(1950, 1, 1), 18_000
_SHORT, _LONG = 6, 12


class Kind(StrEnum):
    """What a value looks like, so that a false one does too."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    CODE = "code"
    FILE = "file"
    CONTENT = "content"
    TEXT = "text"
    DAY = "day"
    NOTHING = "nothing"


class Inventor:
    """Makes false values. Without its key, which nobody keeps, no list of guesses leads back from them."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def invent(self, kind: Kind, value: object, most: int | None = None) -> object:
        """The false value of a true one, at most `most` characters; of nothing it is nothing."""
        if value is None or value == "":
            return value
        if kind is Kind.CONTENT:
            return self.digest(str(value))
        made = _KINDS[kind](self._mark(kind, value), str(value), most)
        return made[:most] if isinstance(made, str) else made

    def content(self, digest: str) -> bytes:
        """What stands in the place of the attached file of that digest."""
        return f"An anonymised file: {self._mark(Kind.CONTENT, digest)}\n".encode()

    def digest(self, digest: str) -> str:
        """The digest of that, SHA-256 as of any other file."""
        return sha256(self.content(digest)).hexdigest()

    def _mark(self, kind: Kind, value: object) -> str:
        return hmac.new(self._key, f"{kind}:{value}".encode(), "sha256").hexdigest()


def _name(mark: str, _value: str, _most: int | None) -> str:
    number = int(mark, 16)
    family = _FAMILY[number // len(_GIVEN) % len(_FAMILY)]
    return f"{_GIVEN[number % len(_GIVEN)]} {family} {mark[:_SHORT].upper()}"


def _text(mark: str, value: str, most: int | None) -> str:
    """Words about as many as there were, the first of which make it one of its own."""
    wanted, made, at = min(len(value), most or len(value)), mark[:_LONG], 0
    while len(made) < wanted:
        made += f" {_WORDS[int(mark[at % 60 : at % 60 + 4], 16) % len(_WORDS)]}"
        at += 1
    return made[: max(wanted, 1)] if wanted >= _LONG else made[: most or _LONG]


_KINDS: Mapping[Kind, Callable[[str, str, int | None], object]] = {
    Kind.NAME: _name,
    Kind.EMAIL: lambda mark, _value, _most: f"{mark[:_LONG]}@example.invalid",
    # ITU-T E.164 has given +999 to nobody.
    Kind.PHONE: lambda mark, _value, _most: f"+999 {int(mark, 16) % 10**10:010}",
    Kind.URL: lambda mark, _value, _most: f"https://{mark[:_LONG]}.invalid/",
    Kind.CODE: lambda mark, _value, _most: f"x{mark[:_LONG]}",
    Kind.FILE: lambda mark, _value, _most: f"{mark[:_LONG]}.txt",
    Kind.TEXT: _text,
    Kind.DAY: lambda mark, _value, _most: _FIRST_DAY + timedelta(days=int(mark, 16) % _DAYS),
    Kind.NOTHING: lambda _mark, _value, _most: None,
}
