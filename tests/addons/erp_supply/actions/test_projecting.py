"""How the stock of a warehouse develops by what is promised."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from addons.erp_supply.actions import purchasing, reserving
from addons.erp_supply.actions.projecting import Outlook, count_short, outlooks
from addons.erp_supply.models import SuppliedItem
from core import Env, today
from core.base import Item
from tests.addons.erp_supply.plant import Plant, do, one, order, received, sent_order


def _of(env: Env, code: str) -> list[Outlook]:
    item_id = one(env, Item, code=code).id
    return [found for found in outlooks(env, env.company_id or 0) if found.item_id == item_id]


def test_an_outlook_is_what_is_free_and_what_is_promised_by_day(plant: Plant) -> None:
    with plant.env("jonas") as env:
        now = today(env.zone)
        received(env, ("CS-045-RAW", 100, 1))
        reserving.promise(
            env, one(env, Item, code="CS-045-RAW"), Decimal(30), "WO-1", company_id=env.company_id or 0
        )
        sent_order(env, ("CS-045-RAW", 50, 1), promised_on=now + timedelta(days=9))
        late = sent_order(env, ("CS-045-RAW", 7, 1), promised_on=now + timedelta(days=1))
        late.promised_on, late.ordered_on = now - timedelta(days=3), now - timedelta(days=9)
        order(env, ("CS-045-RAW", 999, 1))  # a draft is not out yet
        env.flush()

        (found,) = _of(env, "CS-045-RAW")

        assert [found.on_hand, found.reserved, found.incoming, found.outgoing] == [100, 30, 57, 0]
        assert found.warehouse_id is not None
        ends = [now, now + timedelta(days=8), now + timedelta(days=9)]
        assert found.balances(ends) == [77, 77, 127]


def test_an_item_below_its_reorder_point_is_short_until_enough_is_promised_in_time(plant: Plant) -> None:
    with plant.env() as env:
        SuppliedItem.of(one(env, Item, code="CS-045-RAW")).reorder_point = Decimal(40)
    with plant.env("jonas") as env:
        now = today(env.zone)

        assert [found.is_short for found in _of(env, "CS-045-RAW")] == [True]
        assert count_short(env) == 1

        too_late = sent_order(env, ("CS-045-RAW", 50, 1), promised_on=now + timedelta(days=15))
        assert count_short(env) == 1

        do(env, purchasing.cancel, too_late, reason="Too late")
        sent_order(env, ("CS-045-RAW", 50, 1), promised_on=now + timedelta(days=14))
        assert count_short(env) == 0


def test_another_company_s_stock_is_no_part_of_an_outlook(plant: Plant) -> None:
    with plant.env("jonas") as env:
        received(env, ("CS-045-RAW", 100, 1))

    with plant.env("ines") as env:
        assert _of(env, "CS-045-RAW") == []
