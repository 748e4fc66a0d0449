"""Spares and consumables used at equipment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from sqlalchemy import func, select

from addons.mes_equipment.actions.floor import ADDON, MONITORED, require_reason, watched
from addons.mes_equipment.actions.repeating import unrepeated
from addons.mes_equipment.actions.saying import past
from addons.mes_equipment.models import MaterialUse, Reason, ReasonUse, operator
from core import Ask, Env, ValidationError, _, action, bulk, now, where
from core.base import Item, Lot, Tracking, WorkCenter


@dataclass(frozen=True, slots=True)
class Use:
    """A quantity of an item, in the item's unit, to be entered; negative when it is put back."""

    equipment_id: int
    at: datetime
    item_id: int
    quantity: Decimal
    lot_id: int | None = None
    reason_id: int | None = None
    order_code: str | None = None
    person_id: int | None = None
    idempotency_key: str | None = None
    returns_id: int | None = None


def use(env: Env, uses: Sequence[Use]) -> list[int]:
    """Enter uses and return the ids of those that are new; a key that is known already is entered no second time.

    Raises UserError when a known key comes with other contents. They act with this addon's rights.
    """
    with env.acting_as(ADDON):
        found = watched(env, {each.equipment_id for each in uses})
        new = unrepeated(env, MaterialUse, uses, ("equipment_id", "item_id", "quantity"))
        if not new:
            return []
        units = _units(env, new)
        ids = bulk.create(
            env,
            MaterialUse,
            [
                {
                    "company_id": found[each.equipment_id].company_id,
                    "equipment_id": each.equipment_id,
                    "at": each.at,
                    "item_id": each.item_id,
                    "lot_id": each.lot_id,
                    "quantity": each.quantity,
                    "unit_id": units[each.item_id],
                    "reason_id": each.reason_id,
                    "order_code": each.order_code,
                    "person_id": each.person_id,
                    "idempotency_key": each.idempotency_key,
                    "returns_id": each.returns_id,
                }
                for each in new
            ],
        )
        env.hook.material_used(env=env, ids=ids)
    return ids


@action(
    _("Report use"),
    on=WorkCenter,
    roles=[operator],
    when=MONITORED,
    icon="tool",
    bulk=False,
)
def report_use(  # noqa: PLR0913 -- each is a field of the dialog
    env: Env,
    equipment: Sequence[WorkCenter],
    *,
    item_id: Annotated[int, Ask(_("Item"), to=Item)],
    quantity: Annotated[Decimal, Ask(_("Quantity"), help=_("In the item's unit."))],
    lot_id: Annotated[int | None, Ask(_("Lot"), to=Lot)] = None,
    reason_id: Annotated[int | None, Ask(_("Reason"), to=Reason)] = None,
    order_code: Annotated[str | None, Ask(_("Work order"))] = None,
    minutes_ago: Annotated[Decimal | None, Ask(_("Minutes ago"), help=_("Now, when left empty."))] = None,
    key: Annotated[str | None, Ask(_("Idempotency key"), help=_("Sent twice, it counts once."))] = None,
) -> None:
    """A spare or consumable that was used here, such as a filter, an insert or coolant."""
    if quantity <= 0:
        raise ValidationError({"quantity": _("Use more than zero; what comes back is put back.")})
    _require_lot(env, item_id, lot_id)
    require_reason(env, reason_id, ReasonUse.MATERIAL)
    at = past(minutes_ago)
    use(
        env,
        [
            Use(each.id, at, item_id, quantity, lot_id, reason_id, order_code, env.principal.person_id, key)
            for each in equipment
        ],
    )


@action(
    _("Put back"),
    on=MaterialUse,
    roles=[operator],
    when=where(MaterialUse.quantity, "gt", 0),
    icon="arrow-back-up",
    bulk=False,
)
def put_back(
    env: Env,
    uses: Sequence[MaterialUse],
    *,
    quantity: Annotated[Decimal | None, Ask(_("Quantity"), help=_("Everything when left empty."))] = None,
) -> None:
    """What was reported was not used after all, or less of it."""
    back = []
    for each in uses:
        left = each.quantity + _returned(env, each.id)
        amount = left if quantity is None else quantity
        if not 0 < amount <= left:
            raise ValidationError(
                {"quantity": _("At most {left} can be put back. Nothing has changed.", left=left.normalize())}
            )
        back.append(
            Use(
                each.equipment_id, now(), each.item_id, -amount, each.lot_id, each.reason_id, each.order_code,
                env.principal.person_id, returns_id=each.id,
            )
        )  # fmt: skip
    use(env, back)


def _returned(env: Env, use_id: int) -> Decimal:
    """What was put back of a use before: negative."""
    total = env.session.scalar(select(func.sum(MaterialUse.quantity)).where(MaterialUse.returns_id == use_id))
    return total or Decimal(0)


def _require_lot(env: Env, item_id: int, lot_id: int | None) -> None:
    item = env.get(Item, item_id)
    if lot_id is not None and env.get(Lot, lot_id).item_id != item_id:
        raise ValidationError({"lot_id": _("This lot is of another item.")})
    if item.tracking is not Tracking.NONE and lot_id is None:
        raise ValidationError({"lot_id": _("{item} is told apart by lot: say which.", item=item.code)})


def _units(env: Env, uses: Sequence[Use]) -> dict[int, int]:
    asked = select(Item.id, Item.unit_id).where(Item.id.in_({each.item_id for each in uses}))
    return {row[0]: row[1] for row in env.session.execute(asked)}
