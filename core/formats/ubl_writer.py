"""Writing an EN 16931 invoice or credit note as UBL 2.1, its elements in the order of the schema."""

from __future__ import annotations

import base64
from datetime import date
from decimal import Decimal

from lxml import etree

from core.errors import FormatError
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
    TaxTotal,
    Totals,
)
from core.formats.ubl import NAMESPACES, UBL
from core.i18n import _

_ROOT = {Kind.INVOICE: "Invoice", Kind.CREDIT_NOTE: "CreditNote"}
_QUANTITY = {Kind.INVOICE: "cbc:InvoicedQuantity", Kind.CREDIT_NOTE: "cbc:CreditedQuantity"}


def write(invoice: Invoice) -> bytes:
    """`invoice` as a UBL document in UTF-8.

    UBL's credit note has neither a due date of its own (it stands with the means of payment) nor a
    project reference.
    """
    space = f"{UBL}{_ROOT[invoice.kind]}-2"
    spaces: dict[str, str] = {None: space, **NAMESPACES}  # type: ignore[dict-item]  # None is the default's
    root = _Element(etree.Element(f"{{{space}}}{_ROOT[invoice.kind]}", nsmap=spaces))
    _header(root, invoice)
    _references(root, invoice)
    _parties(root, invoice)
    for means in invoice.payment_means:
        _payment_means(root.group("cac:PaymentMeans"), means)
    root.path("cac:PaymentTerms/cbc:Note", invoice.payment_terms)
    for paid in invoice.third_party_payments:
        root.group("cac:PrepaidPayment").amount("cbc:PaidAmount", paid, invoice.currency)
    _allowances_charges(root, invoice.allowances_charges, invoice.currency)
    for total in invoice.tax_totals:
        _tax_total(root.group("cac:TaxTotal"), total)
    _totals(root.group("cac:LegalMonetaryTotal"), invoice.totals, invoice.currency)
    for line in invoice.lines:
        _line(root.group(f"cac:{_ROOT[invoice.kind]}Line"), line, invoice)
    return etree.tostring(root.element, xml_declaration=True, encoding="UTF-8", pretty_print=True)


class _Element:
    """An element under construction; what is empty is not written."""

    def __init__(self, element: etree._Element) -> None:
        self.element = element

    def group(self, name: str) -> _Element:
        prefix, _colon, local = name.partition(":")
        return _Element(etree.SubElement(self.element, f"{{{NAMESPACES[prefix]}}}{local}"))

    def text(self, name: str, value: str | date | None, /, **attributes: str) -> None:
        if not value:
            return
        made = self.group(name).element
        try:
            made.text = value if isinstance(value, str) else value.isoformat()
            for key, stated in attributes.items():
                if stated:
                    made.set(key, stated)
        except ValueError as error:
            raise FormatError(
                _("{element} holds a control character, which XML cannot carry. Remove it.", element=name)
            ) from error

    def path(self, names: str, value: str | date | None, /, **attributes: str) -> None:
        """The text at the end of a chain of groups, which are made with it."""
        *groups, last = names.split("/")
        if value:
            inner = self
            for name in groups:
                inner = inner.group(name)
            inner.text(last, value, **attributes)

    def number(self, name: str, value: Decimal | None, /, **attributes: str) -> None:
        if value is not None:
            self.text(name, f"{value:f}", **attributes)

    def amount(self, name: str, value: Decimal | None, currency: str) -> None:
        self.number(name, value, currencyID=currency)

    def identifier(self, names: str, value: Identifier | None) -> None:
        if value is not None:
            self.path(names, value.value, schemeID=value.scheme)


def _header(root: _Element, invoice: Invoice) -> None:
    root.text("cbc:CustomizationID", invoice.specification)
    root.text("cbc:ProfileID", invoice.process)
    root.text("cbc:ID", invoice.number)
    root.text("cbc:IssueDate", invoice.issued_on)
    if invoice.kind is Kind.INVOICE:
        root.text("cbc:DueDate", invoice.due_on)
        root.text("cbc:InvoiceTypeCode", invoice.type_code)
        _notes(root, invoice)
        root.text("cbc:TaxPointDate", invoice.tax_point_on)
    else:
        root.text("cbc:TaxPointDate", invoice.tax_point_on)
        root.text("cbc:CreditNoteTypeCode", invoice.type_code)
        _notes(root, invoice)
    root.text("cbc:DocumentCurrencyCode", invoice.currency)
    root.text("cbc:TaxCurrencyCode", invoice.tax_currency)
    root.text("cbc:AccountingCost", invoice.accounting_reference)
    root.text("cbc:BuyerReference", invoice.buyer_reference)
    _period(root, invoice.period)


def _notes(root: _Element, invoice: Invoice) -> None:
    for note in invoice.notes:
        root.text("cbc:Note", note)


