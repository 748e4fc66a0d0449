"""Guessing is slowed down, and nobody is locked out by strangers."""

from __future__ import annotations

from core.orm.env import open_env
from core.security import throttle
from core.security.throttle import ACCOUNT, ADDRESS, PAIR, TooManyAttempts
from tests.core.security.office import Office, after


def _fail(office: Office, times: int, login: str = "maren", address: str = "10.0.0.1") -> None:
    for _time in range(times):
        with open_env(office.site, write=True) as env:
            throttle.failed(env, login, address)


def _wait(office: Office, login: str = "maren", address: str = "10.0.0.1") -> int:
    with open_env(office.site) as env:
        try:
            throttle.ask(env, login, address)
        except TooManyAttempts as refusal:
            return refusal.seconds
    return 0


def test_a_few_mistakes_cost_nothing(office: Office) -> None:
    _fail(office, PAIR.free - 1)

    assert _wait(office) == 0


def test_each_further_failure_doubles_the_wait(office: Office) -> None:
    _fail(office, PAIR.free)
    waits = [_wait(office)]
    for _time in range(4):
        _fail(office, 1)
        waits.append(_wait(office))

    assert [wait - 1 for wait in waits] == [1, 2, 4, 8, 16]


def test_the_wait_has_an_end(office: Office) -> None:
    _fail(office, PAIR.free)
    assert _wait(office) > 0

    with after(seconds=2):
        assert _wait(office) == 0


def test_nobody_waits_longer_than_the_longest(office: Office) -> None:
    _fail(office, 40)

    assert 0 < _wait(office) <= PAIR.longest.total_seconds() + 1


def test_a_stranger_elsewhere_locks_nobody_out_for_long(office: Office) -> None:
    _fail(office, 40, address="203.0.113.9")

    assert 0 < _wait(office, address="10.0.0.1") <= ACCOUNT.longest.total_seconds() + 1


def test_an_address_that_tries_many_accounts_waits(office: Office) -> None:
    for number in range(ADDRESS.free + 3):
        _fail(office, 1, login=f"user{number}")

    assert _wait(office, login="somebody else") > 0
    assert _wait(office, login="somebody else", address="10.0.0.2") == 0


def test_logins_differ_by_neither_case_nor_spaces(office: Office) -> None:
    _fail(office, PAIR.free, login=" MAREN ")

    assert _wait(office, login="maren") > 0


def test_success_forgets_the_failures_of_the_pair(office: Office) -> None:
    _fail(office, PAIR.free)
    with open_env(office.site, write=True) as env:
        throttle.succeeded(env, "maren", "10.0.0.1")

    assert _wait(office) == 0


def test_failures_are_forgotten_after_a_quiet_day(office: Office) -> None:
    _fail(office, PAIR.free)

    with after(hours=25):
        _fail(office, 1)
        assert _wait(office) == 0
        with open_env(office.site, write=True) as env:
            throttle.forget_old(env)


def test_what_was_typed_as_a_login_is_not_kept(office: Office) -> None:
    """People type passwords into the field for the login."""
    _fail(office, 1, login="my secret password")

    with open_env(office.site) as env:
        kept = env.session.query(throttle.LoginAttempt).all()
    assert kept
    assert not [row for row in kept if "secret" in row.key]
