"""A small sound invoice, and strategies for sound and arbitrary ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from core.formats.en16931 import (
    Address,
    AllowanceCharge,
    Attachment,
    Contact,
    Delivery,
    Identifier,
    Invoice,
    Kind,
    Line,
    LineItem,
    Party,
    PaymentMeans,
    Period,
    Price,
    Reference,
    TaxCategory,
    TaxSubtotal,
    TaxTotal,
    Totals,
)
from core.formats.en16931_rules import rounded

STANDARD = TaxCategory("S", Decimal(19))
ZERO_RATED = TaxCategory("Z", Decimal(0))


def line(
    number: str = "1",
    quantity: str = "10",
    price: str = "2.50",
    category: TaxCategory = STANDARD,
    allowances_charges: tuple[AllowanceCharge, ...] = (),
) -> Line:
    """A line whose amount is its quantity times its price, with its allowances and charges."""
    extra = sum((x.amount if x.is_charge else -x.amount for x in allowances_charges), Decimal(0))
    net = rounded(Decimal(quantity) * Decimal(price) + extra)
    return Line(
        number=number,
        quantity=Decimal(quantity),
        unit="C62",
        net=net,
        item=LineItem(f"Valve block {number}"),
        tax_category=category,
        price=Price(Decimal(price)),
        allowances_charges=allowances_charges,
    )


def invoice(
    *lines: Line,
    kind: Kind = Kind.INVOICE,
    allowances_charges: tuple[AllowanceCharge, ...] = (),
    prepaid: str = "0",
    rounding: str = "0",
) -> Invoice:
    """An invoice over `lines` that adds up."""
    given = lines or (line(),)
    charges = sum((x.amount for x in allowances_charges if x.is_charge), Decimal(0))
    allowances = sum((x.amount for x in allowances_charges if not x.is_charge), Decimal(0))
    net_lines = sum((x.net for x in given), Decimal(0))
    net = net_lines - allowances + charges
    breakdown = _breakdown(given, allowances_charges)
    tax = sum((each.tax for each in breakdown), Decimal(0))
    payable = net + tax - Decimal(prepaid) + Decimal(rounding)
    return Invoice(
        kind=kind,
        type_code="380" if kind is Kind.INVOICE else "381",
        number="2026-0042",
        issued_on=date(2026, 3, 31),
        currency="EUR",
        supplier=Party(name="Orifice AG", legal_name="Orifice AG"),
        customer=Party(name="Kestrel Hydraulics"),
        totals=Totals(
            net_lines,
            net,
            net + tax,
            payable,
            allowances=allowances,
            charges=charges,
            prepaid=Decimal(prepaid),
            rounding=Decimal(rounding),
        ),
        tax_totals=(TaxTotal("EUR", tax, breakdown),),
        lines=given,
        allowances_charges=allowances_charges,
    )


def _breakdown(lines: tuple[Line, ...], extra: tuple[AllowanceCharge, ...]) -> tuple[TaxSubtotal, ...]:
    sums: dict[TaxCategory, Decimal] = {}
    for each in lines:
        if each.tax_category:
            sums[each.tax_category] = sums.get(each.tax_category, Decimal(0)) + each.net
    for more in extra:
        if more.tax_category:
            signed = more.amount if more.is_charge else -more.amount
            sums[more.tax_category] = sums.get(more.tax_category, Decimal(0)) + signed
    return tuple(
        TaxSubtotal(taxable, rounded(taxable * (category.percent or 0) / 100), category)
        for category, taxable in sums.items()
    )


def without_source_lines(given: Invoice) -> Invoice:
    """The invoice as any file would state it, without the places in this one."""
    return replace(given, lines=tuple(_without_source_line(each) for each in given.lines))


def _without_source_line(given: Line) -> Line:
    return replace(given, source_line=None, lines=tuple(_without_source_line(each) for each in given.lines))


# What XML can carry, trimmed as readers trim it.
_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn")),
    max_size=20,
).map(str.strip)
_SOME_TEXT = _TEXT.filter(bool)
_DATES = st.dates()
_NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**10), max_value=10**10)
_AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**7)
_IDENTIFIERS = st.builds(Identifier, _SOME_TEXT, _TEXT)
_CATEGORIES = st.builds(TaxCategory, _SOME_TEXT, st.none() | _NUMBERS, _TEXT, _TEXT, _TEXT)
_ALLOWANCES = st.builds(
    AllowanceCharge,
    st.booleans(),
    _NUMBERS,
    st.none() | _NUMBERS,
    st.none() | _NUMBERS,
    _TEXT,
    _TEXT,
    st.none() | _CATEGORIES,
)
_ADDRESSES = st.builds(Address, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT, _TEXT)
_PARTIES = st.builds(
    Party,
    name=_TEXT,
    legal_name=_TEXT,
    legal_form=_TEXT,
    company_id=st.none() | _IDENTIFIERS,
    endpoint=st.none() | _IDENTIFIERS,
    identifiers=st.lists(_IDENTIFIERS, max_size=2).map(tuple),
    tax_ids=st.lists(_IDENTIFIERS, max_size=2).map(tuple),
    address=st.none() | _ADDRESSES,
    contact=st.none() | st.builds(Contact, _TEXT, _TEXT, _TEXT),
)
_PERIODS = st.builds(Period, st.none() | _DATES, st.none() | _DATES)
_PRICES = st.builds(
    Price,
    _NUMBERS,
    _NUMBERS.filter(bool),
    _TEXT,
    _NUMBERS,
    st.none() | _NUMBERS,
)
_ITEMS = st.builds(
    LineItem,
    _SOME_TEXT,
    _TEXT,
    _TEXT,
    _TEXT,
    st.none() | _IDENTIFIERS,
    _TEXT,
    st.lists(_IDENTIFIERS, max_size=2).map(tuple),
    st.lists(st.tuples(_SOME_TEXT, _SOME_TEXT), max_size=2).map(tuple),
)


def _lines(sub_lines: st.SearchStrategy[tuple[Line, ...]]) -> st.SearchStrategy[Line]:
    return st.builds(
        Line,
        number=_SOME_TEXT,
        quantity=_NUMBERS,
        unit=_TEXT,
        net=_NUMBERS,
        item=_ITEMS,
        tax_category=st.none() | _CATEGORIES,
        price=st.none() | _PRICES,
        note=_TEXT,
        order_line=_TEXT,
        object_id=st.none() | _IDENTIFIERS,
        accounting_reference=_TEXT,
        period=st.none() | _PERIODS,
        allowances_charges=st.lists(_ALLOWANCES, max_size=2).map(tuple),
        lines=sub_lines,
        source_line=st.none(),
    )


_NO_LINES: st.SearchStrategy[tuple[Line, ...]] = st.just(())
_LINES = _lines(st.lists(_lines(_NO_LINES), max_size=1).map(tuple))
_MEANS = st.builds(
    PaymentMeans,
    code=_SOME_TEXT,
    name=_TEXT,
    reference=_TEXT,
    due_on=st.none() | _DATES,
    iban=_SOME_TEXT,
    account_name=_TEXT,
    bic=_TEXT,
    mandate=_TEXT,
    debited_iban=_TEXT,
    card_number=_SOME_TEXT,
    card_holder=_TEXT,
)
_ATTACHMENTS = st.builds(
    Attachment, _SOME_TEXT, _TEXT, _TEXT, _TEXT, st.binary(min_size=1, max_size=40), _TEXT
)
_TAX_TOTALS = st.builds(
    TaxTotal,
    _SOME_TEXT,
    _NUMBERS,
    st.lists(st.builds(TaxSubtotal, _NUMBERS, _NUMBERS, _CATEGORIES), max_size=2).map(tuple),
)

#: Invoices with any content in every field, which need not add up.
ARBITRARY = st.builds(
    Invoice,
    kind=st.just(Kind.INVOICE),
    type_code=_TEXT,
    number=_SOME_TEXT,
    issued_on=_DATES,
    currency=_SOME_TEXT,
    supplier=_PARTIES,
    customer=_PARTIES,
    totals=st.builds(Totals, *[_NUMBERS] * 8),
    tax_totals=st.lists(_TAX_TOTALS, max_size=2).map(tuple),
    lines=st.lists(_LINES, min_size=1, max_size=2).map(tuple),
    allowances_charges=st.lists(_ALLOWANCES, max_size=2).map(tuple),
    due_on=st.none() | _DATES,
    tax_point_on=st.none() | _DATES,
    tax_currency=_TEXT,
    specification=_TEXT,
    process=_TEXT,
    notes=st.lists(_SOME_TEXT, max_size=2).map(tuple),
    buyer_reference=_TEXT,
    order_reference=_TEXT,
    sales_order_reference=_TEXT,
    contract_reference=_TEXT,
    project_reference=_TEXT,
    despatch_reference=_TEXT,
    receipt_reference=_TEXT,
    tender_reference=_TEXT,
    accounting_reference=_TEXT,
    preceding=st.lists(st.builds(Reference, _SOME_TEXT, st.none() | _DATES), max_size=2).map(tuple),
    period=st.none() | _PERIODS,
    payee=st.none() | _PARTIES,
    tax_representative=st.none() | _PARTIES,
    delivery=st.none()
    | st.builds(Delivery, st.none() | _DATES, st.none() | _IDENTIFIERS, st.none() | _ADDRESSES, _TEXT),
    payment_means=st.lists(_MEANS, max_size=2).map(tuple),
    payment_terms=_TEXT,
    third_party_payments=st.lists(_NUMBERS, max_size=2).map(tuple),
    attachments=st.lists(_ATTACHMENTS, max_size=1).map(tuple),
)

_SOUND_CATEGORIES = st.sampled_from(
    [STANDARD, TaxCategory("S", Decimal(7)), TaxCategory("S", Decimal("5.5")), ZERO_RATED, TaxCategory("AE")]
)
_SOUND_EXTRAS = st.builds(
    AllowanceCharge, st.booleans(), _AMOUNTS, reason=st.just("Freight"), tax_category=_SOUND_CATEGORIES
)
_SOUND_LINES = st.builds(
    line,
    number=st.integers(1, 999).map(str),
    quantity=st.decimals(min_value=-1000, max_value=10_000, places=3).map(str),
    price=st.decimals(min_value=0, max_value=10_000, places=4).map(str),
    category=_SOUND_CATEGORIES,
    allowances_charges=st.lists(st.builds(AllowanceCharge, st.booleans(), _AMOUNTS), max_size=2).map(tuple),
)

#: Invoices and credit notes that add up.
SOUND = st.builds(
    lambda lines, kind, extra, prepaid: invoice(
        *lines, kind=kind, allowances_charges=tuple(extra), prepaid=str(prepaid)
    ),
    st.lists(_SOUND_LINES, min_size=1, max_size=5),
    st.sampled_from(Kind),
    st.lists(_SOUND_EXTRAS, max_size=3),
    _AMOUNTS,
)