def _references(root: _Element, invoice: Invoice) -> None:
    if invoice.order_reference or invoice.sales_order_reference:
        order = root.group("cac:OrderReference")
        order.text("cbc:ID", invoice.order_reference)
        order.text("cbc:SalesOrderID", invoice.sales_order_reference)
    for preceding in invoice.preceding:
        _reference(root.group("cac:BillingReference").group("cac:InvoiceDocumentReference"), preceding)
    root.path("cac:DespatchDocumentReference/cbc:ID", invoice.despatch_reference)
    root.path("cac:ReceiptDocumentReference/cbc:ID", invoice.receipt_reference)
    if invoice.kind is Kind.INVOICE:
        root.path("cac:OriginatorDocumentReference/cbc:ID", invoice.tender_reference)
    root.path("cac:ContractDocumentReference/cbc:ID", invoice.contract_reference)
    for attachment in invoice.attachments:
        _attachment(root.group("cac:AdditionalDocumentReference"), attachment)
    if invoice.kind is Kind.INVOICE:
        root.path("cac:ProjectReference/cbc:ID", invoice.project_reference)
    else:
        root.path("cac:OriginatorDocumentReference/cbc:ID", invoice.tender_reference)


def _reference(node: _Element, reference: Reference) -> None:
    node.text("cbc:ID", reference.number)
    node.text("cbc:IssueDate", reference.issued_on)


def _attachment(node: _Element, attachment: Attachment) -> None:
    node.text("cbc:ID", attachment.number)
    node.text("cbc:DocumentDescription", attachment.description)
    if attachment.content is None and not attachment.uri:
        return
    inner = node.group("cac:Attachment")
    if attachment.content is not None:
        binary = inner.group("cbc:EmbeddedDocumentBinaryObject").element
        binary.text = base64.b64encode(attachment.content).decode("ascii")
        binary.set("mimeCode", attachment.media_type)
        binary.set("filename", attachment.filename)
    inner.path("cac:ExternalReference/cbc:URI", attachment.uri)


def _parties(root: _Element, invoice: Invoice) -> None:
    _party(root.group("cac:AccountingSupplierParty").group("cac:Party"), invoice.supplier)
    _party(root.group("cac:AccountingCustomerParty").group("cac:Party"), invoice.customer)
    if invoice.payee is not None:
        _party(root.group("cac:PayeeParty"), invoice.payee)
    if invoice.tax_representative is not None:
        _party(root.group("cac:TaxRepresentativeParty"), invoice.tax_representative)
    if invoice.delivery is not None:
        _delivery(root.group("cac:Delivery"), invoice.delivery)


def _party(node: _Element, party: Party) -> None:
    node.identifier("cbc:EndpointID", party.endpoint)
    for each in party.identifiers:
        node.identifier("cac:PartyIdentification/cbc:ID", each)
    node.path("cac:PartyName/cbc:Name", party.name)
    _address(node, "cac:PostalAddress", party.address)
    for each in party.tax_ids:
        tax = node.group("cac:PartyTaxScheme")
        tax.text("cbc:CompanyID", each.value)
        tax.path("cac:TaxScheme/cbc:ID", each.scheme)
    if party.legal_name or party.company_id or party.legal_form:
        legal = node.group("cac:PartyLegalEntity")
        legal.text("cbc:RegistrationName", party.legal_name)
        legal.identifier("cbc:CompanyID", party.company_id)
        legal.text("cbc:CompanyLegalForm", party.legal_form)
    _contact(node, party.contact)


def _address(node: _Element, name: str, address: Address | None) -> None:
    if address is None:
        return
    made = node.group(name)
    made.text("cbc:StreetName", address.street)
    made.text("cbc:AdditionalStreetName", address.additional_street)
    made.text("cbc:CityName", address.city)
    made.text("cbc:PostalZone", address.postal_code)
    made.text("cbc:CountrySubentity", address.region)
    made.path("cac:AddressLine/cbc:Line", address.line)
    made.path("cac:Country/cbc:IdentificationCode", address.country)


def _contact(node: _Element, contact: Contact | None) -> None:
    if contact is None:
        return
    made = node.group("cac:Contact")
    made.text("cbc:Name", contact.name)
    made.text("cbc:Telephone", contact.telephone)
    made.text("cbc:ElectronicMail", contact.email)


def _delivery(node: _Element, delivery: Delivery) -> None:
    node.text("cbc:ActualDeliveryDate", delivery.delivered_on)
    if delivery.location is not None or delivery.address is not None:
        location = node.group("cac:DeliveryLocation")
        location.identifier("cbc:ID", delivery.location)
        _address(location, "cac:Address", delivery.address)
    node.path("cac:DeliveryParty/cac:PartyName/cbc:Name", delivery.party_name)


def _payment_means(node: _Element, means: PaymentMeans) -> None:
    node.text("cbc:PaymentMeansCode", means.code, name=means.name)
    node.text("cbc:PaymentDueDate", means.due_on)
    node.text("cbc:PaymentID", means.reference)
    if means.card_number:
        card = node.group("cac:CardAccount")
        card.text("cbc:PrimaryAccountNumberID", means.card_number)
        # UBL requires the card's network, for which EN 16931 has no term.
        card.text("cbc:NetworkID", "NA")
        card.text("cbc:HolderName", means.card_holder)
    if means.iban:
        account = node.group("cac:PayeeFinancialAccount")
        account.text("cbc:ID", means.iban)
        account.text("cbc:Name", means.account_name)
        account.path("cac:FinancialInstitutionBranch/cbc:ID", means.bic)
    if means.mandate or means.debited_iban:
        mandate = node.group("cac:PaymentMandate")
        mandate.text("cbc:ID", means.mandate)
        mandate.path("cac:PayerFinancialAccount/cbc:ID", means.debited_iban)


