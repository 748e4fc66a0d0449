"""Prices with quantity breaks, and limits of receiving and approving."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from addons.erp_supply.rules.conversion import Measured, are_convertible, converted

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class PriceBreak:
    """A supplier's price from a quantity on, in the price's own unit and currency."""

    from_quantity: Decimal
    price: Decimal
    discount_percent: Decimal = Decimal(0)
    valid_from: date | None = None
    valid_to: date | None = None
    lead_days: int | None = None


def best_price(breaks: Iterable[PriceBreak], quantity: Decimal, on: date) -> PriceBreak | None:
    """The price that holds for `quantity` on a day: of those valid, the one with the highest break it reaches."""
    valid = [
        b
        for b in breaks
        if b.from_quantity <= quantity
        and (b.valid_from is None or b.valid_from <= on)
        and (b.valid_to is None or on <= b.valid_to)
    ]
    return max(valid, key=lambda b: (b.from_quantity, b.valid_from or date.min), default=None)


def receivable(ordered: Decimal, received: Decimal, over_percent: Decimal) -> Decimal:
    """How much may still be received of a line, over-receipt limit included; never negative."""
    return max(ordered * (HUNDRED + over_percent) / HUNDRED - received, Decimal(0))


def net_price(price: Decimal, discount_percent: Decimal, price_quantity: Decimal) -> Decimal:
    """What one unit costs less discount, when `price` is for `price_quantity` units."""
    return price * (HUNDRED - discount_percent) / HUNDRED / (price_quantity or 1)


def needs_approval(total_in_company_currency: Decimal, limit: Decimal) -> bool:
    """Whether an order of this amount needs a second person; a limit of zero asks for every order."""
    return total_in_company_currency > limit


def awaited(ordered: Decimal, received: Decimal, unit: Measured | None, stocked_in: Measured) -> Decimal:
    """What is still to come in the unit of the stock; nothing where the units do not measure the same."""
    open_quantity = max(ordered - received, Decimal(0))
    if unit is None or not are_convertible(unit, stocked_in):
        return Decimal(0)
    return converted(open_quantity, unit, stocked_in)
