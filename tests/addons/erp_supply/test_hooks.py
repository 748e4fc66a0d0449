"""What purchasing and the store listen to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from addons.erp_supply.models import OrderState, PurchaseLine, PurchaseOrder
from core import UserError, bulk
from core.base import Currency, Item, LocationKind, Party, StorageLocation, Tracking, Unit
from tests.addons.erp_supply.plant import ORDERED_ON, Plant, location, one, received


def test_an_order_made_in_bulk_is_numbered_too(plant: Plant) -> None:
    with plant.env("maren") as env:
        row = {"supplier_id": one(env, Party, code="BS").id, "currency_id": one(env, Currency, code="EUR").id,
               "ordered_on": ORDERED_ON}  # fmt: skip
        ids = bulk.create(env, PurchaseOrder, [row, row])
    with plant.env("maren", write=False) as env:
        assert [env.get(PurchaseOrder, i).number for i in ids] == ["PO-2026-00001", "PO-2026-00002"]


@pytest.mark.parametrize("field", ["unit_id", "tracking"])
def test_an_item_with_stock_keeps_its_unit_and_tracking(plant: Plant, field: str) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 10, 1))
    with plant.env() as env:
        value = {"unit_id": one(env, Unit, code="KGM").id, "tracking": Tracking.LOT}[field]
        item = one(env, Item, code="CS-045-RAW")
        with pytest.raises(UserError, match=r"CS-045-RAW has stock or moved before"), env.savepoint():
            bulk.update(env, Item, [{"id": item.id, field: value}])
        bulk.update(env, Item, [{"id": item.id, "name": "End plate"}])
        bulk.update(env, Item, [{"id": one(env, Item, code="CS-210-RAW").id, field: value}])


def test_a_location_that_stock_passed_keeps_its_kind(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 10, 1))
        passed, unused = location(env, "IN").id, location(env, "A-02").id
        with pytest.raises(UserError, match="Stock has moved through this location"):
            bulk.update(env, StorageLocation, [{"id": passed, "kind": LocationKind.TRANSIT}])
        bulk.update(env, StorageLocation, [{"id": unused, "kind": LocationKind.TRANSIT}])


def test_an_item_of_a_new_unit_counts_in_the_same_transaction(plant: Plant) -> None:
    """What was read of an item before it was changed is not taken for what it is."""
    with plant.env() as env:
        item = one(env, Item, code="CS-210-RAW")
        row = {"supplier_id": one(env, Party, code="BS").id, "currency_id": one(env, Currency, code="EUR").id}
        made = env.get(PurchaseOrder, bulk.create(env, PurchaseOrder, [row])[0])
        made.lines.append(_line(item))
        env.flush()
        bulk.update(env, Item, [{"id": item.id, "unit_id": one(env, Unit, code="KGM").id}])
        bulk.update(env, PurchaseOrder, [{"id": made.id, "state": OrderState.SENT}])
        env.session.refresh(made)

        assert made.lines[0].awaited == 0  # pieces are no measure of kilograms


def _line(item: Item) -> PurchaseLine:
    return PurchaseLine(item_id=item.id, unit_id=item.unit_id, quantity=Decimal(5), price=Decimal(1))
