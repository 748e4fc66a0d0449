"""Orders from draft to closed: approval by a second person, prices, and what stays fixed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from addons.erp_supply.actions import purchasing, receiving
from addons.erp_supply.models import OrderState, PurchaseLine, PurchaseOrder, SupplierPrice, SupplyingParty
from core import Env, Forbidden, UserError, ValidationError, bulk
from core.base import Currency, Item, Party, PaymentTerm, Rate, Tax, settings
from core.base.settings import Level
from tests.addons.erp_supply.plant import ORDERED_ON, Plant, do, one, order

BIG = ("CS-210-RAW", 120, 948)
SMALL = ("CS-045-RAW", 10, "33.14")


def test_an_order_below_the_limit_is_sent_at_once(plant: Plant) -> None:
    with plant.env("maren") as env:
        small = order(env, SMALL)
        do(env, purchasing.send, small)

        assert (small.state, small.buyer_id) == (OrderState.SENT, env.user_id)


def test_an_order_gets_its_number_of_the_year_of_its_day(plant: Plant) -> None:
    with plant.env("maren") as env:
        first, second = order(env, SMALL), order(env, SMALL, ordered_on=date(2025, 12, 30))
    with plant.env("maren", write=False) as env:
        assert env.get(PurchaseOrder, first.id).number == "PO-2026-00001"
        assert env.get(PurchaseOrder, second.id).number == "PO-2025-00001"


def test_an_order_above_the_limit_needs_another_person(plant: Plant) -> None:
    with plant.env("jonas") as env:
        big = order(env, BIG)
        do(env, purchasing.send, big)
        assert big.state is OrderState.TO_APPROVE
        with pytest.raises(Forbidden, match="needs a second person"):
            do(env, purchasing.approve, big)
    with plant.env("tove") as env:
        big = env.get(PurchaseOrder, big.id)
        do(env, purchasing.approve, big)

        assert (big.state, big.approved_by_id) == (OrderState.SENT, env.user_id)


def test_a_buyer_may_not_approve(plant: Plant) -> None:
    with plant.env("jonas") as env:
        big = order(env, BIG)
        do(env, purchasing.send, big)
    with plant.env("maren") as env, pytest.raises(Forbidden, match="Your roles do not include Approve"):
        do(env, purchasing.approve, env.get(PurchaseOrder, big.id))


def test_a_rejected_order_is_a_draft_again(plant: Plant) -> None:
    with plant.env("maren") as env:
        big = order(env, BIG)
        do(env, purchasing.send, big)
    with plant.env("tove") as env:
        big = env.get(PurchaseOrder, big.id)
        do(env, purchasing.reject, big, reason="Too much at once")

        assert big.state is OrderState.DRAFT


def test_the_limit_is_in_the_company_s_currency(plant: Plant) -> None:
    with plant.env("maren") as env:
        krona = one(env, Currency, code="SEK")
        swedish = order(env, BIG, supplier="NG", currency_id=krona.id)
        with pytest.raises(UserError, match="There is no exchange rate for SEK on 2026-02-16"):
            do(env, purchasing.send, swedish)
    with plant.env() as env:
        env.add(
            Rate(
                currency_id=one(env, Currency, code="SEK").id,
                valid_from=date(2026, 1, 1),
                rate=Decimal("10.945"),
            )
        )
    with plant.env("maren") as env:
        swedish = order(env, BIG, supplier="NG", currency_id=one(env, Currency, code="SEK").id)
        do(env, purchasing.send, swedish)

        assert purchasing.in_company_currency(env, swedish) == Decimal("10393.79")
        assert swedish.state is OrderState.SENT


def test_each_company_sets_its_own_limit(plant: Plant) -> None:
    with plant.env() as env:
        settings.choose(env, purchasing.approval_limit, "100", Level.COMPANY)
    with plant.env("maren") as env:
        small = order(env, SMALL)
        do(env, purchasing.send, small)

        assert small.state is OrderState.TO_APPROVE


def test_an_order_without_lines_or_quantities_is_not_sent(plant: Plant) -> None:
    with plant.env("maren") as env:
        with pytest.raises(ValidationError, match="has no lines yet"):
            do(env, purchasing.send, order(env))
        with pytest.raises(ValidationError, match="Line 10 has no quantity"):
            do(env, purchasing.send, order(env, ("CS-045-RAW", 0, 1)))


@pytest.mark.parametrize("change", [{"quantity": Decimal(1000)}, {"price": Decimal(1)}])
def test_the_lines_of_a_sent_order_are_fixed_on_every_path(plant: Plant, change: dict[str, Decimal]) -> None:
    with plant.env("maren") as env:
        small = order(env, SMALL)
        do(env, purchasing.send, small)
    with plant.env("maren") as env:
        sent = env.get(PurchaseOrder, small.id)
        line = sent.lines[0]
        with pytest.raises(UserError, match=r"fixed once it is sent. Reopen"), env.savepoint():
            bulk.update(env, PurchaseLine, [{"id": line.id, **change}])
        with pytest.raises(UserError, match="fixed once it is sent"), env.savepoint():
            sent.lines.append(
                PurchaseLine(
                    item_id=line.item_id, unit_id=line.unit_id, quantity=Decimal(1), price=Decimal(1)
                )
            )
        with pytest.raises(UserError, match="fixed once it is sent"), env.savepoint():
            bulk.delete(env, PurchaseLine, [line.id])
        with pytest.raises(UserError, match="Supplier and currency of an order are fixed"), env.savepoint():
            bulk.update(env, PurchaseOrder, [{"id": small.id, "supplier_id": one(env, Party, code="NG").id}])


def test_a_reopened_order_is_changed_and_approved_anew(plant: Plant) -> None:
    with plant.env("maren") as env:
        big = order(env, BIG)
        do(env, purchasing.send, big)
    with plant.env("tove") as env:
        do(env, purchasing.approve, env.get(PurchaseOrder, big.id))
    with plant.env("maren") as env:
        big = env.get(PurchaseOrder, big.id)
        do(env, purchasing.reopen, big, reason="More")
        big.lines[0].quantity = Decimal(240)
        do(env, purchasing.send, big)

        assert (big.state, big.approved_by_id, big.total) == (OrderState.TO_APPROVE, None, Decimal(227520))


def test_a_cancelled_order_may_come_back_and_a_received_one_cannot_be_cancelled(plant: Plant) -> None:
    with plant.env("jonas") as env:
        small = order(env, SMALL)
        do(env, purchasing.send, small)
        do(env, purchasing.cancel, small, reason="No longer needed")
        do(env, purchasing.reopen, small, reason="Needed")
        do(env, purchasing.send, small)
        do(env, purchasing.confirm, small, reference="AB 12")
        (receipt,) = do(env, receiving.receive, small)
        do(env, receiving.post, receipt)

        assert small.supplier_reference == "AB 12"
        with pytest.raises(UserError, match="Cancel is not possible"):
            do(env, purchasing.cancel, small, reason="x")


def test_a_closed_order_that_is_reopened_awaits_the_rest(plant: Plant) -> None:
    with plant.env("jonas") as env:
        small = order(env, SMALL)
        do(env, purchasing.send, small)
        do(env, purchasing.close, small)
        assert small.lines[0].awaited == 0
        do(env, purchasing.reopen, small, reason="It comes after all")
        env.flush()

        assert (small.state, small.lines[0].awaited) == (OrderState.CONFIRMED, Decimal(10))


def test_a_supplier_s_price_with_its_break_and_terms_is_proposed(plant: Plant) -> None:
    with plant.env() as env:
        party, item = one(env, Party, code="BS"), one(env, Item, code="CS-045-RAW")
        euro, term = one(env, Currency, code="EUR"), one(env, PaymentTerm, code="N30")
        SupplyingParty.of(party).payment_term_id = term.id
        for start, price in ((0, "33.14"), (100, "31.00")):
            env.add(
                SupplierPrice(party_id=party.id, item_id=item.id, from_quantity=Decimal(start), lead_days=20,
                              unit_id=item.unit_id, price=Decimal(price), currency_id=euro.id)
            )  # fmt: skip
    with plant.env("maren") as env:
        draft = PurchaseOrder(supplier_id=one(env, Party, code="BS").id, ordered_on=ORDERED_ON)
        draft.supplier = env.get(Party, draft.supplier_id)
        purchasing.complete_order(env, draft)
        line = PurchaseLine(item_id=one(env, Item, code="CS-045-RAW").id, quantity=Decimal(150), order=draft)
        purchasing.complete_line(env, line)

        assert (draft.currency_id, draft.payment_term_id) == (euro.id, term.id)
        assert (line.price, line.unit_id, purchasing.lead_days(env, line)) == (Decimal(31), item.unit_id, 20)
        assert line.tax_id == one(env, Tax, code="DE19").id


@pytest.mark.parametrize(
    ("quantity", "said"),
    [("-1", "Line 10: a quantity cannot be negative"), ("9" * 30, "more than .* digits before the point")],
)
def test_a_bad_quantity_is_refused_and_nothing_changes(plant: Plant, quantity: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said), plant.env("maren") as env:
        order(env, ("CS-045-RAW", quantity, 1))
    with plant.env("maren", write=False) as env:
        assert env.session.query(PurchaseOrder).count() == 0


def test_an_order_of_another_of_my_companies_is_sent_from_there(plant: Plant) -> None:
    with plant.env("maren") as env:
        small = order(env, SMALL)
    with plant.env("ines") as env, pytest.raises(UserError, match="does not exist, or you may not see it"):
        env.get(PurchaseOrder, small.id)


def test_totals_follow_when_a_tax_is_changed_by_its_id(plant: Plant) -> None:
    with plant.env("maren") as env:
        small = order(env, SMALL)
        small.lines[0].tax_id = one(env, Tax, code="DE19").id
        env.flush()

        assert (small.net, small.tax, small.total) == (Decimal("331.40"), Decimal("62.97"), Decimal("394.37"))
        assert _breakdown(env, small) == [("S", Decimal(19), Decimal("331.40"), Decimal("62.97"))]


def _breakdown(env: Env, small: PurchaseOrder) -> list[tuple[object, ...]]:
    return [(tax.category, tax.percent, tax.taxable, tax.amount) for tax in small.taxes]
