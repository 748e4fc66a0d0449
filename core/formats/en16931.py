"""The invoice of EN 16931 as dataclasses, whatever the syntax it came in.

Amounts are as the document states them: a credit note's are positive, and what is credited is told by
`kind` alone. An absent text is an empty string, an absent number or date is None, except totals that
the norm reads as zero when absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

ZERO = Decimal(0)


class Kind(StrEnum):
    """What the document does to the debt."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class Identifier:
    """A code, and the scheme that issued it where one is named (ISO 6523, `VAT`, `EM`)."""

    value: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included."""

    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    street: str = ""
    additional_street: str = ""
    line: str = ""
    city: str = ""
    postal_code: str = ""
    region: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask at a party."""

    name: str = ""
    telephone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """A seller, buyer, payee or tax representative."""

    name: str = ""
    legal_name: str = ""
    legal_form: str = ""
    company_id: Identifier | None = None
    endpoint: Identifier | None = None
    identifiers: tuple[Identifier, ...] = ()
    tax_ids: tuple[Identifier, ...] = ()
    address: Address | None = None
    contact: Contact | None = None

    @property
    def vat_id(self) -> str:
        """The VAT number, or an empty string."""
        return next((each.value for each in self.tax_ids if each.scheme == "VAT"), "")

    @property
    def display_name(self) -> str:
        """The name the party trades under, else its registered one."""
        return self.name or self.legal_name


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """One way to pay; `code` is UNTDID 4461 (30 credit transfer, 58 SEPA, 59 direct debit)."""

    code: str
    name: str = ""
    reference: str = ""
    due_on: date | None = None
    iban: str = ""
    account_name: str = ""
    bic: str = ""
    mandate: str = ""
    debited_iban: str = ""
    card_number: str = ""
    card_holder: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """When, where and to whom the goods went."""

    delivered_on: date | None = None
    location: Identifier | None = None
    address: Address | None = None
    party_name: str = ""


@dataclass(frozen=True, slots=True)
class TaxCategory:
    """A VAT category of UNTDID 5305 (S, Z, E, AE, K, G, O, L, M) with its rate in percent."""

    code: str
    percent: Decimal | None = None
    exemption_reason: str = ""
    exemption_code: str = ""
    scheme: str = "VAT"


@dataclass(frozen=True, slots=True)
class AllowanceCharge:
    """A reduction, or a surcharge when `is_charge`, of a document, line or price."""

    is_charge: bool
    amount: Decimal
    base: Decimal | None = None
    percent: Decimal | None = None
    reason: str = ""
    reason_code: str = ""
    tax_category: TaxCategory | None = None


@dataclass(frozen=True, slots=True)
class TaxSubtotal:
    """What one VAT category and rate comes to."""

    taxable: Decimal
    tax: Decimal
    category: TaxCategory


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """The VAT in one currency; only the one in the document's currency has a breakdown."""

    currency: str
    amount: Decimal
    breakdown: tuple[TaxSubtotal, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """The document's totals (BG-22), `net` without and `gross` with VAT."""

    lines: Decimal
    net: Decimal
    gross: Decimal
    payable: Decimal
    allowances: Decimal = ZERO
    charges: Decimal = ZERO
    prepaid: Decimal = ZERO
    rounding: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Attachment:
    """A supporting document, embedded or at an address."""

    number: str
    description: str = ""
    filename: str = ""
    media_type: str = ""
    content: bytes | None = None
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """The invoice that this document corrects or credits."""

    number: str
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What `base_quantity` of the item costs without VAT; `discount` is off the `gross` price."""

    amount: Decimal
    base_quantity: Decimal | None = None
    base_unit: str = ""
    discount: Decimal | None = None
    gross: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineItem:
    """What a line is about, as the seller names it."""

    name: str
    description: str = ""
    seller_id: str = ""
    buyer_id: str = ""
    standard_id: Identifier | None = None
    origin_country: str = ""
    classifications: tuple[Identifier, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line; a line of an XRechnung extension may itself be the sum of `lines`."""

    number: str
    quantity: Decimal
    unit: str
    net: Decimal
    item: LineItem
    tax_category: TaxCategory | None
    price: Price | None = None
    note: str = ""
    order_line: str = ""
    object_id: Identifier | None = None
    accounting_reference: str = ""
    period: Period | None = None
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    lines: tuple[Line, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice or credit note."""

    kind: Kind
    type_code: str
    number: str
    issued_on: date
    currency: str
    supplier: Party
    customer: Party
    totals: Totals
    tax_totals: tuple[TaxTotal, ...] = ()
    lines: tuple[Line, ...] = ()
    allowances_charges: tuple[AllowanceCharge, ...] = ()
    due_on: date | None = None
    tax_point_on: date | None = None
    tax_currency: str = ""
    specification: str = ""
    process: str = ""
    notes: tuple[str, ...] = ()
    buyer_reference: str = ""
    order_reference: str = ""
    sales_order_reference: str = ""
    contract_reference: str = ""
    project_reference: str = ""
    despatch_reference: str = ""
    receipt_reference: str = ""
    tender_reference: str = ""
    accounting_reference: str = ""
    preceding: tuple[Reference, ...] = ()
    period: Period | None = None
    payee: Party | None = None
    tax_representative: Party | None = None
    delivery: Delivery | None = None
    payment_means: tuple[PaymentMeans, ...] = ()
    payment_terms: str = ""
    third_party_payments: tuple[Decimal, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def tax_total(self) -> TaxTotal | None:
        """The VAT in the document's currency."""
        return next((each for each in self.tax_totals if each.currency == self.currency), None)

    @property
    def tax_amount(self) -> Decimal:
        """The VAT in the document's currency, zero when none is stated."""
        total = self.tax_total
        return ZERO if total is None else total.amount

    @property
    def breakdown(self) -> tuple[TaxSubtotal, ...]:
        """The VAT by category and rate."""
        total = self.tax_total
        return () if total is None else total.breakdown

    @property
    def payment_due_on(self) -> date | None:
        """The due date, which a credit note states with its payment means."""
        return self.due_on or next((each.due_on for each in self.payment_means if each.due_on), None)
