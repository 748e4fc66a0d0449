"""How a stock develops."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from addons.erp_supply.rules.outlook import Change, balances, lowest

TODAY = date(2026, 3, 12)
days = st.integers(0, 40).map(lambda n: TODAY + timedelta(days=n))
changes = st.lists(st.tuples(days, st.integers(-50, 50).map(Decimal)), max_size=12)


def test_a_delivery_after_the_need_leaves_a_gap_before_it() -> None:
    known = [(date(2026, 3, 16), Decimal(-60)), (date(2026, 3, 19), Decimal(80))]

    assert balances(Decimal(40), known, [date(2026, 3, 15), date(2026, 3, 18), date(2026, 3, 19)]) == [
        40,
        -20,
        60,
    ]
    assert lowest(Decimal(40), known, date(2026, 3, 31)) == -20
    assert lowest(Decimal(40), known, date(2026, 3, 15)) == 40


def test_what_comes_and_goes_on_the_same_day_makes_no_gap() -> None:
    known = [(TODAY, Decimal(-60)), (TODAY, Decimal(60))]

    assert lowest(Decimal(0), known, TODAY) == 0


@given(st.integers(-50, 200).map(Decimal), changes, days)
def test_the_lowest_is_the_least_of_all_days_balances(
    start: Decimal, known: list[Change], until: date
) -> None:
    every_day = [TODAY + timedelta(days=n) for n in range((until - TODAY).days + 1)]

    assert lowest(start, known, until) == min(start, *balances(start, known, every_day))
