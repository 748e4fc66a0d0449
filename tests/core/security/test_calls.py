"""Whoever calls too often waits, alone, and only as long as it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import Settings
from core.security import calls
from core.security.calls import Caller, Calls, TooManyCalls, network_of


class _Clock:
    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def held() -> _Clock:
    return _Clock()


@pytest.fixture
def taken(held: _Clock, tmp_path: Path) -> Calls:
    """Four calls a minute of everybody."""
    four = Settings(tmp_path, user_calls_per_minute=4, token_calls_per_minute=4, address_calls_per_minute=4)
    return Calls(four, held)


def _take(taken: Calls, times: int, who: int = 1) -> None:
    for _time in range(times):
        taken.take(Caller.USER, who)


def test_the_calls_of_a_minute_may_come_at_once_and_the_next_one_waits(taken: Calls) -> None:
    _take(taken, 4)

    with pytest.raises(TooManyCalls) as refused:
        _take(taken, 1)

    assert (refused.value.status, refused.value.seconds) == (429, 15)


def test_after_the_seconds_that_were_told_there_is_room_for_one(taken: Calls, held: _Clock) -> None:
    _take(taken, 4)
    held.seconds += 15

    _take(taken, 1)

    with pytest.raises(TooManyCalls):
        _take(taken, 1)


def test_what_is_refused_does_not_make_the_wait_longer(taken: Calls, held: _Clock) -> None:
    _take(taken, 4)
    for _time in range(50):
        with pytest.raises(TooManyCalls):
            _take(taken, 1)

    held.seconds += 60

    _take(taken, 4)


def test_nobody_waits_for_another_caller(taken: Calls) -> None:
    _take(taken, 4)

    _take(taken, 4, who=2)
    taken.take(Caller.TOKEN, 1)
    taken.take_of_stranger("10.0.0.1")


def test_nought_takes_any_number(held: _Clock, tmp_path: Path) -> None:
    _take(Calls(Settings(tmp_path, user_calls_per_minute=0), held), 10_000)


def test_who_called_long_ago_is_forgotten(
    taken: Calls, held: _Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "_FEW", 10)
    taken._look_at = 10
    for number in range(1_000):
        _take(taken, 1, who=number)
        held.seconds += 1

    assert len(taken._full_at) < 50


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
    ],
)
def test_a_caller_has_an_address_or_the_network_that_one_is_given_as_a_whole(
    one: str, other: str, same: bool
) -> None:
    assert (network_of(one) == network_of(other)) is same
