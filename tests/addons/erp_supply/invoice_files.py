"""Invoice files to try with: one that is right, and ways to spoil it."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from core.formats import ubl_writer
from core.formats.en16931 import (
    Address,
    Identifier,
    Invoice,
    Kind,
    Line,
    LineItem,
    Party,
    Price,
    TaxCategory,
    TaxSubtotal,
    TaxTotal,
    Totals,
)

STANDARD = TaxCategory("S", Decimal(19))
SELLER = Party(
    name="Gusswerk Nord", legal_name="Gusswerk Nord GmbH", tax_ids=(Identifier("DE811907980", "VAT"),),
    endpoint=Identifier("4011234500000", "0088"),
    address=Address(street="Am Kai 4", city="Kiel", postal_code="24103", country="DE"),
)  # fmt: skip
BUYER = Party(name="Kestrel Hydraulics", address=Address(city="Alden", country="DE"))


def line(
    number: str = "1", quantity: str = "10", price: str = "12.50", *, unit: str = "H87", seller_id: str = "G-77",
    buyer_id: str = "", name: str = "Casting",
) -> Line:  # fmt: skip
    """A line that comes to quantity times price."""
    return Line(
        number, Decimal(quantity), unit, Decimal(quantity) * Decimal(price),
        LineItem(name, seller_id=seller_id, buyer_id=buyer_id), STANDARD, Price(Decimal(price)),
    )  # fmt: skip


def invoice(
    *lines: Line,
    number: str = "R-1",
    kind: Kind = Kind.INVOICE,
    seller: Party = SELLER,
    currency: str = "EUR",
) -> Invoice:
    """An invoice of these lines that adds up."""
    chosen = lines or (line(),)
    net = sum((each.net for each in chosen), Decimal(0))
    tax = (net * 19 / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return Invoice(
        kind=kind, type_code="380" if kind is Kind.INVOICE else "381", number=number, issued_on=date(2026, 3, 2),
        currency=currency, supplier=seller, customer=BUYER,
        totals=Totals(lines=net, net=net, gross=net + tax, payable=net + tax),
        tax_totals=(TaxTotal(currency, tax, (TaxSubtotal(net, tax, STANDARD),)),), lines=tuple(chosen),
    )  # fmt: skip


def written(given: Invoice) -> bytes:
    """The invoice as a UBL file."""
    return ubl_writer.write(given)
