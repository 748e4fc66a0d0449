"""Passwords: argon2id, and the rules of NIST SP 800-63B and OWASP ASVS 5 (6.2) for new ones."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from core.errors import ValidationError
from core.i18n import Text, _
from core.security.breached import is_breached

SHORTEST = 8
RECOMMENDED = 15
#: More is refused only because hashing it costs time.
LONGEST = 1_024
#: A password of so many known words with fewer other letters than this is as good as known.
_FEW_WORDS = 2
_OWN_LETTERS = 5
_SHORTEST_WORD = 3

_LEET = str.maketrans("@4301!|$57", "aaeoiiisst")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiopü", "azertyuiop", "asdfghjklöä",
         "qsdfghjklm", "zxcvbnm", "yxcvbnm", "wxcvbn", "1qaz2wsx3edc4rfv5tgb6zhn7ujm8ik", "!@#$%^&*()",
         '!"§$%&/()=')  # fmt: skip
#: Letters and digits that nobody takes for another.
_SPOKEN = "abcdefghjkmnpqrstuvwxyz23456789"
#: So many neighbours in a row of the keyboard or the alphabet make a sequence; fewer different characters, none.
_SEQUENCE = 4


def argon2id(memory_kib: int) -> PasswordHasher:
    """argon2id with one pass over so much memory."""
    return PasswordHasher(
        time_cost=1, memory_cost=memory_kib, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
    )


#: OWASP's first choice for argon2id: 46 MiB, one pass.
APPROVED = argon2id(47_104)
_hasher = APPROVED


def hash_of(password: str) -> str:
    """The argon2id hash of `password`, exactly as it was typed."""
    return _hasher.hash(password)


def generated() -> str:
    """A one-time password that is told by telephone: 75 random bits, without signs that look alike."""
    return "-".join("".join(secrets.choice(_SPOKEN) for _sign in range(5)) for _group in range(3))


def is_right(kept: str | None, password: str) -> bool:
    """Whether `password` has the hash `kept`; takes as long when there is none, so that nobody learns who exists."""
    try:
        matches = _hasher.verify(kept or _nobody(_hasher), password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other parameters than today's and should be made anew at sign-in."""
    return _hasher.check_needs_rehash(kept)


def check(password: str, words: Iterable[str] = (), breached: Path | None = None) -> None:
    """Raise ValidationError unless `password` may be used; `words` are those it must not be made of (login, company).

    No rules of composition: length, and not being known, is what counts. `breached` lists those that leaked elsewhere.
    """
    problem = _problem(password, words)
    if problem is None and breached is not None and is_breached(breached, password):
        problem = _(
            "This password has leaked elsewhere and is tried first. Choose another, and change it there too."
        )
    if problem is not None:
        raise ValidationError({"password": problem})


def _problem(password: str, words: Iterable[str]) -> Text | None:
    if len(password) < SHORTEST:
        return _(
            "The password has fewer than {shortest} characters. Several words with {recommended} or more are best.",
            shortest=SHORTEST,
            recommended=RECOMMENDED,
        )
    if len(password) > LONGEST:
        return _("The password has more than {longest} characters.", longest=LONGEST)
    listed = _(
        "This password is on the lists that are tried first. Choose several words that do not belong together."
    )
    if password.casefold() in _known():
        return listed
    if _is_pattern(password.casefold()):
        return _(
            "This password is a pattern that is guessed first. Choose several words that do not belong together."
        )
    if _is_made_of(password, _common()):
        return listed
    if _is_made_of(password, {part for word in words for part in _parts(word)}):
        return _(
            "The password is made of your name, login or company. Choose words that have nothing to do with you."
        )
    return None


def _is_made_of(password: str, words: Iterable[str]) -> bool:
    """Whether `password` is one or two known words, in whatever guise, with little besides digits and signs."""
    known = sorted(words, key=len, reverse=True)
    plain = password.casefold()
    return any(_is_thin(guise, known) for guise in {plain, plain.translate(_LEET)})


def _is_thin(text: str, known: Iterable[str]) -> bool:
    found = 0
    for word in known:
        found += text.count(word)
        text = text.replace(word, " ")
    return 0 < found <= _FEW_WORDS and sum(c.isalpha() for c in text) < _OWN_LETTERS


def _is_pattern(text: str) -> bool:
    """Repetition (`abcabcabc`, `aaaaaaab`), or runs along the keyboard or alphabet with little else."""
    if len(set(text)) < _SEQUENCE or re.fullmatch(r"(.{1,4})\1+.?", text):
        return True
    rest, position = 0, 0
    while position < len(text):
        run = _run(text, position)
        rest += 0 if run >= _SEQUENCE else run
        position += run
    return rest < _OWN_LETTERS and rest < len(text)


def _run(text: str, start: int) -> int:
    """How many characters from `start` on follow each other in one row, in either direction."""
    longest = 1
    for row in (*_ROWS, *(row[::-1] for row in _ROWS)):
        end = start + longest
        while end < len(text) and text[start : end + 1] in row:
            end += 1
        longest = max(longest, end - start)
    return longest


def _parts(word: str) -> set[str]:
    """The words in a name or login: `anna.berg@kestrel.test` gives anna, berg, kestrel and test."""
    return {part for part in re.split(r"[\W_]+", word.casefold()) if len(part) >= _SHORTEST_WORD}


@cache
def _common() -> frozenset[str]:
    """The words that most leaked passwords are made of; with digits and signs they stand for many thousands."""
    text = (files("core.security") / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


@cache
def _known() -> frozenset[str]:
    """The 3,000 commonest of those that are long enough here, the commonest first (zxcvbn 4.5.0, see NOTICE)."""
    return frozenset((files("core.security") / "known_passwords.txt").read_text(encoding="utf-8").split())


@cache
def _nobody(hasher: PasswordHasher) -> str:
    return hasher.hash("a password that nobody has")
