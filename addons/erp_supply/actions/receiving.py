"""Receiving: from an order to a draft receipt, from a posted receipt to stock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import select

from addons.erp_supply.actions import moving
from addons.erp_supply.actions.conversion import in_item_unit, in_unit
from addons.erp_supply.models import (
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
from addons.erp_supply.rules.purchasing import receivable
from addons.erp_supply.rules.stock import Movement
from core import Env, UserError, ValidationError, _, action, bulk, number, today, where
from core.base import Item, ItemType, LocationKind, Lot, StorageLocation, Tracking

RECEIPT_NUMBERS = "erp_supply.receipt"


@action(
    _("Receive goods"),
    on=PurchaseOrder,
    roles=[storekeeper],
    when=where(PurchaseOrder.state, "in", [OrderState.SENT, OrderState.CONFIRMED, OrderState.PART_RECEIVED])
    & where(PurchaseOrder.kind, "eq", DocumentKind.ORDER),
    icon="truck-delivery",
    primary=True,
)
def receive(env: Env, orders: Sequence[PurchaseOrder]) -> Sequence[Receipt]:
    """Prepare a receipt of everything that is still to come, to be corrected to what really arrived."""
    return [_draft(env, order) for order in orders]


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
    lines = [line for receipt in receipts for line in receipt.lines if line.quantity]
    _refuse_empty(receipts)
    purchase_lines = _locked_purchase_lines(env, lines)
    _refuse_over_receipt(env, lines, purchase_lines)
    lots = _lots(env, lines)
    source = supplier_location(env)
    movements = [
        Movement(
            line.item_id, lots.get(line.id), in_item_unit(line), source, line.receipt.location_id,
            receipt_id=line.receipt_id,
        )
        for line in lines
    ]  # fmt: skip
    moving.post(env, movements, MoveReason.RECEIPT)
    _count_as_received(env, lines, purchase_lines)
    receipt_workflow.move(env, receipts, PostingState.POSTED)
    for receipt in receipts:
        number(env, receipt, "number", RECEIPT_NUMBERS, pattern="GR-{year}-{number:05}")


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


def _draft(env: Env, order: PurchaseOrder) -> Receipt:
    open_lines = [line for line in order.lines if _is_stocked(line) and line.quantity > line.received]
    if not open_lines:
        raise UserError(_("Nothing of {order} is still to come.", order=order.label))
    receipt = Receipt(
        company_id=order.company_id,
        supplier_id=order.supplier_id,
        order_id=order.id,
        received_on=today(env.zone),
        location_id=order.location_id or default_location(env),
        lines=[_draft_line(line) for line in open_lines],
    )
    env.add(receipt)
    env.flush()
    return receipt


def _is_stocked(line: PurchaseLine) -> bool:
    return line.item is not None and line.item.type is not ItemType.SERVICE


def _draft_line(line: PurchaseLine) -> ReceiptLine:
    return ReceiptLine(
        purchase_line_id=line.id,
        item_id=line.item_id,
        quantity=line.quantity - line.received,
        unit_id=line.unit_id,
    )


def default_location(env: Env) -> int:
    """Where goods of the person's company arrive: the goods-in of its first warehouse."""
    found = env.session.scalar(
        select(Warehouse.receiving_id)
        .where(Warehouse.active, Warehouse.company_id == env.company_id)
        .order_by(Warehouse.id)
    )
    if found is None:
        raise UserError(
            _("Your company has no warehouse to receive into. Create one under Supply, Warehouses.")
        )
    return found


def _refuse_empty(receipts: Sequence[Receipt]) -> None:
    for receipt in receipts:
        if not any(line.quantity for line in receipt.lines):
            raise ValidationError(
                {"lines": _("{receipt} has no line with a quantity.", receipt=receipt.label)}
            )


