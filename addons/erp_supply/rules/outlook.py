"""How a stock develops: what there will be at the end of each period, and the lowest that it falls to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby

#: What comes (positive) or goes (negative), and the day on which it does.
Change = tuple[date, Decimal]


def balances(start: Decimal, changes: Iterable[Change], ends: Sequence[date]) -> list[Decimal]:
    """What there is at the end of each day of `ends`; what should have happened before today is still to come."""
    known = list(changes)
    return [start + sum((quantity for on, quantity in known if on <= end), Decimal(0)) for end in ends]


def lowest(start: Decimal, changes: Iterable[Change], until: date) -> Decimal:
    """The least that there is at the end of any day up to `until`."""
    least = balance = start
    for on, same_day in groupby(sorted(changes), key=lambda change: change[0]):
        if on > until:
            break
        balance += sum((quantity for _on, quantity in same_day), Decimal(0))
        least = min(least, balance)
    return least
