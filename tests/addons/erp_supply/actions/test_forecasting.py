"""Forecasts, and orders of what falls short."""

from __future__ import annotations

from decimal import Decimal

import pytest

from addons.erp_supply.actions import forecasting, purchasing, reserving
from addons.erp_supply.actions.forecasting import Forecast
from addons.erp_supply.models import OrderState, PurchaseOrder, SuppliedItem, SupplierPrice
from core import Env, UserError
from core.base import Currency, Item, Party
from tests.addons.erp_supply.plant import Plant, do, one, order, received, sent_order


def _forecast(env: Env, code: str) -> Forecast:
    item_id = one(env, Item, code=code).id
    return forecasting.forecasts(env, env.company_id or 0, [item_id])[item_id]


def test_the_forecast_is_on_hand_less_promised_plus_ordered(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 100, 1))
        reserving.promise(
            env, one(env, Item, code="CS-045-RAW"), Decimal(30), "WO-1", company_id=env.company_id or 0
        )
        sent_order(env, ("CS-045-RAW", 50, 1))
        order(env, ("CS-045-RAW", 999, 1))  # a draft is not out yet
        found = _forecast(env, "CS-045-RAW")

        assert found == Forecast(Decimal(100), Decimal(30), Decimal(50))
        assert found.quantity == 120
        assert _forecast(env, "CS-210-RAW") == Forecast()


def test_an_order_no_longer_awaited_leaves_the_forecast(plant: Plant) -> None:
    with plant.env("jonas") as env:
        made = sent_order(env, ("CS-045-RAW", 50, 1))
        do(env, purchasing.cancel, made, reason="No longer needed")

        assert _forecast(env, "CS-045-RAW").incoming == 0


def test_what_falls_short_is_ordered_from_its_supplier(plant: Plant) -> None:
    with plant.env() as env:
        item, party = one(env, Item, code="CS-045-RAW"), one(env, Party, code="BS")
        supplied = SuppliedItem.of(item)
        supplied.supplier_id, supplied.reorder_point, supplied.order_quantity = (
            party.id,
            Decimal(80),
            Decimal(50),
        )
        env.add(SupplierPrice(party_id=party.id, item_id=item.id, unit_id=item.unit_id, price=Decimal("33.14"),
                              currency_id=one(env, Currency, code="EUR").id, lead_days=20))  # fmt: skip
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 10, 1))
    with plant.env("maren") as env:
        (made,) = do(env, forecasting.order_short, *env.session.query(Item).all())

        assert isinstance(made, PurchaseOrder)
        assert (made.state, made.supplier.code) == (OrderState.DRAFT, "BS")
        assert [(ln.quantity, ln.price) for ln in made.lines] == [(Decimal(70), Decimal("33.14"))]
        assert made.promised_on is not None
        assert made.ordered_on is not None
        assert (made.promised_on - made.ordered_on).days == 20


def test_nothing_is_ordered_when_nothing_falls_short(plant: Plant) -> None:
    with plant.env("maren") as env, pytest.raises(UserError, match="Nothing is below its reorder point"):
        do(env, forecasting.order_short, one(env, Item, code="CS-045-RAW"))
