"""The calculation rules of EN 16931: does an invoice add up, and if not, where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from enum import StrEnum

from core.formats.en16931 import ZERO, AllowanceCharge, Invoice, Line, TaxCategory
from core.i18n import Text, _

CENT = Decimal("0.01")
#: Peppol lets an amount differ by this much from the product that it states.
TOLERANCE = Decimal("0.02")
# The reader takes numbers of up to 35 digits; a product of two has up to 70.
_WIDE = Context(prec=90)

# What EN 16931 calls the rules of each VAT category of UNTDID 5305.
_RULES: Mapping[str, str] = {
    "S": "BR-S",
    "Z": "BR-Z",
    "E": "BR-E",
    "AE": "BR-AE",
    "K": "BR-IC",
    "G": "BR-G",
    "O": "BR-O",
    "L": "BR-AF",
    "M": "BR-AG",
    "B": "BR-B",
}
# Categories that may bear VAT, and are therefore broken down by rate.
_TAXED = frozenset({"S", "L", "M", "B"})


class Severity(StrEnum):
    """Whether the norm forbids it, or a network only advises against it."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that the invoice breaks; `line` is the number of the invoice line, if it is about one."""

    rule: str
    message: Text
    severity: Severity = Severity.ERROR
    line: str = ""

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


def check(invoice: Invoice) -> list[Problem]:
    """Every calculation rule that the invoice breaks; an empty list means that it adds up."""
    with localcontext(_WIDE):
        return [
            *_totals(invoice),
            *_tax_total(invoice),
            *_categories(invoice),
            *_breakdown_taxes(invoice),
            *_allowances_charges(invoice.allowances_charges, ""),
            *(problem for line in invoice.lines for problem in _line(line)),
        ]


def rounded(amount: Decimal) -> Decimal:
    """The amount in hundredths, half up (away from zero), as the norm rounds."""
    return amount.quantize(CENT, ROUND_HALF_UP, _WIDE)


def _totals(invoice: Invoice) -> Iterator[Problem]:
    totals = invoice.totals
    allowances, charges = _sums(invoice.allowances_charges)
    yield from _compare(
        "BR-CO-10", _("the sum of the line amounts"), totals.lines, sum((x.net for x in invoice.lines), ZERO)
    )
    yield from _compare("BR-CO-11", _("the sum of the document's allowances"), totals.allowances, allowances)
    yield from _compare("BR-CO-12", _("the sum of the document's charges"), totals.charges, charges)
    yield from _compare(
        "BR-CO-13",
        _("the total without VAT"),
        totals.net,
        totals.lines - totals.allowances + totals.charges,
    )
    yield from _compare("BR-CO-15", _("the total with VAT"), totals.gross, totals.net + invoice.tax_amount)
    # XRechnung's extension (BR-DEX-09) adds what a third party is owed; without it that sum is zero.
    payable = totals.gross - totals.prepaid + totals.rounding + sum(invoice.third_party_payments, ZERO)
    yield from _compare("BR-CO-16", _("the amount due"), totals.payable, payable)


def _tax_total(invoice: Invoice) -> Iterator[Problem]:
    if not invoice.breakdown:
        yield Problem("BR-CO-18", _("The document has no VAT breakdown."))
        return
    taxes = sum((each.tax for each in invoice.breakdown), ZERO)
    yield from _compare("BR-CO-14", _("the total VAT"), invoice.tax_amount, taxes)


def _breakdown_taxes(invoice: Invoice) -> Iterator[Problem]:
    """VAT of each category and rate: BR-CO-17, and none at all where the category bears none."""
    for each in invoice.breakdown:
        category = each.category
        what = _("the VAT of {category}", category=_shown(category.code, category.percent))
        if category.code in _TAXED:
            tax = rounded(each.taxable * (category.percent or ZERO) / 100)
            yield from _compare("BR-CO-17", what, each.tax, tax)
        elif category.code in _RULES:
            yield from _compare(f"{_RULES[category.code]}-09", what, each.tax, ZERO)
        else:
            yield Problem("BR-CL-17", _("“{code}” is no VAT category of UNTDID 5305.", code=category.code))


