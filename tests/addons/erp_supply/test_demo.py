"""The example: a year of purchasing that adds up, alive today, in each language."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from addons.erp_supply.demo import demo
from addons.erp_supply.models import (
    OPEN,
    OrderState,
    PostingState,
    PurchaseOrder,
    Receipt,
    StockMove,
    StockQuant,
    StockReservation,
)
from core import today
from core.base import AutomationRule, LocationKind, StorageLocation
from core.base.actions.automating import check_rule
from core.base.demo import demo as base_demo
from core.orm.env import Env, Site, open_env
from tests.addons.sites import installed


@pytest.fixture(scope="module", params=["en", "de"])
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Made once a language; the tests only read."""
    folder: Path = tmp_path_factory.mktemp("example")
    site = installed(["erp_supply"], f"sqlite:///{folder / 'example.db'}", folder)
    for fill in (base_demo, demo):
        with open_env(site, write=True) as env:
            fill(env, request.param)
    yield site
    site.engine.dispose()


def _count(env: Env, *states: OrderState) -> int:
    counted = select(func.count()).select_from(PurchaseOrder).where(PurchaseOrder.state.in_(states))
    return env.session.scalar(counted) or 0


def test_there_is_a_year_of_orders_and_today_s_desk_is_full(example: Site) -> None:
    with open_env(example) as env:
        assert _count(env, *OrderState) == 1284
        assert [_count(env, s) for s in (OrderState.DRAFT, OrderState.TO_APPROVE, *OPEN)] == [5, 2, 6, 12, 5]
        assert _count(env, OrderState.RECEIVED) > 0
        first = env.session.scalar(select(func.min(PurchaseOrder.ordered_on)))
        assert first is not None
        assert first < today() - timedelta(days=350)


def test_some_open_orders_are_late_and_some_are_due(example: Site) -> None:
    with open_env(example) as env:
        promised = env.session.scalars(
            select(PurchaseOrder.promised_on).where(PurchaseOrder.state.in_(OPEN))
        ).all()

        late = [day for day in promised if day is not None and day < today("Europe/Berlin")]
        assert len(late) == 4
        assert len(late) < len(promised)


def test_the_casting_order_stands_as_production_waits_for_it(example: Site) -> None:
    with open_env(example) as env:
        order = env.session.scalars(
            select(PurchaseOrder).where(PurchaseOrder.supplier_reference == "NG 77-20461")
        ).one()

        assert (order.total, order.currency.code, order.buyer.name if order.buyer else "") == (
            Decimal(321010), "SEK", "Maren Lindqvist",
        )  # fmt: skip
        first = order.lines[0]
        assert (first.item.code if first.item else "", first.received) == ("CS-210-RAW", Decimal(60))


def test_every_order_and_posted_receipt_has_a_number(example: Site) -> None:
    with open_env(example) as env:
        orders = env.session.scalars(select(PurchaseOrder.number)).all()
        receipts = env.session.scalars(
            select(Receipt.number).where(Receipt.state == PostingState.POSTED)
        ).all()

        assert None not in orders
        assert None not in receipts
        assert len(set(orders)) == len(orders)


def test_stock_is_what_the_moves_add_up_to_at_any_time(example: Site) -> None:
    with open_env(example) as env:
        kept = set(
            env.session.scalars(
                select(StorageLocation.id).where(StorageLocation.kind == LocationKind.INTERNAL)
            )
        )
        there: dict[tuple[int, int, int | None], Decimal] = defaultdict(Decimal)
        moves = env.session.execute(
            select(StockMove.item_id, StockMove.lot_id, StockMove.source_id, StockMove.target_id, StockMove.quantity)
            .order_by(StockMove.at, StockMove.id)
        )  # fmt: skip
        for item, lot, source, target, quantity in moves:
            there[item, target, lot] += quantity
            there[item, source, lot] -= quantity
            assert source not in kept or there[item, source, lot] >= 0
        found = env.session.scalars(select(StockQuant).where(StockQuant.on_hand != 0))
        quants = {(q.item_id, q.location_id, q.lot_id): q.on_hand for q in found}
        assert quants == {key: total for key, total in there.items() if total and key[1] in kept}


def test_what_is_reserved_is_promised_to_work_orders(example: Site) -> None:
    with open_env(example) as env:
        reserved = env.session.scalar(select(func.sum(StockQuant.reserved)))

        assert reserved == env.session.scalar(select(func.sum(StockReservation.quantity)))
        assert reserved


def test_its_rules_can_do_what_they_say(example: Site) -> None:
    with open_env(example) as env:
        rules = list(env.session.scalars(select(AutomationRule).order_by(AutomationRule.id)))

        assert [rule.active for rule in rules] == [True, False]
        for rule in rules:
            check_rule(env, rule.id)
