"""A clock that is a little off is followed; a wrong one is told of and its future is not believed."""

from __future__ import annotations

from addons.mes_equipment.rules.skew import Skew

SECOND = 1_000_000
DAY = 86_400 * SECOND


def seen(behind: int, seconds: int = 10) -> Skew:
    skew = Skew()
    for now in range(0, seconds * SECOND, SECOND):
        skew.saw(now - behind, now)
    return skew


def test_the_estimate_is_the_median_so_that_one_late_message_does_not_move_it() -> None:
    skew = seen(SECOND // 2)

    skew.saw(0, 11 * SECOND)

    assert skew.estimate == SECOND // 2
    assert not skew.is_wrong


def test_what_is_older_than_five_minutes_does_not_count() -> None:
    skew = seen(DAY)

    skew.saw(400 * SECOND, 400 * SECOND)

    assert skew.estimate == 0


def test_a_source_that_runs_two_days_ahead_is_wrong_and_its_instants_are_future() -> None:
    skew = seen(-2 * DAY)

    assert skew.is_wrong
    assert skew.latest_believed(10 * SECOND) < 2 * DAY + 10 * SECOND


def test_a_source_a_second_and_a_half_ahead_is_followed() -> None:
    ahead = 3 * SECOND // 2
    skew = seen(-ahead)

    assert not skew.is_wrong
    assert skew.latest_believed(10 * SECOND) >= 10 * SECOND + ahead
    assert Skew().latest_believed(10 * SECOND) < 10 * SECOND + ahead


def test_the_past_is_never_future() -> None:
    assert seen(3 * DAY).latest_believed(10 * SECOND) > 0
