"""Reserving: stock promised to a demand, so that nobody else takes it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select

from addons.erp_supply.models import StockQuant, StockReservation
from addons.erp_supply.rules.stock import Available, allot
from core import Env, UserError, _, bulk, now
from core.base import Item, Lot


def reserve(env: Env, item: Item, quantity: Decimal, demand: str, location_ids: Sequence[int] = ()) -> None:
    """Promise `quantity` (in the item's unit) to `demand`, first expired first; UserError when less is free.

    Two tries: quants that nobody holds now, then all of them in order, waiting for their holders. Only the second
    may refuse, since what is held now may be given back.
    """
    for waiting in (False, True):
        quants = _candidates(env, item, location_ids, waiting=waiting)
        parts = allot(quantity, [_available(q, e) for q, e in quants.values()])
        if sum((taken for _id, taken in parts), Decimal(0)) == quantity:
            _write(env, {quant_id: quants[quant_id][0] for quant_id, _taken in parts}, dict(parts), demand)
            return
    free = sum((q.available for q, _e in quants.values()), Decimal(0))
    raise UserError(
        _("{item}: {wanted} are wanted, {free} are free. Nothing was reserved.",
          item=item.code, wanted=f"{quantity.normalize():f}", free=f"{free.normalize():f}")
    )  # fmt: skip


def release(env: Env, demand: str) -> None:
    """Give back everything that is promised to `demand`."""
    held = env.session.execute(
        select(
            StockReservation.item_id, StockReservation.location_id, StockReservation.lot_id,
            func.sum(StockReservation.quantity),
        )
        .where(StockReservation.demand == demand)
        .group_by(StockReservation.item_id, StockReservation.location_id, StockReservation.lot_id)
    ).all()  # fmt: skip
    wanted = {(i, location, lot): quantity for i, location, lot, quantity in held if quantity}
    if not wanted:
        return
    quants = env.session.scalars(
        select(StockQuant)
        .where(
            StockQuant.item_id.in_({k[0] for k in wanted}), StockQuant.location_id.in_({k[1] for k in wanted})
        )
        .order_by(StockQuant.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {q.id: q for q in quants if (q.item_id, q.location_id, q.lot_id) in wanted}
    _write(env, found, {i: -wanted[q.item_id, q.location_id, q.lot_id] for i, q in found.items()}, demand)


def _candidates(
    env: Env, item: Item, location_ids: Sequence[int], *, waiting: bool
) -> dict[int, tuple[StockQuant, object]]:
    statement = (
        select(StockQuant, Lot.expires_on)
        .outerjoin(Lot, Lot.id == StockQuant.lot_id)
        .where(StockQuant.item_id == item.id, StockQuant.on_hand > StockQuant.reserved)
        .order_by(StockQuant.id)
        .with_for_update(of=StockQuant, skip_locked=not waiting)
        .execution_options(populate_existing=True)
    )
    if location_ids:
        statement = statement.where(StockQuant.location_id.in_(location_ids))
    return {quant.id: (quant, expires_on) for quant, expires_on in env.session.execute(statement)}


def _available(quant: StockQuant, expires_on: object) -> Available:
    return Available(quant.id, quant.available, expires_on)  # type: ignore[arg-type]  # a date or None


def _write(env: Env, quants: dict[int, StockQuant], taken: dict[int, Decimal], demand: str) -> None:
    at = now()
    rows = [
        {
            "at": at,
            "item_id": quants[i].item_id,
            "location_id": quants[i].location_id,
            "lot_id": quants[i].lot_id,
            "quantity": quantity,
            "unit_id": quants[i].unit_id,
            "demand": demand,
        }
        for i, quantity in taken.items()
    ]
    bulk.update(env, StockQuant, [{"id": i, "reserved": quants[i].reserved + q} for i, q in taken.items()])
    bulk.create(env, StockReservation, rows)
