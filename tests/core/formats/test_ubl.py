"""UBL invoices and credit notes are read field by field, and bad ones refused with their line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from core.errors import FormatError
from core.formats import ubl
from core.formats.en16931 import Address, Identifier, Invoice, Kind
from core.formats.xml import MAX_BYTES

SPACES = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" '
    'xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
LINE = """\
<cac:InvoiceLine>
  <cbc:ID>1</cbc:ID>
  <cbc:InvoicedQuantity unitCode="C62">10</cbc:InvoicedQuantity>
  <cbc:LineExtensionAmount currencyID="EUR">25.00</cbc:LineExtensionAmount>
  <cac:Item>
    <cbc:Name>Valve block</cbc:Name>
    <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>19</cbc:Percent></cac:ClassifiedTaxCategory>
  </cac:Item>
  <cac:Price><cbc:PriceAmount currencyID="EUR">2.50</cbc:PriceAmount></cac:Price>
</cac:InvoiceLine>"""
INVOICE = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" {SPACES}>
<cbc:ID>2026-0042</cbc:ID>
<cbc:IssueDate>2026-03-31</cbc:IssueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party/></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party/></cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">4.75</cbc:TaxAmount></cac:TaxTotal>
<cac:LegalMonetaryTotal>
  <cbc:LineExtensionAmount currencyID="EUR">25.00</cbc:LineExtensionAmount>
  <cbc:TaxExclusiveAmount currencyID="EUR">25.00</cbc:TaxExclusiveAmount>
  <cbc:TaxInclusiveAmount currencyID="EUR">29.75</cbc:TaxInclusiveAmount>
  <cbc:PayableAmount currencyID="EUR">29.75</cbc:PayableAmount>
</cac:LegalMonetaryTotal>
{LINE}
</Invoice>
"""


def _read(content: str, path: str | None = None) -> Invoice:
    return ubl.read(content.encode(), path=path)


def _changed(old: str, new: str) -> str:
    assert old in INVOICE
    return INVOICE.replace(old, new, 1)


def test_the_least_that_an_invoice_must_have_is_enough() -> None:
    read = _read(INVOICE)

    assert (read.kind, read.number, read.issued_on) == (Kind.INVOICE, "2026-0042", date(2026, 3, 31))
    assert read.totals.payable == Decimal("29.75")
    assert read.totals.prepaid == 0
    assert read.supplier.display_name == ""
    assert [line.item.name for line in read.lines] == ["Valve block"]


def test_a_line_knows_its_line_in_the_file() -> None:
    (line,) = _read(INVOICE).lines

    assert INVOICE.splitlines()[(line.source_line or 0) - 1] == "<cac:InvoiceLine>"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("<cbc:ID>2026-0042</cbc:ID>", "", "Line 2: Invoice has no ID, which it must have"),
        ("<cbc:ID>2026-0042</cbc:ID>", "<cbc:ID> </cbc:ID>", "Line 3: ID is empty"),
        ("2026-03-31", "31.03.2026", "Line 4: IssueDate must be a date"),
        (
            "<cac:AccountingSupplierParty><cac:Party/>",
            "<cac:AccountingSupplierParty>",
            "Invoice has no Party",
        ),
        (LINE, "", "Line 2: The document has no lines"),
        ("<cbc:Name>Valve block</cbc:Name>", "", "Line 20: Item has no Name"),
        (">10<", ">ten<", "Line 18: InvoicedQuantity must be a number, not “ten”"),
        (">10<", ">NaN<", "Line 18: InvoicedQuantity must be a number, not “NaN”"),
        (">10<", f">{'9' * 30}<", f"Line 18: InvoicedQuantity is {'9' * 30}; at most 15 digits"),
        (">2.50<", ">2,50<", "Line 24: PriceAmount must be a number, not “2,50”"),
        (
            '"EUR">2.50',
            '"USD">2.50',
            "Line 24: PriceAmount is in USD, but the document is in EUR",
        ),
        (
            '<cbc:PriceAmount currencyID="EUR">2.50</cbc:PriceAmount>',
            '<cbc:PriceAmount currencyID="EUR">2.50</cbc:PriceAmount><cbc:BaseQuantity>0</cbc:BaseQuantity>',
            "Line 24: BaseQuantity is zero",
        ),
        (' currencyID="EUR">4.75', ">4.75", "Line 9: TaxAmount names no currency"),
    ],
)
def test_a_bad_field_is_refused_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(FormatError) as refused:
        _read(_changed(old, new), path="bad.xml")

    assert message in str(refused.value)
    assert str(refused.value).endswith("Nothing was imported.")
    assert refused.value.path == "bad.xml"
    assert f"Line {refused.value.line}:" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("<html><body/></html>", "html"),
        ('<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>', "Order"),
        ("<Invoice/>", "Invoice"),
        (
            '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"/>',
            "CrossIndustryInvoice",
        ),
    ],
)
def test_another_kind_of_document_is_named_and_refused(content: str, name: str) -> None:
    with pytest.raises(FormatError, match=f"The file is a “{name}” document; only UBL 2.1 invoices and"):
        _read(content)


