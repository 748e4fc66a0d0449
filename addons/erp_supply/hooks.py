"""What purchasing and the store listen to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from addons.erp_supply.actions.purchasing import ORDER_NUMBERS, ORDER_PATTERN
from addons.erp_supply.models import PurchaseOrder
from core import Env, Model, hookimpl, number


@hookimpl
def records_created(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """A purchase order gets its number however it was made: by form, import, API or action."""
    if model is not PurchaseOrder:
        return
    unnumbered = select(PurchaseOrder).where(PurchaseOrder.id.in_(ids), PurchaseOrder.number.is_(None))
    for order in env.session.scalars(unnumbered):
        number(env, order, "number", ORDER_NUMBERS, pattern=ORDER_PATTERN, on=order.ordered_on)
