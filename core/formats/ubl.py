"""Reading UBL 2.1 invoices and credit notes, as EN 16931 (Peppol BIS 3, XRechnung) uses them."""

from __future__ import annotations

import base64
import binascii
from decimal import Decimal
from pathlib import Path

from core.errors import FormatError
from core.formats.en16931 import (
    ZERO,
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
from core.formats.xml import MAX_BYTES, Node, parse, refused
from core.i18n import _

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
NAMESPACES = {"cac": f"{UBL}CommonAggregateComponents-2", "cbc": f"{UBL}CommonBasicComponents-2"}
ROOTS = {
    (f"{UBL}Invoice-2", "Invoice"): Kind.INVOICE,
    (f"{UBL}CreditNote-2", "CreditNote"): Kind.CREDIT_NOTE,
}
MAX_SUB_LINE_DEPTH = 10

# Where the two documents differ: the elements of the type, the line, the sub-line and the quantity.
_TYPE_CODE = {Kind.INVOICE: "cbc:InvoiceTypeCode", Kind.CREDIT_NOTE: "cbc:CreditNoteTypeCode"}
_LINE = {Kind.INVOICE: "cac:InvoiceLine", Kind.CREDIT_NOTE: "cac:CreditNoteLine"}
_SUB_LINE = {Kind.INVOICE: "cac:SubInvoiceLine", Kind.CREDIT_NOTE: "cac:SubCreditNoteLine"}
_QUANTITY = {Kind.INVOICE: "cbc:InvoicedQuantity", Kind.CREDIT_NOTE: "cbc:CreditedQuantity"}


def read(content: bytes, *, path: str | None = None) -> Invoice:
    """The invoice or credit note in `content`; `path` is only the file's name for messages."""
    root = parse(content, NAMESPACES, path=path)
    kind = ROOTS.get((root.namespace, root.name))
    if kind is None:
        raise root.refused(
            _(
                "The file is a “{name}” document; only UBL 2.1 invoices and credit notes are read",
                name=root.name,
            )
        )
    return _invoice(root, kind, root.required_text("cbc:DocumentCurrencyCode"))


def read_file(path: Path) -> Invoice:
    """The invoice or credit note in the file at `path`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            limit = MAX_BYTES // 1024**2
            raise refused(_("The file is larger than {limit} MB", limit=limit), path=path.name)
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise FormatError(
            _("{name} cannot be read: {reason}. Nothing was imported.", name=path.name, reason=reason),
            path=path.name,
        ) from error
    return read(content, path=path.name)


def _invoice(root: Node, kind: Kind, currency: str) -> Invoice:
    return Invoice(
        kind=kind,
        type_code=root.text(_TYPE_CODE[kind]),
        number=root.required_text("cbc:ID"),
        issued_on=root.required_date("cbc:IssueDate"),
        currency=currency,
        supplier=_party(root.required("cac:AccountingSupplierParty/cac:Party")),
        customer=_party(root.required("cac:AccountingCustomerParty/cac:Party")),
        totals=_totals(root.required("cac:LegalMonetaryTotal"), currency),
        tax_totals=tuple(_tax_total(each) for each in root.all("cac:TaxTotal")),
        lines=_lines(root, kind, currency),
        allowances_charges=_allowances_charges(root, currency),
        due_on=root.date("cbc:DueDate"),
        tax_point_on=root.date("cbc:TaxPointDate"),
        tax_currency=root.text("cbc:TaxCurrencyCode"),
        specification=root.text("cbc:CustomizationID"),
        process=root.text("cbc:ProfileID"),
        notes=tuple(each.content for each in root.all("cbc:Note") if each.content),
        buyer_reference=root.text("cbc:BuyerReference"),
        order_reference=root.text("cac:OrderReference/cbc:ID"),
        sales_order_reference=root.text("cac:OrderReference/cbc:SalesOrderID"),
        contract_reference=root.text("cac:ContractDocumentReference/cbc:ID"),
        project_reference=root.text("cac:ProjectReference/cbc:ID"),
        despatch_reference=root.text("cac:DespatchDocumentReference/cbc:ID"),
        receipt_reference=root.text("cac:ReceiptDocumentReference/cbc:ID"),
        tender_reference=root.text("cac:OriginatorDocumentReference/cbc:ID"),
        accounting_reference=root.text("cbc:AccountingCost"),
        preceding=tuple(
            _reference(each) for each in root.all("cac:BillingReference/cac:InvoiceDocumentReference")
        ),
        period=_period(root.find("cac:InvoicePeriod")),
        payee=_optional_party(root.find("cac:PayeeParty")),
        tax_representative=_optional_party(root.find("cac:TaxRepresentativeParty")),
        delivery=_delivery(root.find("cac:Delivery")),
        payment_means=tuple(_payment_means(each) for each in root.all("cac:PaymentMeans")),
        payment_terms=root.text("cac:PaymentTerms/cbc:Note"),
        third_party_payments=tuple(
            _amount(each, "cbc:PaidAmount", currency) for each in root.all("cac:PrepaidPayment")
        ),
        attachments=tuple(_attachment(each) for each in root.all("cac:AdditionalDocumentReference")),
    )


def _amount(node: Node, steps: str, currency: str) -> Decimal:
    """The amount there, which must be in the document's currency."""
    found = node.required(steps)
    stated = found.attribute("currencyID")
    if stated and stated != currency:
        raise found.refused(
            _(
                "{element} is in {stated}, but the document is in {currency}",
                element=found.name,
                stated=stated,
                currency=currency,
            )
        )
    return found.as_decimal()


def _optional_amount(node: Node, steps: str, currency: str) -> Decimal | None:
    found = node.find(steps)
    return None if found is None or not found.content else _amount(node, steps, currency)


def _identifier(node: Node | None) -> Identifier | None:
    if node is None or not node.content:
        return None
    return Identifier(node.content, node.attribute("schemeID"))


def _period(node: Node | None) -> Period | None:
    return None if node is None else Period(node.date("cbc:StartDate"), node.date("cbc:EndDate"))


def _reference(node: Node) -> Reference:
    return Reference(node.required_text("cbc:ID"), node.date("cbc:IssueDate"))


def _optional_party(node: Node | None) -> Party | None:
    return None if node is None else _party(node)


def _party(node: Node) -> Party:
    identifiers = (_identifier(each) for each in node.all("cac:PartyIdentification/cbc:ID"))
    return Party(
        name=node.text("cac:PartyName/cbc:Name"),
        legal_name=node.text("cac:PartyLegalEntity/cbc:RegistrationName"),
        legal_form=node.text("cac:PartyLegalEntity/cbc:CompanyLegalForm"),
        company_id=_identifier(node.find("cac:PartyLegalEntity/cbc:CompanyID")),
        endpoint=_identifier(node.find("cbc:EndpointID")),
        identifiers=tuple(each for each in identifiers if each),
        tax_ids=tuple(
            Identifier(each.required_text("cbc:CompanyID"), each.text("cac:TaxScheme/cbc:ID"))
            for each in node.all("cac:PartyTaxScheme")
        ),
        address=_address(node.find("cac:PostalAddress")),
        contact=_contact(node.find("cac:Contact")),
    )


def _address(node: Node | None) -> Address | None:
    if node is None:
        return None
    return Address(
        street=node.text("cbc:StreetName"),
        additional_street=node.text("cbc:AdditionalStreetName"),
        line=node.text("cac:AddressLine/cbc:Line"),
        city=node.text("cbc:CityName"),
        postal_code=node.text("cbc:PostalZone"),
        region=node.text("cbc:CountrySubentity"),
        country=node.text("cac:Country/cbc:IdentificationCode"),
    )


def _contact(node: Node | None) -> Contact | None:
    if node is None:
        return None
    return Contact(node.text("cbc:Name"), node.text("cbc:Telephone"), node.text("cbc:ElectronicMail"))


def _delivery(node: Node | None) -> Delivery | None:
    if node is None:
        return None
    return Delivery(
        delivered_on=node.date("cbc:ActualDeliveryDate"),
        location=_identifier(node.find("cac:DeliveryLocation/cbc:ID")),
        address=_address(node.find("cac:DeliveryLocation/cac:Address")),
        party_name=node.text("cac:DeliveryParty/cac:PartyName/cbc:Name"),
    )


def _payment_means(node: Node) -> PaymentMeans:
    code = node.required("cbc:PaymentMeansCode")
    return PaymentMeans(
        code=code.content,
        name=code.attribute("name"),
        reference=node.text("cbc:PaymentID"),
        due_on=node.date("cbc:PaymentDueDate"),
        iban=node.text("cac:PayeeFinancialAccount/cbc:ID"),
        account_name=node.text("cac:PayeeFinancialAccount/cbc:Name"),
        bic=node.text("cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID"),
        mandate=node.text("cac:PaymentMandate/cbc:ID"),
        debited_iban=node.text("cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID"),
        card_number=node.text("cac:CardAccount/cbc:PrimaryAccountNumberID"),
        card_holder=node.text("cac:CardAccount/cbc:HolderName"),
    )


def _attachment(node: Node) -> Attachment:
    embedded = node.find("cac:Attachment/cbc:EmbeddedDocumentBinaryObject")
    return Attachment(
        number=node.required_text("cbc:ID"),
        description=node.text("cbc:DocumentDescription"),
        filename="" if embedded is None else embedded.attribute("filename"),
        media_type="" if embedded is None else embedded.attribute("mimeCode"),
        content=None if embedded is None else _decoded(embedded),
        uri=node.text("cac:Attachment/cac:ExternalReference/cbc:URI"),
    )


def _decoded(node: Node) -> bytes:
    try:
        return base64.b64decode("".join(node.content.split()), validate=True)
    except (binascii.Error, ValueError):
        raise node.refused(
            _("The embedded document “{name}” is not valid base64", name=node.attribute("filename"))
        ) from None


def _tax_category(node: Node) -> TaxCategory:
    return TaxCategory(
        code=node.required_text("cbc:ID"),
        percent=node.decimal("cbc:Percent"),
        exemption_reason=node.text("cbc:TaxExemptionReason"),
        exemption_code=node.text("cbc:TaxExemptionReasonCode"),
        scheme=node.text("cac:TaxScheme/cbc:ID"),
    )


def _optional_tax_category(node: Node | None) -> TaxCategory | None:
    return None if node is None else _tax_category(node)


def _allowances_charges(node: Node, currency: str) -> tuple[AllowanceCharge, ...]:
    return tuple(
        AllowanceCharge(
            is_charge=each.flag("cbc:ChargeIndicator"),
            amount=_amount(each, "cbc:Amount", currency),
            base=_optional_amount(each, "cbc:BaseAmount", currency),
            percent=each.decimal("cbc:MultiplierFactorNumeric"),
            reason=each.text("cbc:AllowanceChargeReason"),
            reason_code=each.text("cbc:AllowanceChargeReasonCode"),
            tax_category=_optional_tax_category(each.find("cac:TaxCategory")),
        )
        for each in node.all("cac:AllowanceCharge")
    )


def _tax_total(node: Node) -> TaxTotal:
    """The VAT in the currency that its amount names: the document's or the seller's accounting currency."""
    amount = node.required("cbc:TaxAmount")
    currency = amount.attribute("currencyID")
    if not currency:
        raise amount.refused(_("TaxAmount names no currency"))
    return TaxTotal(
        currency=currency,
        amount=amount.as_decimal(),
        breakdown=tuple(
            TaxSubtotal(
                taxable=_amount(each, "cbc:TaxableAmount", currency),
                tax=_amount(each, "cbc:TaxAmount", currency),
                category=_tax_category(each.required("cac:TaxCategory")),
            )
            for each in node.all("cac:TaxSubtotal")
        ),
    )


def _totals(node: Node, currency: str) -> Totals:
    return Totals(
        lines=_amount(node, "cbc:LineExtensionAmount", currency),
        net=_amount(node, "cbc:TaxExclusiveAmount", currency),
        gross=_amount(node, "cbc:TaxInclusiveAmount", currency),
        payable=_amount(node, "cbc:PayableAmount", currency),
        allowances=_optional_amount(node, "cbc:AllowanceTotalAmount", currency) or ZERO,
        charges=_optional_amount(node, "cbc:ChargeTotalAmount", currency) or ZERO,
        prepaid=_optional_amount(node, "cbc:PrepaidAmount", currency) or ZERO,
        rounding=_optional_amount(node, "cbc:PayableRoundingAmount", currency) or ZERO,
    )


def _lines(root: Node, kind: Kind, currency: str) -> tuple[Line, ...]:
    found = tuple(_line(each, kind, currency, 1) for each in root.all(_LINE[kind]))
    if not found:
        raise root.refused(_("The document has no lines"))
    return found


def _line(node: Node, kind: Kind, currency: str, depth: int) -> Line:
    if depth > MAX_SUB_LINE_DEPTH:
        raise node.refused(_("Sub-lines are nested more than {limit} deep", limit=MAX_SUB_LINE_DEPTH))
    quantity = node.required(_QUANTITY[kind])
    item = node.required("cac:Item")
    return Line(
        number=node.required_text("cbc:ID"),
        quantity=quantity.as_decimal(),
        unit=quantity.attribute("unitCode"),
        net=_amount(node, "cbc:LineExtensionAmount", currency),
        item=_line_item(item),
        tax_category=_optional_tax_category(item.find("cac:ClassifiedTaxCategory")),
        price=_price(node.find("cac:Price"), currency),
        note=node.text("cbc:Note"),
        order_line=node.text("cac:OrderLineReference/cbc:LineID"),
        object_id=_identifier(node.find("cac:DocumentReference/cbc:ID")),
        accounting_reference=node.text("cbc:AccountingCost"),
        period=_period(node.find("cac:InvoicePeriod")),
        allowances_charges=_allowances_charges(node, currency),
        lines=tuple(_line(each, kind, currency, depth + 1) for each in node.all(_SUB_LINE[kind])),
        source_line=node.line,
    )


def _line_item(node: Node) -> LineItem:
    codes = (
        Identifier(each.content, each.attribute("listID"))
        for each in node.all("cac:CommodityClassification/cbc:ItemClassificationCode")
    )
    return LineItem(
        name=node.required_text("cbc:Name"),
        description=node.text("cbc:Description"),
        seller_id=node.text("cac:SellersItemIdentification/cbc:ID"),
        buyer_id=node.text("cac:BuyersItemIdentification/cbc:ID"),
        standard_id=_identifier(node.find("cac:StandardItemIdentification/cbc:ID")),
        origin_country=node.text("cac:OriginCountry/cbc:IdentificationCode"),
        classifications=tuple(codes),
        properties=tuple(
            (each.text("cbc:Name"), each.text("cbc:Value")) for each in node.all("cac:AdditionalItemProperty")
        ),
    )


def _price(node: Node | None, currency: str) -> Price | None:
    if node is None:
        return None
    base = node.find("cbc:BaseQuantity")
    base_quantity = node.decimal("cbc:BaseQuantity")
    if base is not None and base_quantity == 0:
        raise base.refused(_("BaseQuantity is zero, so that the price is of nothing"))
    return Price(
        amount=_amount(node, "cbc:PriceAmount", currency),
        base_quantity=base_quantity,
        base_unit="" if base is None else base.attribute("unitCode"),
        discount=_optional_amount(node, "cac:AllowanceCharge/cbc:Amount", currency),
        gross=_optional_amount(node, "cac:AllowanceCharge/cbc:BaseAmount", currency),
    )
