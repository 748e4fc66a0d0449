"""What purchasing and the store listen to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select

from addons.erp_supply.actions.conversion import chunks
from addons.erp_supply.actions.purchasing import ORDER_NUMBERS, ORDER_PATTERN
from addons.erp_supply.models import PurchaseOrder, StockMove, StockQuant, SupplierPrice, SupplyingParty
from addons.erp_supply.models.lookup import forget_items
from core import Env, Model, UserError, _, hookimpl, number
from core.base import Item, StorageLocation

if TYPE_CHECKING:
    from click import Command


@hookimpl
def collect_commands() -> Sequence[Command]:
    """`dovetail import ubl`."""
    from addons.erp_supply.command import group  # noqa: PLC0415 -- no business of the server

    return [group]


@hookimpl
def records_created(env: Env, model: type[Model], ids: Sequence[int]) -> None:
    """A purchase order gets its number however it was made: by form, import, API or action.

    Whoever gets a price is a supplier.
    """
    if model is Item:
        forget_items(env.session)
    if model is SupplierPrice:
        _mark_suppliers(env, ids)
    if model is not PurchaseOrder:
        return
    for chunk in chunks(ids):
        unnumbered = select(PurchaseOrder).where(PurchaseOrder.id.in_(chunk), PurchaseOrder.number.is_(None))
        for order in env.session.scalars(unnumbered):
            number(env, order, "number", ORDER_NUMBERS, pattern=ORDER_PATTERN, on=order.ordered_on)


@hookimpl
def records_changed(env: Env, model: type[Model], ids: Sequence[int], fields: frozenset[str]) -> None:
    """What stock is counted in and where it counts stays as it is while there is stock."""
    if model is Item and fields & {"unit_id", "tracking", "type"}:
        forget_items(env.session)
        _refuse_item_in_stock(env, ids, fields)
    if model is StorageLocation and fields & {"kind", "company_id"}:
        _refuse_moved_location(env, ids)


def _mark_suppliers(env: Env, ids: Sequence[int]) -> None:
    with env.as_system() as system:
        for chunk in chunks(ids):
            priced = select(SupplierPrice.party_id).where(SupplierPrice.id.in_(chunk))
            unmarked = select(SupplyingParty).where(
                SupplyingParty.id.in_(priced), SupplyingParty.supplies.is_(False)
            )
            for party in system.session.scalars(unmarked):
                party.supplies = True


def _refuse_item_in_stock(env: Env, ids: Sequence[int], fields: frozenset[str]) -> None:
    """The unit holds for the moves of the past too; tracking and type only for what is there now."""
    with env.as_system() as system:
        for chunk in chunks(ids):
            held = select(StockQuant.item_id).where(StockQuant.item_id.in_(chunk), StockQuant.on_hand > 0)
            moved = select(StockMove.item_id).where(StockMove.item_id.in_(chunk))
            found = system.session.scalar((moved if "unit_id" in fields else held).limit(1))
            if found is not None:
                raise UserError(
                    _(
                        "{item} has stock or moved before, so that its unit, tracking and type stay. "
                        "Nothing has changed. Make a new item for the new unit.",
                        item=system.get(Item, found).code,
                    )
                )


def _refuse_moved_location(env: Env, ids: Sequence[int]) -> None:
    with env.as_system() as system:
        for chunk in chunks(ids):
            found = system.session.scalar(
                select(StockMove.target_id)
                .where(StockMove.target_id.in_(chunk) | StockMove.source_id.in_(chunk))
                .limit(1)
            )
            if found is not None:
                raise UserError(
                    _(
                        "Stock has moved through this location, so that its kind stays. Nothing has changed. "
                        "Make a new location."
                    )
                )
