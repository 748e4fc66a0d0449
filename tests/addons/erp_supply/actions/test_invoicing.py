"""Taking over invoices: matching, idempotence, credit notes, and files that are refused."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from addons.erp_supply.actions import invoicing, purchasing, receiving
from addons.erp_supply.actions.invoicing import Result
from addons.erp_supply.models import DocumentKind, OrderState, PurchaseOrder, StockQuant, SupplierPrice
from core import Env, Forbidden, FormatError, PlatformError
from core.base import Attachment, Currency, ExternalId, Item, ItemType, Party, Tax, Unit
from core.base.actions.attaching import files
from core.formats.en16931 import AllowanceCharge, Identifier, Kind
from tests.addons.erp_supply.invoice_files import SELLER, STANDARD, invoice, line, written
from tests.addons.erp_supply.plant import Plant, do, one

KEPT = (PurchaseOrder, Party, Item, Tax, Unit, ExternalId, Attachment)


def test_an_invoice_makes_its_supplier_and_items_and_keeps_the_file(plant: Plant) -> None:
    with plant.env("maren") as env:
        taken = invoicing.take_over(env, "r1.xml", written(invoice()))
        order = env.get(PurchaseOrder, taken.order_id or 0)
        supplier = order.supplier

        assert (supplier.code, supplier.vat_id, supplier.country) == ("GUSSWERK-NORD", "DE811907980", "DE")
        assert (supplier.addresses[0].city, order.supplier_reference) == ("Kiel", "R-1")
        assert [ln.item.code for ln in order.lines if ln.item] == ["GUSSWERK-NORD-G-77"]
        assert [f.name for f in files(env, order)] == ["r1.xml"]
        assert [str(note) for note in taken.notes] == [
            "New supplier Gusswerk Nord",
            "New item GUSSWERK-NORD-G-77",
        ]


def test_the_tax_of_that_rate_and_country_is_used_again(plant: Plant) -> None:
    with plant.env("maren") as env:
        taken = invoicing.take_over(env, "r1.xml", written(invoice()))
        order = env.get(PurchaseOrder, taken.order_id or 0)

        assert [ln.tax.code for ln in order.lines if ln.tax] == ["DE19"]


@pytest.mark.parametrize("known_by", ["vat", "endpoint", "name"])
def test_a_supplier_is_found_again(plant: Plant, known_by: str) -> None:
    seller = {
        "vat": replace(SELLER, name="Another name", legal_name="", endpoint=None),
        "endpoint": replace(SELLER, name="Another name", legal_name="", tax_ids=()),
        "name": replace(SELLER, endpoint=None, tax_ids=()),
    }[known_by]
    with plant.env("maren") as env:
        first = invoicing.take_over(env, "r1.xml", written(invoice()))
        second = invoicing.take_over(env, "r2.xml", written(invoice(number="R-2", seller=seller)))

        orders = [env.get(PurchaseOrder, taken.order_id or 0) for taken in (first, second)]
        assert orders[0].supplier_id == orders[1].supplier_id


def test_partners_of_one_name_and_two_vat_numbers_are_two(plant: Plant) -> None:
    other = replace(SELLER, tax_ids=(Identifier("DE136695976", "VAT"),), endpoint=None)
    with plant.env("maren") as env:
        first = invoicing.take_over(env, "r1.xml", written(invoice()))
        second = invoicing.take_over(env, "r2.xml", written(invoice(number="R-2", seller=other)))

        codes = [env.get(PurchaseOrder, taken.order_id or 0).supplier.code for taken in (first, second)]
        assert codes == ["GUSSWERK-NORD", "GUSSWERK-NORD-2"]


def test_items_are_found_by_our_code_then_by_the_supplier_s(plant: Plant) -> None:
    with plant.env("maren") as env:
        first = invoicing.take_over(env, "r1.xml", written(invoice()))
        item = one(env, Item, code="CS-210-RAW")
        supplier_id = env.get(PurchaseOrder, first.order_id or 0).supplier_id
        env.add(
            SupplierPrice(party_id=supplier_id, item_id=one(env, Item, code="CS-045-RAW").id, supplier_code="G-99",
                          unit_id=item.unit_id, price=Decimal(1), currency_id=one(env, Currency, code="EUR").id)
        )  # fmt: skip
        env.flush()
        lines = (
            line("1", buyer_id="CS-210-RAW", seller_id="G-77"), line("2", seller_id="G-99"),
            line("3", seller_id="G-77"),
        )  # fmt: skip
        taken = invoicing.take_over(env, "r2.xml", written(invoice(*lines, number="R-2")))

        assert [ln.item for ln in taken.lines] == ["CS-210-RAW", "CS-045-RAW", "GUSSWERK-NORD-G-77"]


def test_hours_become_a_service_that_nobody_receives(plant: Plant) -> None:
    with plant.env("jonas") as env:
        taken = invoicing.take_over(env, "r1.xml", written(invoice(line(unit="HUR"))))
        order = env.get(PurchaseOrder, taken.order_id or 0)

        assert [ln.item.type for ln in order.lines if ln.item] == [ItemType.SERVICE]
        with pytest.raises(PlatformError, match=r"Nothing of .* is still to come"):
            do(env, receiving.receive, order)


def test_what_was_invoiced_can_be_received(plant: Plant) -> None:
    with plant.env("jonas") as env:
        taken = invoicing.take_over(env, "r1.xml", written(invoice()))
        (receipt,) = do(env, receiving.receive, env.get(PurchaseOrder, taken.order_id or 0))
        do(env, receiving.post, receipt)

        assert [(q.item.code, q.on_hand) for q in env.session.scalars(select(StockQuant))] == [
            ("GUSSWERK-NORD-G-77", Decimal(10))
        ]


def test_a_credit_note_waits_for_no_goods(plant: Plant) -> None:
    with plant.env("jonas") as env:
        taken = invoicing.take_over(env, "c1.xml", written(invoice(kind=Kind.CREDIT_NOTE)))
        order = env.get(PurchaseOrder, taken.order_id or 0)

        assert (order.kind, order.state, order.total) == (
            DocumentKind.CREDIT_NOTE,
            OrderState.CLOSED,
            Decimal("148.75"),
        )
        with pytest.raises(PlatformError, match="Receive goods is not possible"):
            do(env, receiving.receive, order)
        with pytest.raises(PlatformError, match="Reopen is not possible"):
            do(env, purchasing.reopen, order, reason="x")


def test_the_same_contents_in_another_layout_are_known(plant: Plant) -> None:
    content = written(invoice())
    with plant.env("maren") as env:
        first = invoicing.take_over(env, "r1.xml", content)
        again = invoicing.take_over(env, "copy.xml", re.sub(rb">\s*<", b">\n\n  <", content))

        assert (again.result, again.order_id) == (Result.KNOWN, first.order_id)


def test_other_contents_under_a_known_number_are_taken_over_with_a_warning(plant: Plant) -> None:
    with plant.env("maren") as env:
        invoicing.take_over(env, "r1.xml", written(invoice()))
        other = invoicing.take_over(env, "r1b.xml", written(invoice(line(quantity="11"))))

        assert other.result is Result.TAKEN_OVER
        assert "has the number R-1 of this supplier too" in str(other.notes[0])


def test_each_company_takes_over_its_own(plant: Plant) -> None:
    with plant.env("maren") as env:
        invoicing.take_over(env, "r1.xml", written(invoice()))
    with plant.env("ines") as env:
        taken = invoicing.take_over(env, "r1.xml", written(invoice()))

        assert taken.result is Result.TAKEN_OVER
        assert env.get(PurchaseOrder, taken.order_id or 0).supplier.company_id == env.company_id


def test_a_line_that_takes_back_has_a_negative_price_and_awaits_nothing(plant: Plant) -> None:
    given = invoice(line("1"), line("2", quantity="-4", seller_id="G-78"))
    with plant.env("jonas") as env:
        taken = invoicing.take_over(env, "r1.xml", written(given))
        order = env.get(PurchaseOrder, taken.order_id or 0)

        assert [(ln.quantity, ln.price, ln.amount) for ln in order.lines] == [
            (Decimal(10), Decimal("12.5"), Decimal(125)), (Decimal(4), Decimal("-12.5"), Decimal(-50)),
        ]  # fmt: skip
        (receipt,) = do(env, receiving.receive, order)
        assert [ln.quantity for ln in receipt.lines] == [Decimal(10)]  # type: ignore[attr-defined]  # a Receipt


def test_who_is_no_buyer_takes_over_nothing(plant: Plant) -> None:
    with pytest.raises(Forbidden, match="Only buyers"), plant.env("priya") as env:
        invoicing.take_over(env, "r1.xml", written(invoice()))


BOMB = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&b;</Invoice>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&e;</Invoice>"""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<Invoice", "not well-formed|cannot be read|no XML"),
        (b"", "empty|cannot be read"),
        (b"<a/>", "only UBL 2.1 invoices and credit notes are read"),
        (BOMB, "DTD|entit"),
        (EXTERNAL, "DTD|entit"),
        (written(invoice(line(unit="SACK"))), "Line 1: “SACK” is no known unit code"),
        (written(invoice(line(quantity="9" * 30, price="0"))), "digits before the point"),
        (written(invoice(line(quantity="0", price="9" * 30))), "digits before the point"),
        (
            written(replace(invoice(), totals=replace(invoice().totals, payable=Decimal(1)))),
            "does not add up. Nothing was imported. BR-CO-16: The document says that the amount due is 1",
        ),
        (written(invoice(number="N" * 65)), "It has 65 characters; 64 are the most"),
        (written(replace(invoice(), currency="XQQ", tax_totals=(replace(invoice().tax_totals[0], currency="XQQ"),))),
         "“XQQ” is no currency"),
    ],
    ids=[
        "malformed", "empty", "other", "bomb", "external", "unit", "quantity", "price", "totals", "number", "currency",
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_reason_and_nothing_changes(
    plant: Plant, content: bytes, said: str
) -> None:
    with plant.env("maren") as env:
        before = _counts(env)
        (told,) = invoicing.take_over_each(env, [("bad.xml", content)])

    assert told.result is Result.REFUSED
    assert re.search(said, str(told.notes[0])), str(told.notes[0])
    with plant.env("maren") as env:
        assert _counts(env) == before


def test_an_unknown_unit_names_the_line_of_the_file(plant: Plant) -> None:
    content = written(invoice(line(), line("2", unit="SACK")))
    with plant.env("maren") as env, pytest.raises(FormatError) as refused:
        invoicing.take_over(env, "bad.xml", content)

    assert refused.value.line == content[: content.rindex(b"<cac:InvoiceLine>")].count(b"\n") + 1


def test_a_refused_file_does_not_stop_the_others(plant: Plant) -> None:
    given = [("bad.xml", b"<a/>"), ("r1.xml", written(invoice())), ("again.xml", written(invoice()))]
    with plant.env("maren") as env:
        told = list(invoicing.take_over_each(env, given))

    assert [taken.result for taken in told] == [Result.REFUSED, Result.TAKEN_OVER, Result.KNOWN]


def test_a_dry_run_tells_what_would_be_made_and_makes_nothing(plant: Plant) -> None:
    given = [("r1.xml", written(invoice())), ("again.xml", written(invoice()))]
    with plant.env("maren") as env:
        before = _counts(env)
        told = invoicing.try_over(env, given)

    assert [taken.result for taken in told] == [Result.TAKEN_OVER, Result.KNOWN]
    assert [_figures(ln) for ln in told[0].lines] == [("GUSSWERK-NORD-G-77", Decimal(10), Decimal(125))]
    with plant.env("maren") as env:
        assert _counts(env) == before


def test_document_allowances_and_charges_keep_their_reason(plant: Plant) -> None:
    base = invoice()
    freight = AllowanceCharge(True, Decimal(25), reason="Freight", tax_category=STANDARD)
    given = replace(
        base, allowances_charges=(freight,),
        totals=replace(base.totals, charges=Decimal(25), net=Decimal(150), gross=Decimal("178.50"),
                       payable=Decimal("178.50")),
        tax_totals=(replace(base.tax_totals[0], amount=Decimal("28.50"), breakdown=(
            replace(base.tax_totals[0].breakdown[0], taxable=Decimal(150), tax=Decimal("28.50")),)),),
    )  # fmt: skip
    with plant.env("maren") as env:
        taken = invoicing.take_over(env, "r1.xml", written(given))
        order = env.get(PurchaseOrder, taken.order_id or 0)

        assert [(c.reason, c.is_charge, c.amount) for c in order.charges] == [("Freight", True, Decimal(25))]
        assert order.total == Decimal("178.50")


def _figures(taken: invoicing.TakenLine) -> tuple[str, Decimal, Decimal]:
    return taken.item, taken.quantity, taken.amount


def _counts(env: Env) -> list[int | None]:
    with env.as_system() as system:
        return [system.session.scalar(select(func.count()).select_from(model)) for model in KEPT]
