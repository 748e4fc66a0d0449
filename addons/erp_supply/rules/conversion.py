"""Quantities in the unit in which an item is stocked."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from core.base import rules

#: Places of a Quantity.
PLACES = 6


class Measured(Protocol):
    """A unit, as far as converting needs it."""

    code: str
    factor: Decimal | None

    @property
    def dimension(self) -> str:
        """What it measures."""


def are_convertible(unit: Measured, target: Measured) -> bool:
    """Whether the two measure the same."""
    return rules.are_convertible(_measure(unit), _measure(target))


def converted(quantity: Decimal, unit: Measured, target: Measured) -> Decimal:
    """`quantity` of `unit` in `target`, to a Quantity's places; UserError when they measure differently."""
    if unit is target:
        return quantity
    return rules.converted_rounded(quantity, _measure(unit), _measure(target), PLACES)


def price_in(price: Decimal, unit: Measured, target: Measured) -> Decimal:
    """What one `target` costs when one `unit` costs `price`."""
    if unit is target:
        return price
    return rules.price_in(price, _measure(unit), _measure(target), PLACES)


def _measure(unit: Measured) -> rules.Measure:
    return rules.measure(unit.code, str(unit.dimension), unit.factor)
