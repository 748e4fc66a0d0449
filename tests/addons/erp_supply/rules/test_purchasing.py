"""Price breaks and limits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.erp_supply.rules.purchasing import PriceBreak, best_price, needs_approval, net_price, receivable

DAY = date(2026, 3, 12)
quantities = st.decimals(min_value=0, max_value=Decimal(10**6), places=3)


@pytest.mark.parametrize(("quantity", "price"), [(1, 10), (99, 10), (100, 9), (5000, 8)])
def test_the_highest_break_reached_holds(quantity: int, price: int) -> None:
    breaks = [PriceBreak(Decimal(start), Decimal(p)) for start, p in ((0, 10), (100, 9), (1000, 8))]

    found = best_price(breaks, Decimal(quantity), DAY)

    assert found is not None
    assert found.price == price


def test_a_price_holds_within_its_days_alone() -> None:
    past = PriceBreak(Decimal(0), Decimal(1), valid_to=date(2026, 3, 11))
    coming = PriceBreak(Decimal(0), Decimal(2), valid_from=date(2026, 3, 13))
    now = PriceBreak(Decimal(0), Decimal(3), valid_from=DAY, valid_to=DAY)

    assert best_price([past, coming], Decimal(1), DAY) is None
    assert best_price([past, coming, now], Decimal(1), DAY) is now


def test_the_newer_of_two_prices_holds() -> None:
    old, new = (
        PriceBreak(Decimal(0), Decimal(p), valid_from=date(y, 1, 1)) for p, y in ((1, 2025), (2, 2026))
    )

    assert best_price([new, old], Decimal(1), DAY) is new


@given(quantities, quantities, st.decimals(min_value=0, max_value=50, places=2))
def test_what_may_still_be_received_is_never_negative_and_grows_with_the_limit(
    ordered: Decimal, received: Decimal, percent: Decimal
) -> None:
    most = receivable(ordered, received, percent)

    assert most >= 0
    assert most >= receivable(ordered, received, Decimal(0))


def test_the_limit_itself_needs_no_approval() -> None:
    assert not needs_approval(Decimal(15000), Decimal(15000))
    assert needs_approval(Decimal("15000.01"), Decimal(15000))


def test_the_net_price_is_for_one_unit_less_discount() -> None:
    assert net_price(Decimal(100), Decimal(10), Decimal(1000)) == Decimal("0.09")
