"""Each side is asked what it has: what one of them has not, or has otherwise, is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from addons.bridge.actions.reconciling import Reconciliation, period_of, reconciliations, usual_days
from addons.bridge.joins.erp.actions.synchronising import send_everything
from addons.bridge.messages.reconciliation import Flow, Stop
from addons.bridge.models import Partner, Side
from core.base import Item, StorageLocation
from core.events import inbox
from core.orm import guards
from core.web.format import Reader
from tests.addons.bridge.connection import Connection, connected
from tests.addons.bridge.house import House, do, one
from tests.addons.bridge.machine import used, watch
from tests.addons.bridge.store import received
from tests.addons.bridge.test_two_servers import parked
from tests.addons.bridge.test_web import browser


@pytest.fixture
def connection(office: House, floor: House) -> Iterator[Connection]:
    """Both servers with the same: every item and work centre, a receipt of two lots, and a use."""
    with connected(office, floor) as made:
        with office.env("kira") as env:
            do(env, send_everything, one(env, Partner))
        with office.env("priya") as env:
            received(env, "INSERT", 40, lot="L-7")
            received(env, "COOLANT", "2.5")
        made.carry()
        with floor.env() as env:
            watch(env)
        with floor.env("idris") as env:
            used(env, "COOLANT", "1.5")
        made.carry()
        yield made


def reconciled(house: House, days_ago: int = 0) -> Reconciliation:
    """The one connection of the house, over the usual days or as many long ago."""
    first, last = (day - timedelta(days=days_ago) for day in usual_days("UTC"))
    with house.env(write=False) as env:
        (found,) = reconciliations(env, env.company_id or 0, period_of(first, last, "UTC"))
    return found


def by_hand(house: House, table: str, statement: str) -> None:
    """Change a ledger past its guard, as nobody should."""
    with house.site.engine.begin() as connection:
        guards.drop(connection, [table])
        connection.execute(text(statement))


def test_both_servers_have_the_same(connection: Connection) -> None:
    for house, remote in ((connection.office, Side.MES), (connection.floor, Side.ERP)):
        found = reconciled(house)

        assert (found.is_zero, found.remote, found.silence) == (True, remote, "")
        counts = {(each.flow, each.unit): (each.erp, each.mes) for each in found.totals}
        assert {key: (erp.count, mes.count) for key, (erp, mes) in counts.items() if erp and mes} == {
            (Flow.ITEMS, ""): (3, 3), (Flow.PLACES, ""): (3, 3), (Flow.RECEIPTS, "H87"): (1, 1),
            (Flow.RECEIPTS, "KGM"): (1, 1), (Flow.USES, "KGM"): (1, 1),
        }  # fmt: skip
        receipts, _same = counts[Flow.RECEIPTS, "H87"]
        assert receipts is not None
        assert receipts.quantity == Decimal(40)
    a_year_before = reconciled(connection.office, 365)
    assert {each.flow for each in a_year_before.totals} == {Flow.ITEMS, Flow.PLACES}
    assert a_year_before.is_zero


def test_what_was_changed_or_removed_by_hand_is_named_by_its_key_on_both_sides(
    connection: Connection,
) -> None:
    with connection.floor.env() as env:
        one(env, Item, code="FILTER").name = "Sieve"
        one(env, Item, code="INSERT").active = False
    ledger, issues = "bridge_mes_delivery", "bridge_erp_floor_issue"
    by_hand(connection.floor, ledger, f"DELETE FROM {ledger} WHERE lot_id IS NOT NULL")  # noqa: S608 -- ours
    by_hand(connection.office, issues, f"UPDATE {issues} SET quantity = quantity * 2")  # noqa: S608 -- ours

    for house in (connection.office, connection.floor):
        filters, inserts, receipt, use = reconciled(house).differences
        assert (filters.key, inserts.key, receipt.key[-2:]) == ("FILTER", "INSERT", "/1")
        assert filters.mes is not None
        assert filters.mes.what.startswith("Sieve")
        assert (inserts.mes, receipt.mes) == (None, None)
        assert (receipt.fact.what, receipt.fact.quantity) == ("INSERT · L-7 · A-01", Decimal(40))
        assert use.erp is not None
        assert use.mes is not None
        assert (use.flow, use.erp.quantity, use.mes.quantity) == (Flow.USES, Decimal(3), Decimal("1.5"))


def test_what_the_erp_refused_is_named_with_its_reason_on_both_sides_until_it_is_done(
    connection: Connection,
) -> None:
    with connection.floor.env("idris") as env:
        used(env, "FILTER", 4)
    on_the_way = reconciled(connection.floor)
    connection.carry()

    for house in (connection.office, connection.floor):
        found = reconciled(house)
        (named,) = found.differences
        assert (named.erp, named.fact.what, named.fact.quantity) == (None, "FILTER", Decimal(4))
        assert named.held is not None
        assert (named.held.stop, found.held[Stop.PARKED]) == (Stop.PARKED, (1, 0))
        assert "0 are free, 4 are wanted" in (named.held.reason or "")
    assert [each.held and each.held.stop for each in on_the_way.differences] == [Stop.LEAVING]

    with connection.office.env("priya") as env:
        received(env, "FILTER", 10)
    with connection.office.env() as env:
        inbox.replay(env, parked(env).id)
    connection.carry()
    assert reconciled(connection.floor).is_zero


def test_a_server_that_is_away_or_refuses_says_nothing_and_nothing_is_said_of_it(
    connection: Connection,
) -> None:
    token = connection.floor.site.folder / "bridge" / "erp.token"
    token.write_text("dovetail_forged")
    assert reconciled(connection.floor).silence.startswith("It refuses: 401")
    connection.cut()

    found = reconciled(connection.floor)

    assert "is not reached" in found.silence
    assert (found.is_zero, found.differences) == (False, ())
    assert found.heard_at is not None
    assert [each.erp for each in found.totals] == [None] * 5
    page = browser(connection.floor, "kira").get("/bridge/reconciliation").text
    assert "does not answer" in page
    assert Reader().moment(found.heard_at) in page
    assert "COOLANT" in page


def test_both_sides_of_one_database_are_held_against_each_other(house: House) -> None:
    with house.env("priya") as env:
        received(env, "COOLANT", 10)
    with house.env("idris") as env:
        used(env, "COOLANT", "2.5")
    agreed = reconciled(house)
    with house.env("priya") as env:
        one(env, StorageLocation, code="A-01", company_id=env.company_id).active = False
    with house.env("idris") as env:
        used(env, "COOLANT", "1.5")

    (named,) = reconciled(house).differences

    assert agreed.is_zero
    assert named.erp is None
    assert named.held is not None
    assert "A-01 is closed" in (named.held.reason or "")
    page = browser(house, "kira").get("/bridge/reconciliation").text
    assert "A-01 is closed" in page
    assert "/m/base.incoming_message/" in page
