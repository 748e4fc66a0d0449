"""Reserving: stock promised to a demand, so that nobody else takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from sqlalchemy import Select, func, select

from addons.erp_supply.actions.conversion import shown
from addons.erp_supply.actions.moving import ADDON
from addons.erp_supply.models import StockQuant, StockReservation, storekeeper
from addons.erp_supply.rules.stock import Available, allot
from core import Ask, Env, UserError, ValidationError, _, action, bulk, now, today, where
from core.base import Item, Lot


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A quant that may be promised, as it was locked."""

    id: int
    company_id: int
    item_id: int
    location_id: int
    lot_id: int | None
    unit_id: int
    on_hand: Decimal
    reserved: Decimal
    expires_on: date | None = None

    @property
    def available(self) -> Available:
        return Available(self.id, self.on_hand - self.reserved, self.expires_on)


@action(
    _("Reserve"),
    on=StockQuant,
    roles=[storekeeper],
    when=where(StockQuant.on_hand, "gt", 0),
    icon="lock",
    bulk=False,
)
def reserve(
    env: Env,
    quants: Sequence[StockQuant],
    *,
    quantity: Annotated[Decimal, Ask(_("Quantity"))],
    demand: Annotated[str, Ask(_("For"))],
) -> None:
    """Promise some of this stock to a demand, such as a work order."""
    for quant in quants:
        promise(env, quant.item, quantity, demand, company_id=quant.company_id, quant_ids=[quant.id])


@action(_("Release"), on=StockReservation, roles=[storekeeper], icon="lock-open")
def release(env: Env, reservations: Sequence[StockReservation]) -> None:
    """Give back everything that is promised to the demand of these reservations."""
    for company_id, demand in sorted({(r.company_id, r.demand) for r in reservations}):
        give_back(env, demand, company_id=company_id)


def promise(
    env: Env,
    item: Item,
    quantity: Decimal,
    demand: str,
    *,
    company_id: int,
    location_ids: Sequence[int] = (),
    quant_ids: Sequence[int] = (),
) -> None:
    """Promise `quantity` (in the item's unit) to `demand`, first expired first; UserError when less is free.

    Two tries: quants that nobody holds now, then all of them in order, waiting for their holders. Only the second
    may refuse, since what is held now may be given back. What has expired is not promised.
    """
    if quantity <= 0:
        raise ValidationError({"quantity": _("A reservation needs a quantity above zero.")})
    wanted = _candidates(item.id, company_id, today(env.zone))
    if location_ids:
        wanted = wanted.where(StockQuant.location_id.in_(location_ids))
    if quant_ids:
        wanted = wanted.where(StockQuant.id.in_(quant_ids))
    free = Decimal(0)
    for skip_locked in (True, False):
        locked = wanted.with_for_update(of=StockQuant, skip_locked=skip_locked)
        quants = {row.id: _Candidate(*tuple(row)) for row in env.session.execute(locked)}
        parts = allot(quantity, [quant.available for quant in quants.values()])
        free = sum((taken for _id, taken in parts), Decimal(0))
        if free == quantity:
            _write(env, [(quants[quant_id], taken) for quant_id, taken in parts], demand)
            return
    raise UserError(
        _("{item}: {wanted} are wanted, {free} are free. Nothing was reserved.",
          item=item.code, wanted=shown(quantity), free=shown(free))
    )  # fmt: skip


def give_back(env: Env, demand: str, *, company_id: int) -> None:
    """Release everything that is promised to `demand`; nothing happens when nothing is."""
    held = env.session.execute(
        select(
            StockReservation.item_id, StockReservation.location_id, StockReservation.lot_id,
            func.sum(StockReservation.quantity),
        )
        .where(StockReservation.demand == demand, StockReservation.company_id == company_id)
        .group_by(StockReservation.item_id, StockReservation.location_id, StockReservation.lot_id)
    ).all()  # fmt: skip
    promised = {(row[0], row[1], row[2]): row[3] for row in held if row[3]}
    if not promised:
        return
    locked = env.session.execute(
        _columns()
        .where(
            StockQuant.item_id.in_({k[0] for k in promised}), StockQuant.location_id.in_({k[1] for k in promised})
        )
        .order_by(StockQuant.item_id, StockQuant.id)
        .with_for_update(of=StockQuant)
    )  # fmt: skip
    quants = [_Candidate(*tuple(row)) for row in locked]
    parts = [(q, -promised[key]) for q in quants if (key := (q.item_id, q.location_id, q.lot_id)) in promised]
    _refuse_released_meanwhile(env, demand, company_id, promised)
    _write(env, parts, demand)


def _refuse_released_meanwhile(
    env: Env, demand: str, company_id: int, promised: dict[tuple[int, int, int | None], Decimal]
) -> None:
    """Read the sum again under lock: two who release the same demand would give it back twice."""
    total = env.session.scalar(
        select(func.sum(StockReservation.quantity)).where(
            StockReservation.demand == demand, StockReservation.company_id == company_id
        )
    )
    if total != sum(promised.values(), Decimal(0)):
        raise UserError(
            _(
                "{demand}: its reservations changed at the same moment. Nothing was released; try again.",
                demand=demand,
            )
        )


def _columns() -> Select[*tuple[Any, ...]]:  # Any: the fields of _Candidate, in its order
    return select(
        StockQuant.id, StockQuant.company_id, StockQuant.item_id, StockQuant.location_id, StockQuant.lot_id,
        StockQuant.unit_id, StockQuant.on_hand, StockQuant.reserved,
    )  # fmt: skip


def _candidates(
    item_id: int, company_id: int, on: date
) -> Select[*tuple[Any, ...]]:  # Any: the fields of _Candidate
    return (
        _columns()
        .add_columns(Lot.expires_on)
        .outerjoin(Lot, Lot.id == StockQuant.lot_id)
        .where(
            StockQuant.item_id == item_id, StockQuant.company_id == company_id,
            StockQuant.on_hand > StockQuant.reserved, (Lot.expires_on.is_(None)) | (Lot.expires_on >= on),
        )
        .order_by(StockQuant.item_id, StockQuant.id)
    )  # fmt: skip


def _write(env: Env, parts: Sequence[tuple[_Candidate, Decimal]], demand: str) -> None:
    at = now()
    rows: list[dict[str, object]] = [
        {
            "at": at,
            "company_id": quant.company_id,
            "item_id": quant.item_id,
            "location_id": quant.location_id,
            "lot_id": quant.lot_id,
            "quantity": quantity,
            "unit_id": quant.unit_id,
            "demand": demand,
        }
        for quant, quantity in parts
    ]
    with env.acting_as(ADDON):
        bulk.update(env, StockQuant, [{"id": quant.id, "reserved": quant.reserved + q} for quant, q in parts])
        bulk.create(env, StockReservation, rows)
