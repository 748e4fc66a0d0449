"""Which passwords may be used, and how they are kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from importlib.resources import files

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ValidationError
from core.security import passwords

WORDS = ["anna.berg@kestrel.test", "Anna Berg", "Orrin Marine"]


@pytest.fixture(scope="module", autouse=True)
def _approved() -> Iterator[None]:
    """The parameters of a site, not those that other tests make do with."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", passwords.APPROVED)
        yield


@pytest.mark.parametrize("password", [
    "correct horse battery", "e8sk2m1q", "dragonfly over the lake", "Kaltes Bier um acht", "漢字かな交じり文です",
    "   eight   spaces   ", "tr0ub4dor&3", "x" * 40 + "quite long and odd" * 6, "purple dragon coffee monday",
])  # fmt: skip
def test_a_password_that_nobody_guesses_first_is_accepted(password: str) -> None:
    passwords.check(password, WORDS)


@pytest.mark.parametrize("password", [
    "password", "Password2024!", "P@ssw0rd!!", "iloveyou1", "Sommer2025!!", "letmein123456", "Dezember2024",
    "passwort1", "12345678", "qwertzuiop", "aaaaaaaaaa", "wxyz4321", "1q2w3e4r5t", "87654321a", "asdfghjkl",
    "abcabcabc", "AnnaBerg99", "berg.anna.1", "kestrel2024", "OrrinMarine1", "m4rine0rrin!",
    "short", "", "sevench",
])  # fmt: skip
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        passwords.check(password, WORDS)

    assert list(refusal.value.fields) == ["password"]


def test_the_three_thousand_commonest_passwords_are_refused_each() -> None:
    listed = (files("core.security") / "known_passwords.txt").read_text(encoding="utf-8").split()

    assert len(set(listed)) == 3_000
    assert min(map(len, listed)) >= passwords.SHORTEST
    for known in listed:
        for typed in (known, known.upper()):
            with pytest.raises(ValidationError):
                passwords.check(typed)


def test_no_kind_of_character_is_asked_for() -> None:
    passwords.check("only small letters and spaces")
    passwords.check("830174652190")


def test_long_passwords_are_taken_whole() -> None:
    long = "a sentence that goes on " * 8
    kept = passwords.hash_of(long)

    assert passwords.is_right(kept, long)
    assert not passwords.is_right(kept, long[:-1])


@pytest.mark.parametrize("typed", ["Seven quiet herons", "seven quiet herons ", "seven quiet heron"])
def test_a_password_is_compared_exactly_as_typed(typed: str) -> None:
    assert not passwords.is_right(passwords.hash_of("seven quiet herons"), typed)


def test_a_hash_is_of_the_approved_function_and_parameters() -> None:
    assert passwords.hash_of("seven quiet herons").startswith("$argon2id$v=19$m=47104,t=1,p=1$")


def test_a_hash_says_nothing_about_equal_passwords() -> None:
    assert passwords.hash_of("seven quiet herons") != passwords.hash_of("seven quiet herons")


def test_a_hash_of_other_parameters_is_outdated() -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash("seven quiet herons")

    assert passwords.is_right(weaker, "seven quiet herons")
    assert passwords.is_outdated(weaker)
    assert not passwords.is_outdated(passwords.hash_of("seven quiet herons"))


def test_a_user_that_does_not_exist_takes_as_long_as_one_that_does() -> None:
    kept = passwords.hash_of("seven quiet herons")
    passwords.is_right(None, "x")  # the hash that stands for nobody is made once

    def cpu(known: str | None) -> float:
        spent = []
        for _try in range(5):
            before = time.process_time()
            assert not passwords.is_right(known, "wrong")
            spent.append(time.process_time() - before)
        return min(spent)

    assert cpu(None) > cpu(kept) / 2


def test_what_is_no_hash_is_no_password() -> None:
    assert not passwords.is_right("", "")
    assert not passwords.is_right("plain text", "plain text")


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Zs"]), min_size=8, max_size=60))
def test_any_text_is_either_accepted_or_refused_with_a_reason(password: str) -> None:
    refused: dict[str, object] = {}
    try:
        passwords.check(password, WORDS)
    except ValidationError as refusal:
        refused = refusal.fields

    assert set(refused) <= {"password"}
