"""A qualification ends after its months."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from core.base.rules.qualification import held_until

days = st.dates(date(2000, 1, 1), date(2090, 1, 1))


def test_a_year_ends_on_the_day_before() -> None:
    assert held_until(date(2026, 3, 1), 12) == date(2027, 2, 28)


def test_without_months_it_does_not_end() -> None:
    assert held_until(date(2026, 3, 1), None) is None


@given(days, st.integers(1, 120))
def test_it_holds_at_least_a_day_short_of_its_shortest_months(day: date, months: int) -> None:
    found = held_until(day, months)

    assert found is not None
    assert 28 * months - 1 <= (found - day).days <= 31 * months
