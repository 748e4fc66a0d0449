"""Transfers between the company's own locations, such as from goods-in to a shelf."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated

from addons.erp_supply.actions import moving
from addons.erp_supply.models import MoveReason, StockQuant, storekeeper
from addons.erp_supply.rules.stock import Movement
from core import Ask, Env, ValidationError, _, action, where
from core.base import StorageLocation


@action(
    _("Move"),
    on=StockQuant,
    roles=[storekeeper],
    when=where(StockQuant.on_hand, "gt", 0),
    icon="arrows-exchange",
)
def move(
    env: Env,
    quants: Sequence[StockQuant],
    *,
    target_id: Annotated[int, Ask(_("To"), to=StorageLocation)],
    quantity: Annotated[
        Decimal | None, Ask(_("Quantity"), help=_("Everything that is free when left empty."))
    ] = None,
) -> None:
    """Move stock that is not promised to another location."""
    target = env.get(StorageLocation, target_id)
    if target.kind not in moving.KEPT:
        raise ValidationError(
            {"target_id": _("{location} does not hold the company's own stock.", location=target.code)}
        )
    if quantity is not None and quantity <= 0:
        raise ValidationError({"quantity": _("Move more than zero.")})
    movements = [
        Movement(quant.item_id, quant.lot_id, quant.on_hand - quant.reserved if quantity is None else quantity,
                 quant.location_id, target_id)
        for quant in quants
        if quant.location_id != target_id
    ]  # fmt: skip
    moving.post(env, movements, MoveReason.TRANSFER)