def _locked_purchase_lines(env: Env, lines: Iterable[ReceiptLine]) -> dict[int, PurchaseLine]:
    """The order lines that are received, their orders locked first so that two receipts count one after the other."""
    ids = {line.purchase_line_id for line in lines if line.purchase_line_id}
    if not ids:
        return {}
    orders = select(PurchaseLine.order_id).where(PurchaseLine.id.in_(ids))
    env.session.scalars(
        select(PurchaseOrder).where(PurchaseOrder.id.in_(orders)).order_by(PurchaseOrder.id).with_for_update()
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    found = env.session.scalars(
        select(PurchaseLine).where(PurchaseLine.id.in_(ids)).execution_options(populate_existing=True)
    )
    return {line.id: line for line in found}


def _received_now(
    lines: Iterable[ReceiptLine], purchase_lines: dict[int, PurchaseLine]
) -> dict[int, Decimal]:
    """What the receipts add to each order line, in the order line's unit."""
    added: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.purchase_line_id in purchase_lines:
            added[line.purchase_line_id] += in_unit(line, purchase_lines[line.purchase_line_id].unit)
    return added


def _refuse_over_receipt(
    env: Env, lines: Sequence[ReceiptLine], purchase_lines: dict[int, PurchaseLine]
) -> None:
    items = {line.item_id for line in purchase_lines.values() if line.item_id}
    limits = dict(
        env.session.execute(
            select(SuppliedItem.id, SuppliedItem.over_receipt_percent).where(SuppliedItem.id.in_(items))
        ).all()
    )
    for line_id, quantity in _received_now(lines, purchase_lines).items():
        line = purchase_lines[line_id]
        over_percent = limits.get(line.item_id, Decimal(0)) if line.item_id else Decimal(0)
        most = receivable(line.quantity, line.received, over_percent)
        if quantity > most:
            raise ValidationError(
                {
                    "lines": _(
                        "Line {position} of {order}: {quantity} are more than the {most} that may still be received.",
                        position=line.position,
                        order=line.order.label,
                        quantity=f"{quantity.normalize():f}",
                        most=f"{most.normalize():f}",
                    )
                }
            )


def _lots(env: Env, lines: Sequence[ReceiptLine]) -> dict[int, int]:
    """The lot of each receipt line that has one; a number that does not exist yet makes a new lot."""
    items = {
        i.id: i
        for i in env.session.scalars(select(Item).where(Item.id.in_({line.item_id for line in lines})))
    }
    wanted: dict[tuple[int, str], ReceiptLine] = {}
    for line in lines:
        _refuse_lot_problem(line, items[line.item_id])
        if line.lot_number:
            wanted.setdefault((line.item_id, line.lot_number), line)
    if not wanted:
        return {}
    known = _known_lots(env, wanted)
    missing = [(key, line) for key, line in wanted.items() if key not in known]
    rows = [
        {"item_id": key[0], "number": key[1], "origin": line.supplier_lot, "expires_on": line.expires_on}
        for key, line in missing
    ]
    known |= dict(zip((key for key, _line in missing), bulk.create(env, Lot, rows), strict=True))
    return {line.id: known[line.item_id, line.lot_number] for line in lines if line.lot_number}


def _known_lots(env: Env, wanted: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
    keys = list(wanted)
    rows = env.session.execute(
        select(Lot.item_id, Lot.number, Lot.id).where(
            Lot.item_id.in_({k[0] for k in keys}), Lot.number.in_({k[1] for k in keys})
        )
    )
    return {(item_id, lot_number): lot_id for item_id, lot_number, lot_id in rows}


def _refuse_lot_problem(line: ReceiptLine, item: Item) -> None:
    if item.tracking is not Tracking.NONE and not line.lot_number:
        raise ValidationError(
            {"lines": _("{item} is kept by lot: give the lot of every line.", item=item.code)}
        )
    if item.tracking is Tracking.NONE and line.lot_number:
        raise ValidationError({"lines": _("{item} is not kept by lot: leave the lot empty.", item=item.code)})
    if item.tracking is Tracking.SERIAL and in_item_unit(line) != 1:
        raise ValidationError(
            {"lines": _("{item} has serial numbers: one line and one piece each.", item=item.code)}
        )


def supplier_location(env: Env) -> int:
    """The location outside from which receipts come."""
    found = env.session.scalar(
        select(StorageLocation.id)
        .where(StorageLocation.kind == LocationKind.SUPPLIER, StorageLocation.company_id == env.company_id)
        .order_by(StorageLocation.id)
    )
    if found is None:
        raise UserError(
            _("Your company has no location of kind Supplier. Create one under Storage locations.")
        )
    return found


def _count_as_received(
    env: Env, lines: Sequence[ReceiptLine], purchase_lines: dict[int, PurchaseLine]
) -> None:
    added = _received_now(lines, purchase_lines)
    if not added:
        return
    rows = [
        {"id": line_id, "received": purchase_lines[line_id].received + more}
        for line_id, more in added.items()
    ]
    bulk.update(env, PurchaseLine, rows)
    order_ids = {line.order_id for line in purchase_lines.values()}
    update_states(env, order_ids)


def update_states(env: Env, order_ids: Iterable[int]) -> None:
    """Move orders to the state that what was received of their lines implies."""
    rows = env.session.execute(
        select(PurchaseLine.order_id, PurchaseLine.quantity, PurchaseLine.received, Item.type)
        .join(Item, Item.id == PurchaseLine.item_id)
        .where(PurchaseLine.order_id.in_(set(order_ids)))
    )
    complete: dict[int, bool] = {}
    begun: dict[int, bool] = {}
    for order_id, ordered, received, kind in rows:
        if kind is not ItemType.SERVICE:
            complete[order_id] = complete.get(order_id, True) and received >= ordered
            begun[order_id] = begun.get(order_id, False) or received > 0
    for order in env.session.scalars(select(PurchaseOrder).where(PurchaseOrder.id.in_(list(complete)))):
        target = _state(complete[order.id], begun[order.id])
        if order.state is not target:
            purchase_workflow.move(env, [order], target)


def _state(is_complete: bool, is_begun: bool) -> OrderState:
    if is_complete:
        return OrderState.RECEIVED
    return OrderState.PART_RECEIVED if is_begun else OrderState.CONFIRMED
