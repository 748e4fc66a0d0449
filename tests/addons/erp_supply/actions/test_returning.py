"""Returns: goods leave the stock and are off what was received."""

from __future__ import annotations

from decimal import Decimal

import pytest

from addons.erp_supply.actions import returning
from addons.erp_supply.models import OrderState, Receipt, SupplierReturn, SupplierReturnLine
from core import Env, UserError, ValidationError
from core.base import Item
from tests.addons.erp_supply.plant import Plant, do, location, on_hand, one, received


def _prepared(env: Env, receipt: Receipt) -> SupplierReturn:
    (document,) = do(env, returning.return_goods, receipt, reason="Burrs")
    assert isinstance(document, SupplierReturn)
    return document


def test_what_goes_back_is_awaited_again(plant: Plant) -> None:
    with plant.env("jonas") as env:
        receipt = received(env, ("CS-045-RAW", 100, 1))
        document = _prepared(env, receipt)
        document.lines[0].quantity = Decimal(30)
        do(env, returning.post, document)

        assert receipt.order is not None
        line = receipt.order.lines[0]
        assert [on_hand(env, "CS-045-RAW"), line.received, line.awaited] == [
            Decimal(70),
            Decimal(70),
            Decimal(30),
        ]
        assert receipt.order.state is OrderState.PART_RECEIVED
    with plant.env("jonas", write=False) as env:
        assert env.get(SupplierReturn, document.id).number == f"RS-{document.returned_on.year}-0001"


def test_a_return_takes_the_lot_that_came(plant: Plant) -> None:
    with plant.env("jonas") as env:
        document = _prepared(env, received(env, ("SEAL-12", 50, 1), lot="L-1"))
        do(env, returning.post, document)

        assert document.lines[0].lot is not None
        assert (document.lines[0].lot.number, on_hand(env, "SEAL-12")) == ("L-1", Decimal(0))


def test_more_than_was_received_does_not_go_back(plant: Plant) -> None:
    with plant.env("jonas") as env:
        receipt = received(env, ("CS-045-RAW", 100, 1))
        received(env, ("CS-045-RAW", 50, 1))
        document = _prepared(env, receipt)
        document.lines[0].quantity = Decimal(120)
        with pytest.raises(ValidationError, match=r"More of line 10 of .* goes back than was received"):
            do(env, returning.post, document)


def test_what_is_no_longer_there_does_not_go_back(plant: Plant) -> None:
    with plant.env("jonas") as env:
        document = SupplierReturn(
            supplier_id=received(env, ("CS-210-RAW", 5, 1)).supplier_id, reason="Wrong",
            returned_on=received(env, ("CS-210-RAW", 5, 1)).received_on,
        )  # fmt: skip
        item = one(env, Item, code="CS-045-RAW")
        document.lines.append(
            SupplierReturnLine(
                item_id=item.id, location_id=location(env, "IN").id, quantity=Decimal(1), unit_id=item.unit_id
            )
        )
        env.add(document)
        with pytest.raises(UserError, match=r"CS-045-RAW at IN: 0 are free, 1 are wanted. Nothing has moved"):
            do(env, returning.post, document)


def test_a_return_without_lines_is_not_posted(plant: Plant) -> None:
    with plant.env("jonas") as env:
        document = _prepared(env, received(env, ("CS-045-RAW", 1, 1)))
        document.lines.clear()
        with pytest.raises(ValidationError, match="has no lines yet"):
            do(env, returning.post, document)
