"""What is written as UBL is read back unchanged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings

from core.errors import FormatError
from core.formats import ubl, ubl_writer
from core.formats.en16931 import Invoice, Kind
from core.formats.en16931_rules import check
from tests.core.formats.invoices import ARBITRARY, SOUND, invoice, without_source_lines


@given(ARBITRARY)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_an_invoice_with_any_content_is_read_back_as_it_was_written(written: Invoice) -> None:
    # All amounts of a document are in its currency, and only one total has the breakdown.
    totals = tuple(replace(each, currency=written.currency) for each in written.tax_totals)
    written = replace(written, tax_totals=totals)

    assert without_source_lines(ubl.read(ubl_writer.write(written))) == written


@given(SOUND)
@settings(max_examples=60)
def test_a_document_that_adds_up_is_read_back_and_still_adds_up(written: Invoice) -> None:
    again = ubl.read(ubl_writer.write(written))

    assert without_source_lines(again) == written
    assert check(again) == []


def test_a_credit_note_is_written_with_its_own_elements() -> None:
    content = ubl_writer.write(invoice(kind=Kind.CREDIT_NOTE)).decode()

    assert "<CreditNote " in content
    assert "CreditedQuantity" in content
    assert "<cac:CreditNoteLine>" in content
    assert "Invoice" not in content


def test_a_control_character_is_refused_and_the_element_named() -> None:
    with pytest.raises(FormatError, match="cbc:Note holds a control character"):
        ubl_writer.write(replace(invoice(), notes=("bell \x07",)))
