"""Receiving: from an order to a draft receipt, from a posted receipt to stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Row, select
from sqlalchemy.orm import selectinload

from addons.erp_supply.actions import arriving, moving
from addons.erp_supply.actions.arriving import Arrival
from addons.erp_supply.actions.conversion import Measures, chunks, shown
from addons.erp_supply.actions.purchasing import company_rate
from addons.erp_supply.models import (
    OPEN,
    DocumentKind,
    MoveReason,
    OrderState,
    PostingState,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    SuppliedItem,
    Warehouse,
    purchase_workflow,
    receipt_workflow,
    storekeeper,
)
from addons.erp_supply.rules.purchasing import net_price, receivable
from addons.erp_supply.rules.stock import Movement
from core import Env, UserError, ValidationError, _, action, bulk, number, today, where
from core.base import Item, ItemType, LocationKind

RECEIPT_NUMBERS = "erp_supply.receipt"


@action(
    _("Receive goods"),
    on=PurchaseOrder,
    roles=[storekeeper],
    when=where(PurchaseOrder.state, "in", [*OPEN]) & where(PurchaseOrder.kind, "eq", DocumentKind.ORDER),
    icon="truck-delivery",
    primary=True,
)
def receive(env: Env, orders: Sequence[PurchaseOrder]) -> Sequence[Receipt]:
    """Prepare a receipt of everything that is still to come, to be corrected to what really arrived."""
    to_come = _still_to_come(env, [order.id for order in orders])
    for order in orders:
        if order.id not in to_come:
            raise UserError(_("Nothing of {order} is still to come.", order=order.label))
    places = {c: goods_in(env, c) for c in {o.company_id for o in orders if o.location_id is None}}
    ids = bulk.create(env, Receipt, [_head(env, order, places) for order in orders])
    rows = [
        {"receipt_id": receipt_id, **line}
        for receipt_id, order in zip(ids, orders, strict=True)
        for line in to_come[order.id]
    ]
    bulk.create(env, ReceiptLine, rows)
    return env.session.scalars(select(Receipt).where(Receipt.id.in_(ids)).order_by(Receipt.id)).all()


@action(
    _("Post"),
    on=Receipt,
    roles=[storekeeper],
    when=receipt_workflow.may_reach(PostingState.POSTED),
    icon="check",
    primary=True,
)
def post(env: Env, receipts: Sequence[Receipt]) -> None:
    """Put the goods into stock and count them as received on their orders."""
    arrivals = arriving.read(env, receipts)
    purchase_lines = _locked_purchase_lines(env, receipts)
    measures = Measures(env, (a.item_id for a in arrivals))
    _refuse_mismatch(arrivals, purchase_lines)
    added = _received_now(arrivals, purchase_lines, measures)
    _refuse_over_receipt(env, added, purchase_lines)
    lots = arriving.lots(env, arrivals, measures)
    costs = _unit_costs(env, purchase_lines, measures)
    sources = {
        c: moving.location_of_kind(env, LocationKind.SUPPLIER, c) for c in {a.company_id for a in arrivals}
    }
    movements = [
        Movement(
            a.item_id, lots.get(a.id), measures.stocked(a.item_id, a.quantity, a.unit_id), sources[a.company_id],
            a.location_id, unit_cost=costs.get(a.purchase_line_id or 0), receipt_id=a.receipt_id,
        )
        for a in arrivals
    ]  # fmt: skip
    moving.post(env, movements, MoveReason.RECEIPT)
    receipt_workflow.move(env, receipts, PostingState.POSTED)
    env.flush()
    count_received(env, added)
    for receipt in receipts:
        give_number(env, receipt)


@action(
    _("Cancel"),
    on=Receipt,
    roles=[storekeeper],
    when=receipt_workflow.may_reach(PostingState.CANCELLED),
    icon="ban",
)
def cancel(env: Env, receipts: Sequence[Receipt]) -> None:
    """Set a draft aside; nothing was received."""
    receipt_workflow.move(env, receipts, PostingState.CANCELLED)


def give_number(env: Env, receipt: Receipt) -> None:
    """The number of a posted receipt, of the year in which it was received."""
    number(env, receipt, "number", RECEIPT_NUMBERS, pattern="GR-{year}-{number:05}", on=receipt.received_on)


def goods_in(env: Env, company_id: int) -> int:
    """Where goods of a company arrive: the goods-in of its first warehouse."""
    found = env.session.scalar(
        select(Warehouse.receiving_id)
        .where(Warehouse.active, Warehouse.company_id == company_id)
        .order_by(Warehouse.id)
        .limit(1)
    )
    if found is None:
        raise UserError(
            _("The company has no warehouse to receive into. Create one under Supply, Warehouses.")
        )
    return found


def count_received(env: Env, added: Mapping[int, Decimal]) -> None:
    """Add to what was received of order lines (less, where it is negative), and move their orders accordingly."""
    if not added:
        return
    lines = _lines(env, added)
    measures = Measures(env, (line.item_id or 0 for line in lines))
    states = _states(env, {line.order_id for line in lines})
    rows: list[dict[str, object]] = []
    for line in lines:
        received = line.received + added[line.id]
        is_open = states[line.order_id] in (*OPEN, OrderState.RECEIVED)
        still = max(line.quantity - received, Decimal(0)) if is_open else Decimal(0)
        awaited = measures.stocked(line.item_id or 0, still, line.unit_id)
        rows.append({"id": line.id, "received": received, "awaited": awaited})
    bulk.update(env, PurchaseLine, rows)
    _update_states(env, states)


def _lines(env: Env, line_ids: Collection[int]) -> list[Row[int, int, int | None, Decimal, Decimal, int]]:
    """The order lines as they are now, of one table alone: SQLite would walk every order of the company for a join."""
    wanted = (
        PurchaseLine.id, PurchaseLine.order_id, PurchaseLine.item_id, PurchaseLine.quantity, PurchaseLine.received,
        PurchaseLine.unit_id,
    )  # fmt: skip
    return [
        line
        for chunk in chunks(line_ids)
        for line in env.session.execute(select(*wanted).where(PurchaseLine.id.in_(chunk)))
    ]


def _states(env: Env, order_ids: Collection[int]) -> dict[int, OrderState]:
    return {
        row.id: row.state
        for chunk in chunks(order_ids)
        for row in env.session.execute(
            select(PurchaseOrder.id, PurchaseOrder.state).where(PurchaseOrder.id.in_(chunk))
        )
    }


def _head(env: Env, order: PurchaseOrder, places: Mapping[int, int]) -> dict[str, object]:
    return {
        "company_id": order.company_id,
        "supplier_id": order.supplier_id,
        "order_id": order.id,
        "received_on": today(env.zone),
        "location_id": order.location_id or places[order.company_id],
    }


def _still_to_come(env: Env, order_ids: Sequence[int]) -> dict[int, list[dict[str, object]]]:
    """The rows of a draft receipt for each order that still expects something."""
    rows = env.session.execute(
        select(
            PurchaseLine.order_id, PurchaseLine.id, PurchaseLine.item_id, PurchaseLine.unit_id,
            PurchaseLine.quantity, PurchaseLine.received,
        )
        .join(Item, Item.id == PurchaseLine.item_id)
        .where(
            PurchaseLine.order_id.in_(order_ids), PurchaseLine.quantity > PurchaseLine.received,
            PurchaseLine.price >= 0, Item.type != ItemType.SERVICE,
        )
        .order_by(PurchaseLine.order_id, PurchaseLine.position, PurchaseLine.id)
    )  # fmt: skip
    found: dict[int, list[dict[str, object]]] = defaultdict(list)
    for order_id, line_id, item_id, unit_id, quantity, received in rows:
        found[order_id].append(
            {
                "purchase_line_id": line_id,
                "item_id": item_id,
                "unit_id": unit_id,
                "quantity": quantity - received,
            }
        )
    return found


def _locked_purchase_lines(env: Env, receipts: Sequence[Receipt]) -> dict[int, PurchaseLine]:
    """The order lines that are received, their orders locked first so that two receipts count one after the other."""
    named = (
        select(ReceiptLine.purchase_line_id)
        .where(ReceiptLine.receipt_id.in_([r.id for r in receipts]), ReceiptLine.purchase_line_id.is_not(None))
    )  # fmt: skip
    orders = select(PurchaseLine.order_id).where(PurchaseLine.id.in_(named))
    locked = env.session.scalars(
        select(PurchaseOrder).where(PurchaseOrder.id.in_(orders)).order_by(PurchaseOrder.id).with_for_update()
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    for order in locked:
        if order.state not in (*OPEN, OrderState.RECEIVED):
            raise UserError(
                _(
                    "{order} is {state}, so that nothing can be received for it. Nothing has changed.",
                    order=order.label,
                    state=order.state.label,
                )
            )
    found = env.session.scalars(
        select(PurchaseLine)
        .where(PurchaseLine.id.in_(named))
        .options(selectinload(PurchaseLine.order))
        .execution_options(populate_existing=True)
    )
    return {line.id: line for line in found}


def _refuse_mismatch(arrivals: Iterable[Arrival], purchase_lines: Mapping[int, PurchaseLine]) -> None:
    """A receipt counts for an order of its own supplier and company, and for the item that was ordered."""
    for arrival in arrivals:
        line = purchase_lines.get(arrival.purchase_line_id or 0)
        if line is None:
            continue
        order = line.order
        if (order.supplier_id, order.company_id) != (arrival.supplier_id, arrival.company_id):
            raise ValidationError(
                {"lines": _("{order} is an order of another supplier or company.", order=order.label)}
            )
        if line.item_id != arrival.item_id:
            raise ValidationError(
                {
                    "lines": _(
                        "Line {position} of {order} asks for another item.",
                        position=line.position,
                        order=order.label,
                    )
                }
            )


def _received_now(
    arrivals: Iterable[Arrival], purchase_lines: Mapping[int, PurchaseLine], measures: Measures
) -> dict[int, Decimal]:
    """What the receipts add to each order line, in the order line's unit."""
    added: dict[int, Decimal] = defaultdict(Decimal)
    for arrival in arrivals:
        line = purchase_lines.get(arrival.purchase_line_id or 0)
        if line is not None:
            added[line.id] += measures.between(arrival.quantity, arrival.unit_id, line.unit_id)
    return added