def _categories(invoice: Invoice) -> Iterator[Problem]:
    """Taxable sums by category: every one used is in the breakdown (01), with the right sum (08)."""
    used = _taxable_amounts(invoice)
    stated: dict[tuple[str, Decimal | None], Decimal] = defaultdict(lambda: ZERO)
    for each in invoice.breakdown:
        stated[_key(each.category)] += each.taxable
    for key in [*stated, *(key for key in used if key not in stated)]:
        code, percent = key
        if code not in _RULES:
            continue
        if key not in stated:
            missing = _(
                "{category} is used, but missing in the VAT breakdown.", category=_shown(code, percent)
            )
            yield Problem(f"{_RULES[code]}-01", missing)
        else:
            what = _("the taxable amount of {category}", category=_shown(code, percent))
            yield from _compare(f"{_RULES[code]}-08", what, stated[key], used.get(key, ZERO))
    for line in invoice.lines:
        if line.tax_category is None:
            yield Problem(
                "BR-CO-04", _("Line {line} has no VAT category.", line=line.number), line=line.number
            )


def _taxable_amounts(invoice: Invoice) -> dict[tuple[str, Decimal | None], Decimal]:
    amounts: dict[tuple[str, Decimal | None], Decimal] = defaultdict(lambda: ZERO)
    for line in invoice.lines:
        if line.tax_category is not None:
            amounts[_key(line.tax_category)] += line.net
    for each in invoice.allowances_charges:
        if each.tax_category is not None:
            amounts[_key(each.tax_category)] += each.amount if each.is_charge else -each.amount
    return amounts


def _key(category: TaxCategory) -> tuple[str, Decimal | None]:
    """What a taxable sum is kept by: the rate counts only where the category can have several."""
    return category.code, (category.percent or ZERO) if category.code in _TAXED else None


def _line(line: Line) -> Iterator[Problem]:
    allowances, charges = _sums(line.allowances_charges)
    yield from _allowances_charges(line.allowances_charges, line.number)
    price = line.price
    if line.lines:
        what = _("the amount of line {line}, the sum of its sub-lines,", line=line.number)
        yield from _compare("BR-DEX-02", what, line.net, sum((x.net for x in line.lines), ZERO), line.number)
    elif price is not None:
        net = line.quantity * price.amount / (price.base_quantity or 1) + charges - allowances
        what = _("the amount of line {line}, quantity times price,", line=line.number)
        yield from _advise("PEPPOL-EN16931-R120", what, line.net, net, line.number)
    if price is not None and price.gross is not None:
        what = _("the net price of line {line}", line=line.number)
        yield from _advise(
            "PEPPOL-EN16931-R046", what, price.amount, price.gross - (price.discount or ZERO), line.number
        )
    for each in line.lines:
        yield from _line(each)


def _allowances_charges(given: tuple[AllowanceCharge, ...], line: str) -> Iterator[Problem]:
    for each in given:
        if each.base is not None and each.percent is not None:
            what = _("the charge “{reason}”", reason=each.reason or each.reason_code)
            if not each.is_charge:
                what = _("the allowance “{reason}”", reason=each.reason or each.reason_code)
            yield from _advise("PEPPOL-EN16931-R040", what, each.amount, each.base * each.percent / 100, line)


def _sums(given: tuple[AllowanceCharge, ...]) -> tuple[Decimal, Decimal]:
    """Allowances and charges, each added up."""
    allowances = sum((each.amount for each in given if not each.is_charge), ZERO)
    charges = sum((each.amount for each in given if each.is_charge), ZERO)
    return allowances, charges


def _compare(rule: str, what: Text, stated: Decimal, computed: Decimal, line: str = "") -> Iterator[Problem]:
    """The problem that `stated` is not `computed`, to the hundredth."""
    if rounded(stated) != rounded(computed):
        yield Problem(rule, _differs(what, stated, rounded(computed)), line=line)


def _advise(rule: str, what: Text, stated: Decimal, computed: Decimal, line: str) -> Iterator[Problem]:
    """The warning that `stated` is further from `computed` than senders usually round."""
    if abs(stated - computed) > TOLERANCE:
        yield Problem(rule, _differs(what, stated, rounded(computed)), Severity.WARNING, line)


def _differs(what: Text, stated: Decimal, computed: Decimal) -> Text:
    return _(
        "The document says that {what} is {stated}; it comes to {computed}.",
        what=what,
        stated=f"{stated:f}",
        computed=f"{computed:f}",
    )


def _shown(code: str, percent: Decimal | None) -> str:
    return code if percent is None else f"{code} {percent.normalize():f} %"