def test_an_invoice_with_an_external_entity_is_refused() -> None:
    content = INVOICE.replace(
        "?>\n", '?>\n<!DOCTYPE Invoice [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n', 1
    )

    with pytest.raises(FormatError, match="Line 2: The file declares a document type"):
        _read(content.replace("2026-0042", "&x;"))


def test_an_invoice_cut_off_in_the_middle_is_refused() -> None:
    with pytest.raises(FormatError, match="not well-formed XML"):
        _read(INVOICE[: len(INVOICE) // 2])


def test_a_negative_quantity_is_a_return_and_is_read() -> None:
    (line,) = _read(_changed(">10<", ">-10<")).lines

    assert line.quantity == Decimal(-10)


@pytest.mark.parametrize(("flag", "is_charge"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_the_charge_indicator_may_be_a_word_or_a_digit(
    flag: str,
    is_charge: bool,
) -> None:
    extra = (
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{flag}</cbc:ChargeIndicator>"
        '<cbc:AllowanceChargeReason>Freight</cbc:AllowanceChargeReason><cbc:Amount currencyID="EUR">3</cbc:Amount>'
        "</cac:AllowanceCharge>"
    )

    (read,) = _read(_changed("<cac:TaxTotal>", f"{extra}<cac:TaxTotal>")).allowances_charges

    assert (read.is_charge, read.amount, read.reason) == (is_charge, Decimal(3), "Freight")


def test_a_credit_note_is_read_by_its_own_elements() -> None:
    content = (
        INVOICE.replace("Invoice-2", "CreditNote-2")
        .replace("<Invoice ", "<CreditNote ")
        .replace("</Invoice>", "</CreditNote>")
        .replace("InvoiceTypeCode>380", "CreditNoteTypeCode>381")
        .replace("</cbc:InvoiceTypeCode", "</cbc:CreditNoteTypeCode")
        .replace("InvoiceLine", "CreditNoteLine")
        .replace("InvoicedQuantity", "CreditedQuantity")
        .replace(
            "<cac:TaxTotal>",
            "<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode>"
            "<cbc:PaymentDueDate>2026-04-30</cbc:PaymentDueDate></cac:PaymentMeans><cac:TaxTotal>",
            1,
        )
    )

    read = _read(content)

    assert (read.kind, read.type_code) == (Kind.CREDIT_NOTE, "381")
    assert read.lines[0].quantity == 10
    assert (read.due_on, read.payment_due_on) == (None, date(2026, 4, 30))


def test_sub_lines_are_read_within_their_line_and_only_so_deep() -> None:
    def nested(depth: int) -> str:
        inner = nested(depth - 1) if depth else ""
        sub = LINE.replace("cac:InvoiceLine", "cac:SubInvoiceLine")
        return sub.replace("</cac:SubInvoiceLine>", f"{inner}</cac:SubInvoiceLine>")

    def content(depth: int) -> str:
        return _changed("</cac:InvoiceLine>", f"{nested(depth)}</cac:InvoiceLine>")

    (line,) = _read(content(1)).lines

    assert line.lines[0].lines[0].quantity == 10
    with pytest.raises(FormatError, match="nested more than 10 deep"):
        _read(content(12))


def test_vat_in_two_currencies_is_told_apart() -> None:
    second = '<cac:TaxTotal><cbc:TaxAmount currencyID="GBP">4.10</cbc:TaxAmount></cac:TaxTotal>'

    read = _read(_changed("<cac:TaxTotal>", f"{second}<cac:TaxTotal>"))

    assert [(total.currency, total.amount) for total in read.tax_totals] == [
        ("GBP", Decimal("4.10")),
        ("EUR", Decimal("4.75")),
    ]
    assert read.tax_amount == Decimal("4.75")


def test_a_party_is_read_with_its_names_numbers_and_address() -> None:
    party = """<cac:Party>
      <cbc:EndpointID schemeID="EM">sales@orifice.example</cbc:EndpointID>
      <cac:PartyIdentification><cbc:ID schemeID="0088">4012345000009</cbc:ID></cac:PartyIdentification>
      <cac:PartyName><cbc:Name>Orifice</cbc:Name></cac:PartyName>
      <cac:PostalAddress><cbc:StreetName>Am Kanal 1</cbc:StreetName><cbc:CityName>Alden</cbc:CityName>
        <cbc:PostalZone>12345</cbc:PostalZone><cac:AddressLine><cbc:Line>Tor 3</cbc:Line></cac:AddressLine>
        <cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
      <cac:PartyTaxScheme><cbc:CompanyID>123/456</cbc:CompanyID><cac:TaxScheme><cbc:ID>FC</cbc:ID></cac:TaxScheme>
      </cac:PartyTaxScheme>
      <cac:PartyTaxScheme><cbc:CompanyID>DE123456789</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID>
      </cac:TaxScheme></cac:PartyTaxScheme>
      <cac:PartyLegalEntity><cbc:RegistrationName>Orifice AG</cbc:RegistrationName>
        <cbc:CompanyID schemeID="0204">HRB 1</cbc:CompanyID></cac:PartyLegalEntity>
      <cac:Contact><cbc:Name>Ada</cbc:Name><cbc:Telephone>1</cbc:Telephone></cac:Contact>
    </cac:Party>"""

    read = _read(_changed("<cac:Party/>", party)).supplier

    assert (read.display_name, read.legal_name, read.vat_id) == ("Orifice", "Orifice AG", "DE123456789")
    assert read.tax_ids[0] == Identifier("123/456", "FC")
    assert read.company_id == Identifier("HRB 1", "0204")
    assert read.endpoint == Identifier("sales@orifice.example", "EM")
    assert read.identifiers == (Identifier("4012345000009", "0088"),)
    assert read.address == Address(
        street="Am Kanal 1", line="Tor 3", city="Alden", postal_code="12345", country="DE"
    )
    assert read.contact is not None
    assert read.contact.name == "Ada"


def test_an_embedded_document_is_decoded_and_a_broken_one_refused() -> None:
    def content(encoded: str) -> str:
        document = (
            "<cac:AdditionalDocumentReference><cbc:ID>A1</cbc:ID><cac:Attachment>"
            f'<cbc:EmbeddedDocumentBinaryObject mimeCode="text/csv" filename="hours.csv">{encoded}'
            "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
        )
        return _changed("<cac:AccountingSupplierParty>", f"{document}<cac:AccountingSupplierParty>")

    (attachment,) = _read(content("aG91\ncnM=")).attachments

    assert (attachment.filename, attachment.content) == ("hours.csv", b"hours")
    with pytest.raises(FormatError, match=r"Line 7: The embedded document “hours\.csv” is not valid base64"):
        _read(content("§§"))


def test_a_file_is_read_by_its_path_and_named_without_its_folder(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text(INVOICE, encoding="utf-8")
    bad.write_text("<x", encoding="utf-8")

    assert ubl.read_file(good).number == "2026-0042"
    with pytest.raises(FormatError) as refused:
        ubl.read_file(bad)
    assert refused.value.path == "bad.xml"


def test_a_missing_file_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"^gone\.xml cannot be read: No such file"):
        ubl.read_file(tmp_path / "gone.xml")


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.xml"
    with large.open("wb") as sparse:
        sparse.truncate(MAX_BYTES + 1)

    with pytest.raises(FormatError, match="larger than 32 MB"):
        ubl.read_file(large)
