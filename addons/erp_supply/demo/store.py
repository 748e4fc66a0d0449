"""The store of the example: what was received and used over the year, and what is there today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy import select

from addons.erp_supply.actions import counting, receiving, reserving, returning
from addons.erp_supply.demo.flow import Flow
from addons.erp_supply.demo.record import PlannedLine, PlannedOrder, Plant
from addons.erp_supply.models import (
    PostingState,
    Receipt,
    ReceiptLine,
    StockCount,
    StockMove,
    StockQuant,
)
from core import Env, _, bulk
from core.base import Item, Lot, Tracking

#: What production has reserved: item, quantity, work order.
_PROMISED = (
    ("CS-210-RAW", 40, "WO-26-1216"),
    ("SK-210", 12, "WO-26-1216"),
    ("SC-M8-40", 320, "WO-26-1219"),
    ("RB-060", 36, "WO-26-1222"),
)


def fill(env: Env, plant: Plant, orders: Sequence[PlannedOrder]) -> None:
    """Post what was received of the orders, and have it used since."""
    arrived = [
        (order, line)
        for order in sorted(orders, key=lambda o: o.received_on or plant.today)
        for line in order.lines
        if line.received and order.received_on and plant.items[line.code].is_stocked
    ]
    pieces = list(_pieces(plant, arrived))
    receipts = _receipts(env, plant, {order.id: order for order, _line in arrived}.values())
    lots = _lots(env, plant, pieces)
    rows = [
        {
            "receipt_id": receipts[order.id], "purchase_line_id": line.id, "item_id": plant.items[line.code].id,
            "quantity": quantity, "unit_id": plant.items[line.code].unit_id, "lot_number": lot,
        }
        for order, line, quantity, lot in pieces
    ]  # fmt: skip
    bulk.create(env, ReceiptLine, rows)
    bulk.update(env, Receipt, [{"id": i, "state": PostingState.POSTED} for i in receipts.values()])
    posted = select(Receipt).where(Receipt.company_id == plant.company_id)
    for receipt in env.session.scalars(posted):
        receiving.give_number(env, receipt)
    _write_stock(env, plant, pieces, lots, receipts)


def promise(env: Env, plant: Plant) -> None:
    """Reserve for the work orders of the week as far as there is stock."""
    for code, quantity, demand in _PROMISED:
        item = env.get(Item, plant.items[code].id)
        free = sum(
            q.on_hand for q in env.session.scalars(select(StockQuant).where(StockQuant.item_id == item.id))
        )
        if free >= quantity:
            reserving.promise(env, item, Decimal(quantity), demand, company_id=plant.company_id)


def count_and_return(env: Env, plant: Plant) -> None:
    """A count with a difference, one under way, and a return that waits to be posted."""
    counts = [
        StockCount(company_id=plant.company_id, location_id=plant.locations[code], counted_on=plant.day(days))
        for code, days in (("A-02", -9), ("A-03", 0))
    ]
    env.add(*counts)
    counting.start(env, counts)
    env.flush()
    env.session.refresh(counts[0])
    for at, line in enumerate(counts[0].lines):
        line.counted = max(line.expected - (2 if at == 0 else 0), Decimal(0))
    counting.post(env, counts[:1])
    newest = env.session.scalars(
        select(Receipt)
        .where(Receipt.company_id == plant.company_id)
        .order_by(Receipt.received_on.desc())
        .limit(1)
    ).one()
    returning.return_goods(env, [newest], reason=str(_("Burrs on the sealing face")))


Piece = tuple[PlannedOrder, PlannedLine, Decimal, str | None]


def _pieces(plant: Plant, arrived: Iterable[tuple[PlannedOrder, PlannedLine]]) -> Iterable[Piece]:
    """What came of each line, by lot; serial numbers one by one."""
    for at, (order, line) in enumerate(arrived, start=1):
        tracking = plant.items[line.code].tracking
        lot = f"{order.received_on:%y%m}-{at:04}"
        if tracking is Tracking.SERIAL:
            for piece in range(1, int(line.received) + 1):
                yield order, line, Decimal(1), f"{lot}-{piece:02}"
        else:
            yield order, line, line.received, lot if tracking is Tracking.LOT else None


def _receipts(env: Env, plant: Plant, orders: Iterable[PlannedOrder]) -> dict[int, int]:
    """A receipt of each order, as a draft."""
    chosen = list(orders)
    rows = [
        {
            "company_id": plant.company_id, "supplier_id": plant.parties[order.supplier], "order_id": order.id,
            "delivery_note": f"LS {order.id + 70_000}", "received_on": order.received_on,
            "location_id": plant.locations["IN-A"],
        }
        for order in chosen
    ]  # fmt: skip
    ids = bulk.create(env, Receipt, rows)
    return {order.id: receipt_id for order, receipt_id in zip(chosen, ids, strict=True)}


def _lots(env: Env, plant: Plant, pieces: Sequence[Piece]) -> dict[tuple[str, str], int]:
    wanted = [(order, line, lot) for order, line, _quantity, lot in pieces if lot]
    rows = [
        {
            "company_id": plant.company_id, "item_id": plant.items[line.code].id, "number": lot,
            "origin": f"{order.supplier[:2].upper()}{order.id}",
            "expires_on": order.received_on + timedelta(days=1460)
            if line.code.startswith("OR-") and order.received_on
            else None,
        }
        for order, line, lot in wanted
    ]  # fmt: skip
    ids = bulk.create(env, Lot, rows)
    return {(line.code, lot): lot_id for (_order, line, lot), lot_id in zip(wanted, ids, strict=True)}


def _write_stock(
    env: Env,
    plant: Plant,
    pieces: Sequence[Piece],
    lots: dict[tuple[str, str], int],
    receipts: dict[int, int],
) -> None:
    by_item: dict[str, list[tuple[date, Decimal, int | None, int]]] = defaultdict(list)
    for order, line, quantity, lot in pieces:
        lot_id = lots[line.code, lot] if lot else None
        by_item[line.code].append((order.received_on or plant.today, quantity, lot_id, receipts[order.id]))
    moves: list[dict[str, object]] = []
    quants: list[dict[str, object]] = []
    for number_of_item, (code, arrivals) in enumerate(sorted(by_item.items())):
        flow = Flow(plant, bay=f"A-{number_of_item % 6 + 1:02}")
        flow.run(arrivals)
        common = {
            "company_id": plant.company_id,
            "item_id": plant.items[code].id,
            "unit_id": plant.items[code].unit_id,
        }
        moves += [{**common, **move, "at": _at(move["on"])} for move in flow.moves]
        quants += [{**common, **quant} for quant in flow.quants()]
    for move in moves:
        move.pop("on")
    bulk.create(env, StockMove, sorted(moves, key=lambda m: str(m["at"])))
    bulk.create(env, StockQuant, quants)


def _at(on: object) -> datetime:
    assert isinstance(on, date)
    return datetime.combine(on, time(9, 30), UTC)
