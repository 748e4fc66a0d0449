"""From a purchase order to stock, its count and a return: one promise of erp_supply, told by those who do the work."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.erp_supply.actions import counting, purchasing, receiving, returning, transferring
from addons.erp_supply.models import (
    OrderState,
    PurchaseOrder,
    Receipt,
    StockCount,
    StockMove,
    StockQuant,
    SupplierReturn,
)
from core import Forbidden
from core.orm.tracking import Change
from tests.addons.erp_supply.conftest import plant as plant  # noqa: PLC0414 -- a fixture is used by its name
from tests.addons.erp_supply.plant import Plant, do, location, on_hand, one, order

pytestmark = pytest.mark.story


def test_castings_are_ordered_approved_received_in_two_parts_counted_and_one_goes_back(plant: Plant) -> None:
    # Maren orders 120 castings for 113,760 EUR. That is above the limit: the order waits.
    with plant.env("maren") as env:
        made = order(env, ("CS-210-RAW", 120, 948))
        do(env, purchasing.send, made)
        assert made.state is OrderState.TO_APPROVE
        order_id = made.id
    with plant.env("maren") as env, pytest.raises(Forbidden):
        do(env, purchasing.approve, env.get(PurchaseOrder, order_id))

    # Tove approves it, and Maren notes that the supplier confirmed.
    with plant.env("tove") as env:
        do(env, purchasing.approve, env.get(PurchaseOrder, order_id))
    with plant.env("maren") as env:
        do(env, purchasing.confirm, env.get(PurchaseOrder, order_id), reference="AB 5510")

    # Priya receives 60 on Tuesday and the rest on Friday, and puts everything on the shelf.
    for quantity, state in ((60, OrderState.PART_RECEIVED), (60, OrderState.RECEIVED)):
        with plant.env("priya") as env:
            made = env.get(PurchaseOrder, order_id)
            (receipt,) = do(env, receiving.receive, made)
            assert isinstance(receipt, Receipt)
            receipt.lines[0].quantity = Decimal(quantity)
            do(env, receiving.post, receipt)
            assert made.state is state
    with plant.env("priya") as env:
        do(
            env,
            transferring.move,
            env.session.scalars(select(StockQuant)).one(),
            target_id=location(env, "A-01").id,
        )
        assert (on_hand(env, "CS-210-RAW", "IN"), on_hand(env, "CS-210-RAW", "A-01")) == (
            Decimal(0),
            Decimal(120),
        )

    # At the count two are missing; the books follow.
    with plant.env("priya") as env:
        count = StockCount(location_id=location(env, "A-01").id, counted_on=date(2026, 3, 12))
        env.add(count)
        do(env, counting.start, count)
        env.session.refresh(count)
        count.lines[0].counted = Decimal(118)
        do(env, counting.post, count)
        assert on_hand(env, "CS-210-RAW", "A-01") == 118

    # One has burrs and goes back: the order awaits its replacement.
    with plant.env("priya") as env:
        receipt = env.session.scalars(select(Receipt).order_by(Receipt.id.desc()).limit(1)).one()
        (document,) = do(env, returning.return_goods, receipt, reason="Burrs")
        assert isinstance(document, SupplierReturn)
        document.lines[0].quantity, document.lines[0].location_id = Decimal(1), location(env, "A-01").id
        do(env, returning.post, document)
    with plant.env("priya", write=False) as env:
        made = env.get(PurchaseOrder, order_id)
        assert (made.state, made.received_lines, made.lines[0].awaited) == (
            OrderState.PART_RECEIVED, "0 / 1", Decimal(1),
        )  # fmt: skip
        assert on_hand(env, "CS-210-RAW", "A-01") == 117
        assert len(env.session.scalars(select(StockMove)).all()) == 5

    # Who did what, and when, is kept.
    with plant.env() as env:
        changes = env.session.scalars(select(Change).where(Change.record_id == order_id).order_by(Change.id))
        new = [json.loads(change.new) for change in changes if change.model == "erp_supply.purchase_order"]
        states = [values["state"] for values in new if "state" in values]
        assert states == [
            "draft",
            "to_approve",
            "sent",
            "confirmed",
            "part_received",
            "received",
            "part_received",
        ]
        assert one(env, PurchaseOrder, id=order_id).approved_by_id is not None
