"""Issues: material that leaves the store because it was used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from addons.erp_supply.actions import moving
from addons.erp_supply.actions.conversion import Measures, Stocked
from addons.erp_supply.models import MoveReason
from addons.erp_supply.rules.stock import Movement
from core import Env, UserError, _
from core.base import ItemType, LocationKind, Tracking


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What was taken from where, in the unit in which it was counted; negative when it was put back there."""

    item_id: int
    lot_id: int | None
    quantity: Decimal
    unit_id: int
    location_id: int


def issue(env: Env, company_id: int, withdrawals: Sequence[Withdrawal]) -> list[int]:
    """Take material of a company out of stock, all or nothing; the ids of the moves, in the order of what was taken.

    Raises UserError when a location is closed or has too little, or when a lot is missing.
    """
    measures = Measures(env, (taken.item_id for taken in withdrawals))
    used = moving.location_of_kind(env, LocationKind.PRODUCTION, company_id)
    for taken in withdrawals:
        _refuse_problem(taken, measures.items[taken.item_id])
    return moving.post(env, [_movement(taken, measures, used) for taken in withdrawals], MoveReason.ISSUE)


def _movement(taken: Withdrawal, measures: Measures, used: int) -> Movement:
    quantity = measures.stocked(taken.item_id, taken.quantity, taken.unit_id)
    source, target = (taken.location_id, used) if quantity > 0 else (used, taken.location_id)
    return Movement(taken.item_id, taken.lot_id, abs(quantity), source, target)


def _refuse_problem(taken: Withdrawal, item: Stocked) -> None:
    if item.type is ItemType.SERVICE:
        raise UserError(_("{item} is a service and is not kept in stock. Nothing has moved.", item=item.code))
    if item.tracking is not Tracking.NONE and taken.lot_id is None:
        raise UserError(
            _("{item} is kept by lot: say of which lot it was taken. Nothing has moved.", item=item.code)
        )
    if not taken.quantity:
        raise UserError(_("Nothing of {item} was taken. Nothing has moved.", item=item.code))
