"""VAT as EN 16931 reckons it: lines, allowances and charges, summed by category and rate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.base.rules.money import ZERO, Halves, rounded, shared_out

#: Categories of UNCL 5305 that bear VAT at a rate: standard, and the Canaries', Ceuta's and Italy's own.
_TAXED = frozenset({"S", "L", "M", "B"})
#: Categories by which the buyer reckons the VAT: reverse charge, and supply within the Community.
_BUYER_OWES = frozenset({"AE", "K"})


class TaxRounding(StrEnum):
    """Where VAT is rounded."""

    #: Once for each category and rate, as EN 16931 asks (BR-CO-17).
    DOCUMENT = "document"
    #: On every line, allowance and charge, as shop tills do.
    LINE = "line"


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A category of UNCL 5305 and its percentage."""

    category: str
    percent: Decimal = ZERO

    @property
    def effective(self) -> TaxRate:
        """The rate under which sums are kept: the percentage counts in a taxed category alone."""
        percent = self.percent if is_taxed(self.category) else ZERO
        return TaxRate(self.category, percent.normalize())

    def of(self, taxable: Decimal) -> Decimal:
        """The VAT of `taxable`, not rounded."""
        return taxable * self.effective.percent / 100


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """A net amount of the document and the rate that holds for it."""

    amount: Decimal
    rate: TaxRate


@dataclass(frozen=True, slots=True)
class Extra:
    """An allowance (taken off) or a charge (put on) of the whole document."""

    amount: Decimal
    rate: TaxRate
    is_charge: bool = False

    @property
    def signed(self) -> Decimal:
        return self.amount if self.is_charge else -self.amount


@dataclass(frozen=True, slots=True)
class TaxShare:
    """One row of the VAT breakdown."""

    rate: TaxRate
    taxable: Decimal
    tax: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """What a document comes to, with the names of EN 16931's document totals."""

    lines: Decimal
    allowances: Decimal
    charges: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    breakdown: tuple[TaxShare, ...] = ()


def is_taxed(category: str) -> bool:
    """Whether UNCL 5305 category `category` bears VAT at a rate."""
    return category in _TAXED


def line_amount(
    quantity: Decimal,
    price: Decimal,
    *,
    base_quantity: Decimal = Decimal(1),
    allowances: Decimal = ZERO,
    charges: Decimal = ZERO,
    exponent: int = 2,
    halves: Halves = Halves.UP,
) -> Decimal:
    """The net amount of a line: `price` holds for `base_quantity` units (BT-131)."""
    return rounded(quantity * price / base_quantity + charges - allowances, exponent, halves)


def totals(
    lines: Sequence[TaxedAmount],
    extras: Sequence[Extra] = (),
    *,
    exponent: int = 2,
    rounding: TaxRounding = TaxRounding.DOCUMENT,
    halves: Halves = Halves.UP,
) -> Totals:
    """What the document comes to; `lines` are net amounts that are already rounded."""
    breakdown = _breakdown(lines, extras, exponent, rounding, halves)
    allowances = sum((extra.amount for extra in extras if not extra.is_charge), ZERO)
    charges = sum((extra.amount for extra in extras if extra.is_charge), ZERO)
    line_total = sum((line.amount for line in lines), ZERO)
    net = line_total - allowances + charges
    tax = sum((share.tax for share in breakdown), ZERO)
    return Totals(line_total, allowances, charges, net, tax, net + tax, breakdown)


def spread(
    amount: Decimal, over: Sequence[TaxedAmount], *, is_charge: bool, exponent: int = 2
) -> list[Extra]:
    """A document's allowance or charge without a rate of its own, shared out over the rates of its lines."""
    by_rate: dict[TaxRate, Decimal] = {}
    for line in over:
        by_rate[line.rate.effective] = by_rate.get(line.rate.effective, ZERO) + line.amount
    shares = shared_out(amount, list(by_rate.values()), exponent)
    return [Extra(share, rate, is_charge) for rate, share in zip(by_rate, shares, strict=True) if share]


def net_of(gross: Decimal, rate: TaxRate, exponent: int = 2, halves: Halves = Halves.UP) -> Decimal:
    """The net amount in a price that includes VAT."""
    return rounded(gross * 100 / (100 + rate.effective.percent), exponent, halves)


def owed_by_buyer(
    breakdown: Iterable[TaxShare], percent: Decimal, exponent: int = 2, halves: Halves = Halves.UP
) -> Decimal:
    """VAT that the buyer reckons at the home rate `percent`: reverse charge and supply within the Community."""
    taxable = sum((share.taxable for share in breakdown if share.rate.category in _BUYER_OWES), ZERO)
    return rounded(taxable * percent / 100, exponent, halves)


def reduced(
    document: Totals, percent: Decimal, exponent: int = 2, halves: Halves = Halves.UP
) -> tuple[TaxShare, ...]:
    """What a cash discount of `percent` takes off each row of the breakdown: net amount and VAT.

    The rows add up to `percent` of the gross amount; each row's VAT is that of its net amount, at most a unit of
    the last place away from it.
    """
    gross = rounded(document.gross * percent / 100, exponent, halves)
    parts = shared_out(gross, [share.taxable + share.tax for share in document.breakdown], exponent)
    rows = []
    for share, part in zip(document.breakdown, parts, strict=True):
        net = net_of(part, share.rate, exponent, halves)
        rows.append(TaxShare(share.rate, net, part - net))
    return tuple(rows)


def _breakdown(
    lines: Sequence[TaxedAmount],
    extras: Sequence[Extra],
    exponent: int,
    rounding: TaxRounding,
    halves: Halves,
) -> tuple[TaxShare, ...]:
    taxable: dict[TaxRate, Decimal] = {}
    by_line: dict[TaxRate, Decimal] = {}
    for rate, amount in _signed(lines, extras):
        taxable[rate] = taxable.get(rate, ZERO) + amount
        by_line[rate] = by_line.get(rate, ZERO) + rounded(rate.of(amount), exponent, halves)
    if rounding is TaxRounding.LINE:
        return tuple(TaxShare(rate, amount, by_line[rate]) for rate, amount in taxable.items())
    return tuple(
        TaxShare(rate, amount, rounded(rate.of(amount), exponent, halves)) for rate, amount in taxable.items()
    )


def _signed(lines: Sequence[TaxedAmount], extras: Sequence[Extra]) -> Iterable[tuple[TaxRate, Decimal]]:
    yield from ((line.rate.effective, line.amount) for line in lines)
    yield from ((extra.rate.effective, extra.signed) for extra in extras)
