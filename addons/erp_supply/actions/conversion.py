"""Quantities of document lines in other units."""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from core.base import Item, Unit, rules

#: Places to which a converted quantity is rounded, those of a Quantity.
PLACES = 6


class Quantified(Protocol):
    """A line with a quantity of an item in some unit."""

    quantity: Decimal
    unit: Unit
    item: Item


def in_item_unit(line: Quantified) -> Decimal:
    """The quantity of `line` in the unit in which its item is stocked; UserError when they measure differently."""
    return in_unit(line, line.item.unit)


def in_unit(line: Quantified, unit: Unit) -> Decimal:
    """The quantity of `line` in `unit`; UserError when they measure differently."""
    if line.unit is unit:
        return line.quantity
    return rules.converted_rounded(line.quantity, _measure(line.unit), _measure(unit), PLACES)


def _measure(unit: Unit) -> rules.Measure:
    return rules.measure(unit.code, unit.dimension, unit.factor)
