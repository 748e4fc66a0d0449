"""Returns to suppliers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from addons.erp_supply.actions import moving
from addons.erp_supply.actions.conversion import in_item_unit, in_unit
from addons.erp_supply.actions.receiving import supplier_location, update_states
from addons.erp_supply.models import (
    MoveReason,
    PostingState,
    PurchaseLine,
    SupplierReturn,
    SupplierReturnLine,
    return_workflow,
    storekeeper,
)
from addons.erp_supply.rules.stock import Movement
from core import Env, ValidationError, _, action, bulk, number

RETURN_NUMBERS = "erp_supply.supplier_return"


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
    lines = [line for document in returns for line in document.lines]
    for document in returns:
        if not document.lines:
            raise ValidationError({"lines": _("{document} has no lines yet.", document=document.label)})
    target = supplier_location(env)
    moving.post(
        env,
        [
            Movement(
                line.item_id, line.lot_id, in_item_unit(line), line.location_id, target,
                supplier_return_id=line.document_id,
            )
            for line in lines
        ],
        MoveReason.SUPPLIER_RETURN,
    )  # fmt: skip
    _count_as_returned(env, lines)
    return_workflow.move(env, returns, PostingState.POSTED)
    for document in returns:
        number(env, document, "number", RETURN_NUMBERS, pattern="RS-{year}-{number:04}")


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


def _count_as_returned(env: Env, lines: Sequence[SupplierReturnLine]) -> None:
    less: dict[int, Decimal] = defaultdict(Decimal)
    purchase_lines: dict[int, PurchaseLine] = {}
    for line in lines:
        if line.purchase_line is not None:
            purchase_lines[line.purchase_line.id] = line.purchase_line
            less[line.purchase_line.id] += in_unit(line, line.purchase_line.unit)
    for line_id, quantity in less.items():
        if quantity > purchase_lines[line_id].received:
            raise ValidationError(
                {
                    "lines": _(
                        "More of line {no} goes back than was received.", no=purchase_lines[line_id].position
                    )
                }
            )
    if less:
        rows = [{"id": i, "received": purchase_lines[i].received - quantity} for i, quantity in less.items()]
        bulk.update(env, PurchaseLine, rows)
        update_states(env, {line.order_id for line in purchase_lines.values()})
