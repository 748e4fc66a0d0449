"""Two servers: what one tells has its effect at the other once, in its order, and both sides know."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from addons.bridge.joins.erp.actions.synchronising import send_everything
from addons.bridge.joins.erp.models import FloorIssue, Notice, ReceiptNotice, Told
from addons.bridge.joins.mes.actions.taking_over import let_erp_decide
from addons.bridge.joins.mes.models import Delivery, Report, TakenOver, UseReport
from addons.bridge.models import Partner
from addons.erp_supply.models import Receipt
from addons.mes_equipment.models import MaterialUse
from core import Env
from core.base import Item, Lot, StorageLocation, Unit, WorkCenter
from core.base.models.mechanism import IncomingMessage, IncomingState, OutgoingMessage, OutgoingState
from core.events import inbox
from tests.addons.bridge.connection import Connection, connected
from tests.addons.bridge.house import House, count, do, one
from tests.addons.bridge.machine import used, watch
from tests.addons.bridge.store import on_hand, received


@pytest.fixture
def connection(office: House, floor: House) -> Iterator[Connection]:
    """Both servers, the floor's knowing every item and work centre of the office's."""
    with connected(office, floor) as made:
        with office.env("kira") as env:
            do(env, send_everything, one(env, Partner))
        made.carry()
        with floor.env() as env:
            watch(env)
        yield made


def waiting(env: Env) -> int:
    """How many messages have not left."""
    unsent = select(func.count(OutgoingMessage.id)).where(OutgoingMessage.state == OutgoingState.WAITING)
    return env.session.scalar(unsent) or 0


def parked(env: Env) -> IncomingMessage:
    return env.session.scalars(
        select(IncomingMessage).where(IncomingMessage.state == IncomingState.PARKED)
    ).one()


def test_items_and_work_centres_are_there_as_the_erp_has_them(connection: Connection) -> None:
    with connection.floor.env(write=False) as env:
        found = {item.code: (item.unit.code, item.tracking) for item in env.session.scalars(select(Item))}
        assert found == {"FILTER": ("H87", "none"), "COOLANT": ("KGM", "none"), "INSERT": ("H87", "lot")}
        milling = one(env, WorkCenter, code="M-2")
        assert (milling.name, milling.parent and milling.parent.code, milling.site.code) == (
            "Mill M-2",
            "AREA",
            "ALD",
        )
    with connection.office.env(write=False) as env:
        assert {told.notice for told in env.session.scalars(select(Told))} == {Notice.ACCEPTED}
    assert connection.differences() == []


def test_what_is_changed_archived_renamed_and_deleted_is_so_there(connection: Connection) -> None:
    with connection.office.env("edda") as env:
        one(env, Item, code="FILTER").code = "FILTER-2"
        one(env, Item, code="COOLANT").active = False
        env.delete(one(env, Item, code="INSERT"))
        one(env, WorkCenter, code="M-1").name = "Mill one"

    connection.carry()

    with connection.floor.env(write=False) as env:
        found = {item.code: item.active for item in env.session.scalars(select(Item))}
        assert found == {"FILTER-2": True, "COOLANT": False, "INSERT": False}
        assert one(env, WorkCenter, code="M-1").name == "Mill one"


def test_what_the_mes_has_not_is_no_news(connection: Connection) -> None:
    with connection.office.env("edda") as env:
        one(env, Item, code="FILTER").description = "Keeps coolant clean"
    with connection.office.env(write=False) as env:
        assert one(env, Told, code="FILTER").notice is Notice.ACCEPTED


def test_who_changed_a_record_on_both_sides_is_asked(connection: Connection) -> None:
    with connection.floor.env("edda") as env:
        one(env, Item, code="FILTER").name = "Ours"
    with connection.office.env("edda") as env:
        one(env, Item, code="FILTER").name = "Theirs"
    connection.carry()
    with connection.floor.env() as env:
        message = parked(env)
        assert "name Ours / Theirs" in (message.reason or "")
        assert one(env, Item, code="FILTER").name == "Ours"

        do(env, let_erp_decide, one(env, TakenOver, code="FILTER"))
        inbox.replay(env, message.id)

        assert one(env, Item, code="FILTER").name == "Theirs"
    connection.carry()
    assert connection.differences() == []


def test_a_receipt_is_known_on_the_floor_and_acknowledged(connection: Connection) -> None:
    with connection.office.env("priya") as env:
        receipt_id = received(env, "INSERT", 40, lot="L-7").id
    with connection.office.env(write=False) as env:
        assert ReceiptNotice.of(env.get(Receipt, receipt_id)).notice is Notice.TOLD

    connection.carry()

    with connection.office.env(write=False) as env:
        receipt = env.get(Receipt, receipt_id)
        assert ReceiptNotice.of(receipt).notice is Notice.ACCEPTED
        number = receipt.number
    with connection.floor.env(write=False) as env:
        delivery = one(env, Delivery)
        assert (delivery.receipt, delivery.quantity, delivery.location.code) == (number, Decimal(40), "A-01")
        assert delivery.lot_id == one(env, Lot, number="L-7").id
    assert connection.differences() == []


def test_a_receipt_brings_along_an_item_that_the_floor_does_not_know(connection: Connection) -> None:
    with connection.floor.env() as env:
        env.delete(*env.session.scalars(select(TakenOver)), one(env, Item, code="COOLANT"))
    with connection.office.env("priya") as env:
        received(env, "COOLANT", "2.5")

    connection.carry()

    with connection.floor.env(write=False) as env:
        assert one(env, Delivery).item_id == one(env, Item, code="COOLANT").id


def test_what_was_used_is_issued_and_the_floor_knows(connection: Connection) -> None:
    with connection.office.env("priya") as env:
        received(env, "COOLANT", 10)
    with connection.floor.env("idris") as env:
        used(env, "COOLANT", "2.5")

    connection.carry()

    with connection.office.env(write=False) as env:
        assert on_hand(env, "COOLANT") == Decimal("7.5")
    with connection.floor.env(write=False) as env:
        assert one(env, UseReport).report is Report.ACCEPTED
    assert connection.differences() == []


def test_a_use_is_found_by_the_items_record_although_its_code_has_changed(connection: Connection) -> None:
    with connection.office.env("priya") as env:
        received(env, "FILTER", 10)
    connection.carry()
    with connection.floor.env("idris") as env:
        used(env, "FILTER", 1)
    with connection.office.env("edda") as env:
        one(env, Item, code="FILTER").code = "FILTER-2"

    connection.carry()

    with connection.office.env(write=False) as env:
        assert on_hand(env, "FILTER-2") == 9


def test_what_the_store_refuses_waits_in_its_order_and_is_done_once_the_reason_is_gone(
    connection: Connection,
) -> None:
    for quantity in (4, 3):
        with connection.floor.env("idris") as env:
            used(env, "FILTER", quantity)
    connection.carry()
    with connection.office.env(write=False) as env:
        assert "0 are free, 4 are wanted" in (parked(env).reason or "")
        assert count(env, FloorIssue) == 0
    assert connection.differences() != []

    with connection.office.env("priya") as env:
        received(env, "FILTER", 10)
    with connection.office.env() as env:
        inbox.replay(env, parked(env).id)
    connection.carry()

    with connection.office.env(write=False) as env:
        issued = env.session.scalars(select(FloorIssue.quantity).order_by(FloorIssue.id)).all()
        assert (list(issued), on_hand(env, "FILTER")) == ([Decimal(4), Decimal(3)], Decimal(3))
    assert connection.differences() == []


def test_after_an_outage_with_two_hundred_messages_each_has_its_effect_once_and_in_order(
    connection: Connection,
) -> None:
    with connection.office.env("priya") as env:
        received(env, "FILTER", 1000)
    connection.carry()
    connection.cut()
    for first in range(1, 101, 10):
        with connection.floor.env("idris") as env:
            for number in range(first, first + 10):
                used(env, "FILTER", number % 7 + 1, machine=f"M-{number % 2 + 1}")
        with connection.office.env("edda") as env:
            for number in range(first, first + 10):
                one(env, Item, code="INSERT").name = f"Insert {number}"
                env.flush()
    with connection.office.env(write=False) as office, connection.floor.env(write=False) as floor:
        assert waiting(office) + waiting(floor) == 200
    connection.carry()
    with connection.office.env(write=False) as env:
        assert count(env, FloorIssue) == 0

    connection.mend()
    connection.carry()

    with connection.floor.env(write=False) as env:
        reported = list(env.session.scalars(select(MaterialUse.quantity).order_by(MaterialUse.id)))
        assert one(env, Item, code="INSERT").name == "Insert 100"
    with connection.office.env(write=False) as env:
        issued = list(env.session.scalars(select(FloorIssue.quantity).order_by(FloorIssue.id)))
        assert issued == reported
        assert on_hand(env, "FILTER") == 1000 - sum(reported)
    assert connection.differences() == []


def test_a_unit_that_nobody_knows_there_parks_the_item(connection: Connection) -> None:
    with connection.office.env() as env:
        crate = Unit(code="OWN-CT", symbol="ct", name="Carton")
        env.add(crate)
        env.flush()
        env.add(Item(code="BOX", name="Box", unit_id=crate.id, company_id=None))

    connection.carry()

    with connection.floor.env(write=False) as env:
        assert "There is no unit OWN-CT here" in (parked(env).reason or "")


def test_nothing_is_taken_from_a_location_that_was_closed(connection: Connection) -> None:
    with connection.office.env("priya") as env:
        received(env, "FILTER", 10)
        one(env, StorageLocation, code="A-01", company_id=env.company_id).active = False
    with connection.floor.env("idris") as env:
        used(env, "FILTER", 3)

    connection.carry()

    with connection.office.env(write=False) as env:
        assert "A-01 is closed" in (parked(env).reason or "")
