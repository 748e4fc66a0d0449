"""What there will be of items: on hand less promised plus ordered, and ordering what falls short."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import func, select

from addons.erp_supply.actions import purchasing
from addons.erp_supply.actions.conversion import chunks
from addons.erp_supply.models import PurchaseLine, PurchaseOrder, StockQuant, SuppliedItem, buyer
from addons.erp_supply.rules import stock
from core import Env, UserError, _, action, today, where
from core.base import Item, Party


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a company has of an item and what it will have, in the item's unit."""

    on_hand: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    incoming: Decimal = Decimal(0)

    @property
    def quantity(self) -> Decimal:
        """Free once everything ordered has come and everything promised has gone."""
        return stock.forecast(self.on_hand, self.reserved, self.incoming)


@dataclass(frozen=True, slots=True)
class Shortage:
    """An item whose forecast lies below its reorder point."""

    item_id: int
    forecast: Forecast
    reorder_point: Decimal
    proposal: Decimal
    supplier_id: int | None


@action(
    _("Order what is short"),
    on=Item,
    roles=[buyer],
    when=where(Item.active, "eq", True),
    icon="shopping-cart",
)
def order_short(env: Env, items: Sequence[Item]) -> Sequence[PurchaseOrder]:
    """Draft an order for each preferred supplier of items whose forecast lies below the reorder point."""
    if env.company_id is None:
        raise UserError(_("Choose the company to order for. Nothing has changed."))
    short = [s for s in shortages(env, env.company_id, [item.id for item in items]) if s.supplier_id]
    if not short:
        raise UserError(_("Nothing is below its reorder point, or what is has no preferred supplier."))
    by_supplier: dict[int, list[Shortage]] = defaultdict(list)
    for shortage in short:
        by_supplier[shortage.supplier_id or 0].append(shortage)
    return [_draft(env, supplier_id, wanted) for supplier_id, wanted in by_supplier.items()]


def forecasts(env: Env, company_id: int, item_ids: Collection[int]) -> dict[int, Forecast]:
    """The forecast of each item."""
    found: dict[int, Forecast] = {}
    for chunk in chunks(set(item_ids)):
        kept = env.session.execute(
            select(StockQuant.item_id, func.sum(StockQuant.on_hand), func.sum(StockQuant.reserved))
            .where(StockQuant.item_id.in_(chunk), StockQuant.company_id == company_id)
            .group_by(StockQuant.item_id)
        )
        incoming = _incoming(env, company_id, chunk)
        for item_id, on_hand, reserved in kept:
            found[item_id] = Forecast(on_hand, reserved, incoming.pop(item_id, Decimal(0)))
        found |= {item_id: Forecast(incoming=quantity) for item_id, quantity in incoming.items()}
        found |= {item_id: Forecast() for item_id in chunk if item_id not in found}
    return found


def shortages(env: Env, company_id: int, item_ids: Collection[int] | None = None) -> list[Shortage]:
    """The purchased items whose forecast lies below their reorder point, of all or of `item_ids`."""
    asked = (
        select(Item.id, SuppliedItem.reorder_point, SuppliedItem.order_quantity, SuppliedItem.supplier_id)
        .join(SuppliedItem, SuppliedItem.id == Item.id)
        .where(SuppliedItem.purchased, SuppliedItem.reorder_point > 0, Item.active)
        .order_by(Item.code)
    )
    rows = env.session.execute(asked).all()
    chosen = [row for row in rows if item_ids is None or row[0] in set(item_ids)]
    known = forecasts(env, company_id, [row[0] for row in chosen])
    found = []
    for item_id, reorder_point, order_quantity, supplier_id in chosen:
        proposal = stock.order_proposal(known[item_id].quantity, reorder_point, order_quantity)
        if proposal:
            found.append(Shortage(item_id, known[item_id], reorder_point, proposal, supplier_id))
    return found


def _incoming(env: Env, company_id: int, item_ids: Sequence[int]) -> dict[int, Decimal]:
    rows = env.session.execute(
        select(PurchaseLine.item_id, func.sum(PurchaseLine.awaited))
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseLine.order_id)
        .where(
            PurchaseLine.item_id.in_(item_ids), PurchaseLine.awaited > 0, PurchaseOrder.company_id == company_id
        )
        .group_by(PurchaseLine.item_id)
    )  # fmt: skip
    return {item_id: quantity for item_id, quantity in rows if item_id is not None}


def _draft(env: Env, supplier_id: int, wanted: Sequence[Shortage]) -> PurchaseOrder:
    order = PurchaseOrder(
        company_id=env.company_id, supplier_id=supplier_id, supplier=env.get(Party, supplier_id),
        buyer_id=env.user_id, ordered_on=today(env.zone),
    )  # fmt: skip
    purchasing.complete_order(env, order)
    for position, shortage in enumerate(wanted, start=1):
        line = PurchaseLine(
            position=position * 10, item_id=shortage.item_id, quantity=shortage.proposal, price=Decimal(0)
        )
        order.lines.append(line)
        purchasing.complete_line(env, line)
    days = max(purchasing.lead_days(env, line) for line in order.lines)
    order.promised_on = today(env.zone) + timedelta(days=days)
    env.add(order)
    env.flush()
    return order
