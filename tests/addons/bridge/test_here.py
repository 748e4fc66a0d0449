"""Both worlds in one database: messages are handed over in the transaction, and nothing is kept twice."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from addons.bridge.actions.comparing import figures
from addons.bridge.joins.erp.models import FloorIssue, Notice, ReceiptNotice, Told
from addons.bridge.joins.mes.models import Delivery, Report, TakenOver, UseReport
from addons.bridge.rules.figure import is_zero
from addons.erp_supply.models import Receipt
from core import Env
from core.base import Item, Lot, StorageLocation
from core.base.models.mechanism import IncomingMessage, IncomingState
from tests.addons.bridge.house import House, count, incoming, one, outgoing
from tests.addons.bridge.machine import used, uses
from tests.addons.bridge.store import on_hand, received


def test_a_receipt_is_known_on_the_floor_and_acknowledged_in_the_same_transaction(house: House) -> None:
    with house.env("priya") as env:
        receipt_id = received(env, "INSERT", 40, lot="L-7").id
    with house.env(write=False) as env:
        receipt = env.get(Receipt, receipt_id)
        assert ReceiptNotice.of(receipt).notice is Notice.ACCEPTED
        delivery = one(env, Delivery)
        assert (delivery.receipt, delivery.quantity) == (receipt.number, Decimal(40))
        assert (delivery.lot_id, delivery.location.code) == (one(env, Lot, number="L-7").id, "A-01")
        assert outgoing(env) == []


def test_what_is_used_at_a_machine_leaves_the_store_in_the_same_transaction(house: House) -> None:
    with house.env("priya") as env:
        received(env, "FILTER", 10)
    with house.env("idris") as env:
        used(env, "FILTER", 3)
    with house.env(write=False) as env:
        assert on_hand(env, "FILTER") == 7
        assert one(env, UseReport, use_id=uses(env)[0].id).report is Report.ACCEPTED
        issue = one(env, FloorIssue)
        assert (issue.quantity, issue.equipment and issue.equipment.code) == (Decimal(3), "M-1")


def test_what_the_store_refuses_is_parked_with_its_reason_and_the_fact_stands(house: House) -> None:
    with house.env("idris") as env:
        used(env, "FILTER", 3)
    with house.env(write=False) as env:
        assert [use.quantity for use in uses(env)] == [3]
        assert incoming(env) == [("ProcessOperationsPerformance", IncomingState.PARKED)]
        assert "0 are free, 3 are wanted" in (one(env, IncomingMessage).reason or "")
        assert not is_zero(figures(env, env.company_id or 0))


def test_items_and_work_centres_are_not_kept_twice(house: House) -> None:
    with house.env("edda") as env:
        one(env, Item, code="FILTER").name = "Oil filter"
    with house.env(write=False) as env:
        assert (count(env, Told), count(env, TakenOver), outgoing(env), incoming(env)) == (0, 0, [], [])


def test_a_closed_location_is_opened_and_the_use_is_done_again(house: House) -> None:
    with house.env("priya") as env:
        received(env, "FILTER", 10)
        _close(env, closed=True)
    with house.env("idris") as env:
        used(env, "FILTER", 3)
    with house.env() as env:
        assert "A-01 is closed" in (
            env.session.scalars(
                select(IncomingMessage.reason).where(IncomingMessage.state == IncomingState.PARKED)
            ).one()
            or ""
        )
        _close(env, closed=False)
        for parked in env.session.scalars(
            select(IncomingMessage).where(IncomingMessage.state == IncomingState.PARKED)
        ):
            parked.next_at = parked.received_at

    house.carry()

    with house.env(write=False) as env:
        assert on_hand(env, "FILTER") == 7
        assert is_zero(figures(env, env.company_id or 0))


def _close(env: Env, *, closed: bool) -> None:
    one(env, StorageLocation, code="A-01", company_id=env.company_id).active = not closed
