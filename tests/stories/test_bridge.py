"""What the floor uses and what the books say: one promise of the bridge, told by those who do the work."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.bridge.actions.comparing import figures
from addons.bridge.joins.erp.models import FloorIssue, Notice, ReceiptNotice
from addons.bridge.joins.mes.models import Delivery, Report, UseReport
from addons.bridge.rules.figure import is_zero
from addons.erp_supply.models import Receipt
from core.base import StorageLocation
from core.base.actions.messaging import replay
from core.base.models.mechanism import IncomingMessage, IncomingState
from tests.addons.bridge.conftest import house as house  # noqa: PLC0414 -- a fixture is used by its name
from tests.addons.bridge.house import House, do, one
from tests.addons.bridge.machine import used
from tests.addons.bridge.store import on_hand, received

pytestmark = pytest.mark.story


def test_what_a_machine_used_is_in_the_books_even_though_the_store_was_being_counted(house: House) -> None:
    # On Monday twelve filters arrive. The floor knows at once where they lie, and the receipt says so.
    with house.env("priya") as env:
        receipt_id = received(env, "FILTER", 12).id
    with house.env("idris", write=False) as env:
        delivery = one(env, Delivery)
        assert (delivery.item.code, delivery.quantity, delivery.location.code) == (
            "FILTER",
            Decimal(12),
            "A-01",
        )
    with house.env("priya", write=False) as env:
        assert ReceiptNotice.of(env.get(Receipt, receipt_id)).notice is Notice.ACCEPTED

    # On Tuesday Idris changes two filters at the mill: the books follow in the same moment.
    with house.env("idris") as env:
        used(env, "FILTER", 2)
    with house.env("priya", write=False) as env:
        assert on_hand(env, "FILTER") == 10

    # On Wednesday Priya closes the shelf to count it. Idris changes another one all the same: nobody stops a machine
    # for a count. His report stands, and what the store could not do is parked with the reason.
    with house.env("jonas") as env:
        one(env, StorageLocation, code="A-01", company_id=env.company_id).active = False
    with house.env("idris") as env:
        used(env, "FILTER", 1)
    with house.env("kira", write=False) as env:
        parked = env.session.scalars(
            select(IncomingMessage).where(IncomingMessage.state == IncomingState.PARKED)
        ).one()
        assert "A-01 is closed" in (parked.reason or "")
        assert [f.difference for f in figures(env, env.company_id or 0) if f.what == "FILTER"] == [0, 1, 0, 1]
    with house.env("priya", write=False) as env:
        assert on_hand(env, "FILTER") == 10

    # The shelf is open again, Kira has the message done again, and both worlds agree.
    with house.env("jonas") as env:
        one(env, StorageLocation, code="A-01", company_id=env.company_id).active = True
    with house.env("kira") as env:
        do(env, replay, env.get(IncomingMessage, parked.id))
    with house.env("kira", write=False) as env:
        assert on_hand(env, "FILTER") == 9
        assert {report.report for report in env.session.scalars(select(UseReport))} == {Report.ACCEPTED}
        issues = env.session.scalars(select(FloorIssue.quantity).order_by(FloorIssue.id))
        assert list(issues) == [Decimal(2), Decimal(1)]
        assert is_zero(figures(env, env.company_id or 0))
