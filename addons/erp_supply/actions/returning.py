"""Returns to suppliers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from addons.erp_supply.actions import moving
from addons.erp_supply.actions.conversion import Measures
from addons.erp_supply.actions.receiving import count_received
from addons.erp_supply.models import (
    MoveReason,
    PostingState,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    ReceiptLine,
    StockMove,
    SupplierReturn,
    SupplierReturnLine,
    return_workflow,
    storekeeper,
)
from addons.erp_supply.rules.stock import Movement
from core import Ask, Env, ValidationError, _, action, bulk, number, today, where
from core.base import LocationKind, Lot

RETURN_NUMBERS = "erp_supply.supplier_return"


@dataclass(frozen=True, slots=True)
class _Leaving:
    """A line of a return, with the company of its document."""

    document_id: int
    item_id: int
    lot_id: int | None
    location_id: int
    quantity: Decimal
    unit_id: int
    purchase_line_id: int | None
    company_id: int
    supplier_id: int


@action(
    _("Return goods"),
    on=Receipt,
    roles=[storekeeper],
    when=where(Receipt.state, "eq", PostingState.POSTED),
    icon="truck-return",
)
def return_goods(
    env: Env, receipts: Sequence[Receipt], *, reason: Annotated[str, Ask(_("Reason"))]
) -> Sequence[SupplierReturn]:
    """Prepare a return of what came with the receipt, to be corrected to what really goes back."""
    ids = bulk.create(
        env,
        SupplierReturn,
        [
            {
                "company_id": receipt.company_id, "supplier_id": receipt.supplier_id, "order_id": receipt.order_id,
                "returned_on": today(env.zone), "reason": reason,
            }
            for receipt in receipts
        ],
    )  # fmt: skip
    for document_id, receipt in zip(ids, receipts, strict=True):
        bulk.create(env, SupplierReturnLine, _lines_of(env, receipt, document_id))
    return [env.get(SupplierReturn, document_id) for document_id in ids]


@action(
    _("Post"),
    on=SupplierReturn,
    roles=[storekeeper],
    when=return_workflow.may_reach(PostingState.POSTED),
    icon="check",
    primary=True,
)
def post(env: Env, returns: Sequence[SupplierReturn]) -> None:
    """Take the goods out of stock and off what was received of their orders."""
    env.flush()
    lines = _leaving(env, returns)
    measures = Measures(env, (line.item_id for line in lines))
    less = _less_received(env, lines, measures)
    targets = {
        c: moving.location_of_kind(env, LocationKind.SUPPLIER, c) for c in {line.company_id for line in lines}
    }
    movements = [
        Movement(
            line.item_id, line.lot_id, measures.stocked(line.item_id, line.quantity, line.unit_id),
            line.location_id, targets[line.company_id], supplier_return_id=line.document_id,
        )
        for line in lines
    ]  # fmt: skip
    moving.post(env, movements, MoveReason.SUPPLIER_RETURN)
    return_workflow.move(env, returns, PostingState.POSTED)
    env.flush()
    count_received(env, less)
    for document in returns:
        number(
            env, document, "number", RETURN_NUMBERS, pattern="RS-{year}-{number:04}", on=document.returned_on
        )


@action(
    _("Cancel"),
    on=SupplierReturn,
    roles=[storekeeper],
    when=return_workflow.may_reach(PostingState.CANCELLED),
    icon="ban",
)
def cancel(env: Env, returns: Sequence[SupplierReturn]) -> None:
    """Set a draft aside; nothing goes back."""
    return_workflow.move(env, returns, PostingState.CANCELLED)


def _lines_of(env: Env, receipt: Receipt, document_id: int) -> list[dict[str, object]]:
    lots = {
        (row[0], row[1]): row[2]
        for row in env.session.execute(
            select(Lot.item_id, Lot.number, Lot.id)
            .join(StockMove, StockMove.lot_id == Lot.id)
            .where(StockMove.receipt_id == receipt.id)
        )
    }
    return [
        {
            "document_id": document_id, "purchase_line_id": line.purchase_line_id, "item_id": line.item_id,
            "lot_id": lots.get((line.item_id, line.lot_number)), "location_id": receipt.location_id,
            "quantity": line.quantity, "unit_id": line.unit_id,
        }
        for line in env.session.execute(
            select(
                ReceiptLine.purchase_line_id, ReceiptLine.item_id, ReceiptLine.lot_number, ReceiptLine.quantity,
                ReceiptLine.unit_id,
            ).where(ReceiptLine.receipt_id == receipt.id, ReceiptLine.quantity > 0)
        )
    ]  # fmt: skip


def _leaving(env: Env, returns: Sequence[SupplierReturn]) -> list[_Leaving]:
    rows = env.session.execute(
        select(
            SupplierReturnLine.document_id, SupplierReturnLine.item_id, SupplierReturnLine.lot_id,
            SupplierReturnLine.location_id, SupplierReturnLine.quantity, SupplierReturnLine.unit_id,
            SupplierReturnLine.purchase_line_id, SupplierReturn.company_id, SupplierReturn.supplier_id,
        )
        .join(SupplierReturn, SupplierReturn.id == SupplierReturnLine.document_id)
        .where(SupplierReturnLine.document_id.in_([r.id for r in returns]))
        .order_by(SupplierReturnLine.id)
    )  # fmt: skip
    found = [_Leaving(*row) for row in rows]
    filled = {line.document_id for line in found}
    for document in returns:
        if document.id not in filled:
            raise ValidationError({"lines": _("{document} has no lines yet.", document=document.label)})
    return found


def _less_received(env: Env, lines: Sequence[_Leaving], measures: Measures) -> dict[int, Decimal]:
    """What the returns take off each order line, as negative quantities in the order line's unit."""
    bought = _purchase_lines(env, lines)
    less: dict[int, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.purchase_line_id is None:
            continue
        purchase_line = bought[line.purchase_line_id]
        order = purchase_line.order
        if (order.supplier_id, order.company_id) != (line.supplier_id, line.company_id):
            raise ValidationError(
                {"lines": _("{order} is an order of another supplier or company.", order=order.label)}
            )
        less[line.purchase_line_id] -= measures.between(line.quantity, line.unit_id, purchase_line.unit_id)
    _refuse_more_than_received(less, bought)
    return less


def _purchase_lines(env: Env, lines: Sequence[_Leaving]) -> dict[int, PurchaseLine]:
    """The order lines concerned, their orders locked first."""
    ids = {line.purchase_line_id for line in lines if line.purchase_line_id}
    orders = select(PurchaseLine.order_id).where(PurchaseLine.id.in_(ids))
    env.session.scalars(
        select(PurchaseOrder).where(PurchaseOrder.id.in_(orders)).order_by(PurchaseOrder.id).with_for_update()
        .execution_options(populate_existing=True)
    ).all()  # fmt: skip
    found = env.session.scalars(
        select(PurchaseLine)
        .where(PurchaseLine.id.in_(ids))
        .options(selectinload(PurchaseLine.order))
        .execution_options(populate_existing=True)
    )
    return {line.id: line for line in found}


def _refuse_more_than_received(less: Mapping[int, Decimal], bought: Mapping[int, PurchaseLine]) -> None:
    for line_id, quantity in less.items():
        line = bought[line_id]
        if -quantity > line.received:
            raise ValidationError(
                {
                    "lines": _(
                        "More of line {position} of {order} goes back than was received. Nothing has been posted.",
                        position=line.position,
                        order=line.order.label,
                    )
                }
            )
