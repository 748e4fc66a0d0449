"""Amounts: rounded to their currency, shared out without losing a cent, turned into another currency."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum

#: Enough for the product of two of the platform's longest numbers and a quotient of it.
PRECISION = 60

ZERO = Decimal(0)


class Halves(StrEnum):
    """Where an amount goes that lies exactly between two."""

    #: Away from zero, as invoices and EN 16931 round.
    UP = ROUND_HALF_UP
    #: To the even neighbour, as banks and statistics round.
    EVEN = ROUND_HALF_EVEN


def rounded(amount: Decimal, exponent: int, halves: Halves = Halves.UP) -> Decimal:
    """`amount` with `exponent` digits after the point."""
    with localcontext() as context:
        context.prec = PRECISION
        return amount.quantize(Decimal(1).scaleb(-exponent), halves.value)


def shared_out(total: Decimal, weights: Sequence[Decimal], exponent: int) -> list[Decimal]:
    """`total` by `weights`, each share rounded and the sum exactly `total` (largest remainders get the rest).

    Weights of zero alone share equally. `total` must already be rounded to `exponent`.
    """
    if not weights:
        return []
    if total < 0:
        return [-share for share in shared_out(-total, weights, exponent)]
    sizes = [abs(weight) for weight in weights]
    whole = sum(sizes, ZERO)
    if whole == 0:
        sizes, whole = [Decimal(1)] * len(weights), Decimal(len(weights))
    step = Decimal(1).scaleb(-exponent)
    with localcontext() as context:
        context.prec = PRECISION
        exact = [total * size / whole for size in sizes]
        shares = [share.quantize(step, ROUND_FLOOR) for share in exact]
        missing = int((total - sum(shares, ZERO)) / step)
    by_remainder = sorted(range(len(shares)), key=lambda at: (shares[at] - exact[at], at))
    for at in by_remainder[:missing]:
        shares[at] += step
    return shares


def in_company_currency(amount: Decimal, rate: Decimal, exponent: int, halves: Halves = Halves.UP) -> Decimal:
    """A foreign amount in the company's currency; `rate` is foreign units for one of the company's."""
    with localcontext() as context:
        context.prec = PRECISION
        return rounded(amount / rate, exponent, halves)


def in_foreign_currency(amount: Decimal, rate: Decimal, exponent: int, halves: Halves = Halves.UP) -> Decimal:
    """An amount of the company's currency in a foreign one; `rate` is foreign units for one of the company's."""
    with localcontext() as context:
        context.prec = PRECISION
        return rounded(amount * rate, exponent, halves)
