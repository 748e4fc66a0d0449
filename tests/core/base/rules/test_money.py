"""Amounts round, share out and convert without losing a cent."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.rules.money import Halves, in_company_currency, in_foreign_currency, rounded, shared_out

amounts = st.decimals("-999999.9999", "999999.9999", places=4)
cents = st.decimals("-99999.99", "99999.99", places=2)
weights = st.lists(st.decimals("0", "9999.99", places=2), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("amount", "exponent", "halves", "wanted"),
    [
        ("2.345", 2, Halves.UP, "2.35"),
        ("2.345", 2, Halves.EVEN, "2.34"),
        ("-2.345", 2, Halves.UP, "-2.35"),
        ("1234.5", 0, Halves.UP, "1235"),
        ("1234.5", 0, Halves.EVEN, "1234"),
        ("1.23456", 3, Halves.UP, "1.235"),
    ],
)
def test_an_amount_rounds_to_its_currency(amount: str, exponent: int, halves: Halves, wanted: str) -> None:
    assert str(rounded(Decimal(amount), exponent, halves)) == wanted


@given(amounts, st.sampled_from(Halves), st.integers(0, 4))
def test_rounding_moves_an_amount_by_at_most_half_a_unit(
    amount: Decimal, halves: Halves, exponent: int
) -> None:
    moved = abs(rounded(amount, exponent, halves) - amount)

    assert moved <= Decimal("0.5").scaleb(-exponent)


@given(cents, weights)
def test_shares_add_up_to_the_whole(total: Decimal, by: list[Decimal]) -> None:
    assert sum(shared_out(total, by, 2)) == total


@given(cents, weights)
def test_no_share_is_a_cent_away_from_its_exact_part(total: Decimal, by: list[Decimal]) -> None:
    shares = shared_out(total, by, 2)

    whole = sum(by)
    if whole:
        assert all(
            abs(share - total * part / whole) < Decimal("0.01")
            for share, part in zip(shares, by, strict=True)
        )


def test_weights_of_zero_share_equally() -> None:
    assert shared_out(Decimal("0.05"), [Decimal(0), Decimal(0)], 2) == [Decimal("0.03"), Decimal("0.02")]


def test_nothing_is_shared_among_nobody() -> None:
    assert shared_out(Decimal("1.00"), [], 2) == []


def test_an_order_in_kronor_has_its_value_in_euro() -> None:
    # The purchase order of the user interface's pictures: SEK 321,010.00 at 10.9450 is EUR 29,329.37.
    assert in_company_currency(Decimal("321010.00"), Decimal("10.9450"), 2) == Decimal("29329.37")


def test_an_amount_in_euro_has_its_value_in_yen() -> None:
    assert in_foreign_currency(Decimal("100.00"), Decimal("163.255"), 0) == Decimal(16326)
