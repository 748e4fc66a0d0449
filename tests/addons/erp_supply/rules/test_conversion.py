"""Quantities and prices in the stock unit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from addons.erp_supply.rules.conversion import are_convertible, converted, price_in
from core import UserError


@dataclass
class Made:
    code: str
    dimension: str = ""
    factor: Decimal | None = None


KILO, GRAM, PIECE = Made("KGM", "mass"), Made("GRM", "mass"), Made("H87", "count")


def test_quantity_and_price_go_opposite_ways() -> None:
    assert converted(Decimal(2500), GRAM, KILO) == Decimal("2.5")
    assert price_in(Decimal(4), KILO, GRAM) == Decimal("0.004")


def test_the_same_unit_changes_nothing() -> None:
    assert converted(Decimal("1.2345678"), KILO, KILO) == Decimal("1.2345678")
    assert price_in(Decimal("1.2345678"), KILO, KILO) == Decimal("1.2345678")


def test_what_measures_something_else_is_refused() -> None:
    assert not are_convertible(PIECE, KILO)
    with pytest.raises(UserError, match="H87 cannot be converted to KGM"):
        converted(Decimal(1), PIECE, KILO)
