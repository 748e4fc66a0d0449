"""Receiving: partial and over-receipts, lots and serial numbers, units, companies and cost."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.erp_supply.actions import purchasing, receiving
from addons.erp_supply.models import (
    OrderState,
    PostingState,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    StockMove,
    SuppliedItem,
)
from core import Env, UserError, ValidationError, bulk
from core.base import Company, Currency, Item, Lot, Party, Unit
from core.testing.observing import statements
from tests.addons.erp_supply.plant import Plant, do, on_hand, one, order, received, sent_order


def _draft(env: Env, made: PurchaseOrder) -> Receipt:
    (receipt,) = do(env, receiving.receive, made)
    assert isinstance(receipt, Receipt)
    return receipt


def test_part_of_an_order_is_received_and_the_rest_later(plant: Plant) -> None:
    with plant.env("jonas") as env:
        made = sent_order(env, ("CS-210-RAW", 120, 948), ("CS-045-RAW", 200, "331.40"))
    with plant.env("priya") as env:
        made = env.get(PurchaseOrder, made.id)
        first = _draft(env, made)
        first.lines[0].quantity, first.lines[1].quantity = Decimal(60), Decimal(200)
        do(env, receiving.post, first)
        assert (made.state, made.received_lines) == (OrderState.PART_RECEIVED, "1 / 2")
        assert (on_hand(env, "CS-210-RAW"), made.lines[0].awaited) == (Decimal(60), Decimal(60))

        rest = _draft(env, made)
        assert [line.quantity for line in rest.lines] == [Decimal(60)]
        do(env, receiving.post, rest)

        assert (made.state, made.received_lines, made.lines[0].awaited) == (
            OrderState.RECEIVED,
            "2 / 2",
            Decimal(0),
        )
        assert on_hand(env, "CS-210-RAW") == Decimal(120)


def test_more_than_ordered_is_received_up_to_the_item_s_limit(plant: Plant) -> None:
    with plant.env() as env:
        SuppliedItem.of(one(env, Item, code="CS-045-RAW")).over_receipt_percent = Decimal(10)
        made = sent_order(env, ("CS-045-RAW", 100, 1))
    with plant.env("priya") as env:
        receipt = _draft(env, env.get(PurchaseOrder, made.id))
        receipt.lines[0].quantity = Decimal("110.000001")
        with pytest.raises(
            ValidationError, match=r"Line 10 .*: 110.000001 are more than the 110 that may still"
        ):
            do(env, receiving.post, receipt)
    with plant.env("priya") as env:
        assert on_hand(env, "CS-045-RAW") == 0
        receipt = _draft(env, env.get(PurchaseOrder, made.id))
        receipt.lines[0].quantity = Decimal(110)
        do(env, receiving.post, receipt)

        assert on_hand(env, "CS-045-RAW") == Decimal(110)


def test_two_receipts_of_one_line_count_together(plant: Plant) -> None:
    with plant.env("jonas") as env:
        made = sent_order(env, ("CS-045-RAW", 100, 1))
        both = [_draft(env, made), _draft(env, made)]
        with pytest.raises(ValidationError, match="200 are more than the 100"):
            do(env, receiving.post, *both)


def test_an_item_kept_by_lot_needs_one_and_a_new_number_makes_it(plant: Plant) -> None:
    with plant.env("jonas") as env:
        receipt = _draft(env, sent_order(env, ("SEAL-12", 50, 2)))
        with pytest.raises(ValidationError, match="SEAL-12 is kept by lot: give the lot"), env.savepoint():
            do(env, receiving.post, receipt)
        receipt.lines[0].lot_number, receipt.lines[0].supplier_lot = "L-1", "DW 77"
        do(env, receiving.post, receipt)

        lot = one(env, Lot, number="L-1")
        assert (lot.origin, lot.company_id, on_hand(env, "SEAL-12")) == ("DW 77", env.company_id, Decimal(50))


def test_the_same_lot_of_another_company_is_another_lot(plant: Plant) -> None:
    for login in ("jonas", "ines"):
        with plant.env(login) as env:
            received(env, ("SEAL-12", 50, 2), lot="L-1")
    with plant.env() as env:
        assert len(env.session.scalars(select(Lot).where(Lot.number == "L-1")).all()) == 2
        assert len({move.company_id for move in env.session.scalars(select(StockMove))}) == 2


@pytest.mark.parametrize(
    ("item", "lot", "quantity", "said"),
    [
        ("CS-045-RAW", "L-1", 2, "is not kept by lot: leave the lot empty"),
        ("PUMP-9", "S-1", 2, "has serial numbers: one line and one piece each"),
    ],
)
def test_a_lot_that_does_not_fit_the_item_is_refused(
    plant: Plant, item: str, lot: str, quantity: int, said: str
) -> None:
    with plant.env("jonas") as env:
        receipt = _draft(env, sent_order(env, (item, quantity, 1)))
        receipt.lines[0].lot_number = lot
        with pytest.raises(ValidationError, match=said):
            do(env, receiving.post, receipt)


def test_a_serial_number_comes_once_in_a_receipt(plant: Plant) -> None:
    with plant.env("jonas") as env:
        receipt = _draft(env, sent_order(env, ("PUMP-9", 1, 1), ("PUMP-9", 1, 1)))
        for line in receipt.lines:
            line.lot_number = "S-1"
        with pytest.raises(ValidationError, match="has serial number S-1 twice"):
            do(env, receiving.post, receipt)


def test_another_unit_is_converted_into_the_stock_unit(plant: Plant) -> None:
    with plant.env("jonas") as env:
        made = sent_order(env, ("BAR-40", 100, "4.20"))
        receipt = _draft(env, made)
        receipt.lines[0].unit_id, receipt.lines[0].quantity = one(env, Unit, code="GRM").id, Decimal(2500)
        do(env, receiving.post, receipt)

        assert (on_hand(env, "BAR-40"), made.lines[0].received) == (Decimal("2.5"), Decimal("2.5"))
        assert made.lines[0].awaited == Decimal("97.5")


def test_a_unit_that_measures_something_else_is_refused(plant: Plant) -> None:
    with plant.env("jonas") as env:
        receipt = _draft(env, sent_order(env, ("BAR-40", 100, 1)))
        receipt.lines[0].unit_id = one(env, Unit, code="H87").id
        with pytest.raises(UserError, match="H87 cannot be converted to KGM"):
            do(env, receiving.post, receipt)


def test_moves_carry_what_a_stock_unit_costs_in_the_company_s_currency(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("BAR-40", 100, "4.20"))
        krona = one(env, Currency, code="SEK")
        do(env, receiving.post, _draft(env, sent_order(env, ("CS-045-RAW", 1, 10), currency_id=krona.id)))

        costs = env.session.scalars(select(StockMove.unit_cost).order_by(StockMove.id)).all()
        assert costs == [Decimal("4.2"), None]  # there is no rate for the krona


def test_a_receipt_counts_for_its_own_supplier_and_item_alone(plant: Plant) -> None:
    with plant.env("jonas") as env:
        made = sent_order(env, ("CS-045-RAW", 10, 1))
        receipt = _draft(env, made)
        receipt.lines[0].item_id = one(env, Item, code="CS-210-RAW").id
        with pytest.raises(ValidationError, match=r"Line 10 of .* asks for another item"), env.savepoint():
            do(env, receiving.post, receipt)
    with plant.env("jonas") as env:
        made = sent_order(env, ("CS-045-RAW", 10, 1), supplier="NG")
        receipt = _draft(env, made)
        receipt.supplier_id = one(env, Party, code="BS").id
        with pytest.raises(ValidationError, match="is an order of another supplier"):
            do(env, receiving.post, receipt)


def test_nothing_is_received_for_an_order_that_was_taken_back(plant: Plant) -> None:
    with plant.env("jonas") as env:
        made = sent_order(env, ("CS-045-RAW", 10, 1))
        receipt = _draft(env, made)
        do(env, purchasing.cancel, made, reason="Too late")
        with pytest.raises(UserError, match="is Cancelled, so that nothing can be received"):
            do(env, receiving.post, receipt)


def test_an_empty_receipt_is_not_posted(plant: Plant) -> None:
    with plant.env("jonas") as env:
        receipt = _draft(env, sent_order(env, ("CS-045-RAW", 10, 1)))
        receipt.lines[0].quantity = Decimal(0)
        with pytest.raises(ValidationError, match="has no line with a quantity"):
            do(env, receiving.post, receipt)


def test_a_posted_receipt_is_numbered_and_fixed(plant: Plant) -> None:
    with plant.env("jonas") as env:
        receipt = received(env, ("CS-045-RAW", 10, 1))
    with plant.env("jonas") as env:
        receipt = env.get(Receipt, receipt.id)
        assert receipt.number == f"GR-{receipt.received_on.year}-00001"
        for change in (
            lambda: bulk.update(env, ReceiptLine, [{"id": receipt.lines[0].id, "quantity": Decimal(5)}]),
            lambda: bulk.delete(env, ReceiptLine, [receipt.lines[0].id]),
            lambda: bulk.update(env, Receipt, [{"id": receipt.id, "state": PostingState.DRAFT}]),
            lambda: bulk.delete(env, Receipt, [receipt.id]),
        ):
            with pytest.raises(UserError, match="A posted document is no longer changed"), env.savepoint():
                change()


def test_goods_arrive_in_the_warehouse_of_the_order_s_company(plant: Plant) -> None:
    with plant.env("ines") as env:
        received(env, ("CS-045-RAW", 10, 1))
        assert on_hand(env, "CS-045-RAW") == 10
    with plant.env("jonas") as env:
        assert on_hand(env, "CS-045-RAW") == 0
        assert env.session.scalars(select(StockMove)).all() == []


def test_a_company_without_a_warehouse_is_told_what_to_do(plant: Plant) -> None:
    with plant.env() as env:
        empty = Company(code="NN", name="Nobody", country="DE", currency_id=one(env, Currency, code="EUR").id)
        env.add(empty)
        env.flush()
        made = order(env, ("CS-045-RAW", 1, 1), company_id=empty.id)
        with pytest.raises(UserError, match=r"has no warehouse to receive into. Create one"):
            receiving.receive(env, [made])


def test_posting_costs_the_same_number_of_statements_for_ten_times_the_lines(plant: Plant) -> None:
    found = []
    for count in (20, 200):
        with plant.env("jonas") as env:
            made = _large_order(env, count)
            receipt = _draft(env, made)
        with plant.env("jonas") as env:
            chosen = env.get(Receipt, receipt.id)
            with statements(plant.site.engine) as sent:
                do(env, receiving.post, chosen)
            found.append(len(sent))

    assert found[1] <= found[0] + 3


def _large_order(env: Env, count: int) -> PurchaseOrder:
    item = one(env, Item, code="CS-045-RAW")
    made = order(env)
    bulk.create(
        env,
        PurchaseLine,
        [
            {"order_id": made.id, "position": i, "item_id": item.id, "unit_id": item.unit_id, "quantity": Decimal(3),
             "price": Decimal(2)}
            for i in range(count)
        ],
    )  # fmt: skip
    bulk.update(env, PurchaseOrder, [{"id": made.id, "state": OrderState.SENT}])
    return env.get(PurchaseOrder, made.id)
