"""The clock can be held still, and a day depends on the zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from core import clock


def test_a_clock_stands_still_in_utc() -> None:
    with clock.held(datetime(2026, 3, 12, 1, tzinfo=timezone(timedelta(hours=2)))):
        assert clock.now() == datetime(2026, 3, 11, 23, tzinfo=UTC)


def test_the_day_is_that_of_the_zone() -> None:
    with clock.held(datetime(2026, 3, 11, 23, 30, tzinfo=UTC)):
        assert clock.today("Europe/Berlin") == date(2026, 3, 12)
        assert clock.today() == date(2026, 3, 11)