def _period(node: _Element, period: Period | None) -> None:
    if period is None:
        return
    made = node.group("cac:InvoicePeriod")
    made.text("cbc:StartDate", period.starts_on)
    made.text("cbc:EndDate", period.ends_on)


def _tax_category(node: _Element, name: str, category: TaxCategory | None) -> None:
    if category is None:
        return
    made = node.group(name)
    made.text("cbc:ID", category.code)
    made.number("cbc:Percent", category.percent)
    made.text("cbc:TaxExemptionReasonCode", category.exemption_code)
    made.text("cbc:TaxExemptionReason", category.exemption_reason)
    made.path("cac:TaxScheme/cbc:ID", category.scheme)


def _allowances_charges(node: _Element, given: tuple[AllowanceCharge, ...], currency: str) -> None:
    for each in given:
        made = node.group("cac:AllowanceCharge")
        made.text("cbc:ChargeIndicator", "true" if each.is_charge else "false")
        made.text("cbc:AllowanceChargeReasonCode", each.reason_code)
        made.text("cbc:AllowanceChargeReason", each.reason)
        made.number("cbc:MultiplierFactorNumeric", each.percent)
        made.amount("cbc:Amount", each.amount, currency)
        made.amount("cbc:BaseAmount", each.base, currency)
        _tax_category(made, "cac:TaxCategory", each.tax_category)


def _tax_total(node: _Element, total: TaxTotal) -> None:
    node.amount("cbc:TaxAmount", total.amount, total.currency)
    for each in total.breakdown:
        made = node.group("cac:TaxSubtotal")
        made.amount("cbc:TaxableAmount", each.taxable, total.currency)
        made.amount("cbc:TaxAmount", each.tax, total.currency)
        _tax_category(made, "cac:TaxCategory", each.category)


def _totals(node: _Element, totals: Totals, currency: str) -> None:
    node.amount("cbc:LineExtensionAmount", totals.lines, currency)
    node.amount("cbc:TaxExclusiveAmount", totals.net, currency)
    node.amount("cbc:TaxInclusiveAmount", totals.gross, currency)
    node.amount("cbc:AllowanceTotalAmount", totals.allowances, currency)
    node.amount("cbc:ChargeTotalAmount", totals.charges, currency)
    node.amount("cbc:PrepaidAmount", totals.prepaid, currency)
    node.amount("cbc:PayableRoundingAmount", totals.rounding, currency)
    node.amount("cbc:PayableAmount", totals.payable, currency)


def _line(node: _Element, line: Line, invoice: Invoice) -> None:
    node.text("cbc:ID", line.number)
    node.text("cbc:Note", line.note)
    node.number(_QUANTITY[invoice.kind], line.quantity, unitCode=line.unit)
    node.amount("cbc:LineExtensionAmount", line.net, invoice.currency)
    node.text("cbc:AccountingCost", line.accounting_reference)
    _period(node, line.period)
    node.path("cac:OrderLineReference/cbc:LineID", line.order_line)
    node.identifier("cac:DocumentReference/cbc:ID", line.object_id)
    _allowances_charges(node, line.allowances_charges, invoice.currency)
    _line_item(node.group("cac:Item"), line.item, line.tax_category)
    if line.price is not None:
        _price(node.group("cac:Price"), line.price, invoice.currency)
    for each in line.lines:
        _line(node.group(f"cac:Sub{_ROOT[invoice.kind]}Line"), each, invoice)


def _line_item(node: _Element, item: LineItem, category: TaxCategory | None) -> None:
    node.text("cbc:Description", item.description)
    node.text("cbc:Name", item.name)
    node.path("cac:BuyersItemIdentification/cbc:ID", item.buyer_id)
    node.path("cac:SellersItemIdentification/cbc:ID", item.seller_id)
    node.identifier("cac:StandardItemIdentification/cbc:ID", item.standard_id)
    node.path("cac:OriginCountry/cbc:IdentificationCode", item.origin_country)
    for each in item.classifications:
        node.path("cac:CommodityClassification/cbc:ItemClassificationCode", each.value, listID=each.scheme)
    _tax_category(node, "cac:ClassifiedTaxCategory", category)
    for name, value in item.properties:
        made = node.group("cac:AdditionalItemProperty")
        made.text("cbc:Name", name)
        made.text("cbc:Value", value)


def _price(node: _Element, price: Price, currency: str) -> None:
    node.amount("cbc:PriceAmount", price.amount, currency)
    node.number("cbc:BaseQuantity", price.base_quantity, unitCode=price.base_unit)
    if price.discount is not None:
        made = node.group("cac:AllowanceCharge")
        made.text("cbc:ChargeIndicator", "false")
        made.amount("cbc:Amount", price.discount, currency)
        made.amount("cbc:BaseAmount", price.gross, currency)