def _refuse_over_receipt(
    env: Env, added: Mapping[int, Decimal], purchase_lines: Mapping[int, PurchaseLine]
) -> None:
    limits: dict[int, Decimal] = {}
    for chunk in chunks({line.item_id for line in purchase_lines.values() if line.item_id}):
        rows = env.session.execute(
            select(SuppliedItem.id, SuppliedItem.over_receipt_percent).where(SuppliedItem.id.in_(chunk))
        )
        limits |= {row[0]: row[1] for row in rows}
    for line_id, quantity in added.items():
        line = purchase_lines[line_id]
        most = receivable(line.quantity, line.received, limits.get(line.item_id or 0, Decimal(0)))
        if quantity > most:
            raise ValidationError(
                {
                    "lines": _(
                        "Line {position} of {order}: {quantity} are more than the {most} that may still be received. "
                        "Nothing has been posted.",
                        position=line.position,
                        order=line.order.label,
                        quantity=shown(quantity),
                        most=shown(most),
                    )
                }
            )


def _unit_costs(
    env: Env, purchase_lines: Mapping[int, PurchaseLine], measures: Measures
) -> dict[int, Decimal | None]:
    """What one stock unit costs in the company's currency; None where no exchange rate is known."""
    rates: dict[tuple[int, int, date | None], Decimal | None] = {}
    costs: dict[int, Decimal | None] = {}
    for line in purchase_lines.values():
        order = line.order
        key = order.company_id, order.currency_id, order.ordered_on
        if key not in rates:
            rates[key] = company_rate(env, order)
        rate = rates[key]
        if rate and line.item_id in measures.items:
            price = net_price(line.price, line.discount_percent, line.price_quantity) / rate
            costs[line.id] = measures.stocked_price(line.item_id, price, line.unit_id)
    return costs


def _update_states(env: Env, order_ids: Iterable[int]) -> None:
    """Move open orders to the state that what was received of their lines implies."""
    orders = env.session.scalars(
        select(PurchaseOrder).where(
            PurchaseOrder.id.in_(set(order_ids)), PurchaseOrder.state.in_([*OPEN, OrderState.RECEIVED])
        )
    ).all()
    begun = set(
        env.session.scalars(
            select(PurchaseLine.order_id)
            .where(PurchaseLine.order_id.in_({order.id for order in orders}), PurchaseLine.received > 0)
            .distinct()
        )
    )
    for order in orders:
        target = _state(order, order.id in begun)
        if order.state is not target:
            purchase_workflow.move(env, [order], target)


def _state(order: PurchaseOrder, is_begun: bool) -> OrderState:
    if order.line_count and order.complete_count == order.line_count:
        return OrderState.RECEIVED
    return OrderState.PART_RECEIVED if is_begun else OrderState.CONFIRMED
