"""Payment terms: when an invoice is due, and what is paid when it is paid early."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.base.rules.money import ZERO, Halves, rounded


@dataclass(frozen=True, slots=True)
class Term:
    """Days net, and days and percentage of the discount; from the invoice's day or from the end of its month."""

    net_days: int = 30
    discount_days: int = 0
    discount_percent: Decimal = ZERO
    month_end: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """By when an amount is to be paid, and by when less of it."""

    due_on: date
    amount: Decimal
    discount_until: date | None = None
    discount: Decimal = ZERO

    def payable(self, paid_on: date) -> Decimal:
        """What settles the invoice on that day."""
        early = self.discount_until is not None and paid_on <= self.discount_until
        return self.amount - self.discount if early else self.amount


def due(term: Term, invoiced_on: date, gross: Decimal, exponent: int = 2, halves: Halves = Halves.UP) -> Due:
    """When and how `gross`, invoiced on that day, is to be paid."""
    start = end_of_month(invoiced_on) if term.month_end else invoiced_on
    due_on = start + timedelta(days=term.net_days)
    if not term.discount_percent:
        return Due(due_on, gross)
    discount = rounded(gross * term.discount_percent / 100, exponent, halves)
    return Due(due_on, gross, start + timedelta(days=term.discount_days), discount)


def end_of_month(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])
