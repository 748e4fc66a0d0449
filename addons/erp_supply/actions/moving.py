"""The one way stock changes: movements posted as a set, quants locked in one order, nothing below what is promised."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import select

from addons.erp_supply.models import MoveReason, StockMove, StockQuant
from addons.erp_supply.rules.stock import Movement, Place, differences
from core import Env, UserError, ValidationError, _, bulk, now
from core.base import Item, LocationKind, StorageLocation

#: Locations whose stock is the company's own.
KEPT = (LocationKind.INTERNAL, LocationKind.TRANSIT)


def post(env: Env, movements: Sequence[Movement], reason: MoveReason) -> None:
    """Write the movements and what they change; raises UserError when a location would fall below what is promised."""
    moved = [m for m in movements if m.quantity]
    if not moved:
        return
    units = units_of(env, {m.item_id for m in moved})
    _change_quants(env, differences(moved, _kept_locations(env, moved)), units)
    at = now()
    bulk.create(
        env,
        StockMove,
        [
            {
                "at": at,
                "item_id": m.item_id,
                "lot_id": m.lot_id,
                "quantity": m.quantity,
                "unit_id": units[m.item_id],
                "source_id": m.source_id,
                "target_id": m.target_id,
                "reason": reason,
                "unit_cost": m.unit_cost,
                "receipt_id": m.receipt_id,
                "supplier_return_id": m.supplier_return_id,
                "stock_count_id": m.stock_count_id,
            }
            for m in moved
        ],
    )


def units_of(env: Env, item_ids: Iterable[int]) -> dict[int, int]:
    """The unit in which each item's stock is kept."""
    rows = env.session.execute(select(Item.id, Item.unit_id).where(Item.id.in_(set(item_ids))))
    return dict(rows.tuples().all())


def lock(env: Env, places: Iterable[Place]) -> dict[Place, StockQuant]:
    """The quants of `places` that exist, locked in order of id so that two documents never wait for each other."""
    wanted = set(places)
    found = env.session.scalars(
        select(StockQuant)
        .where(
            StockQuant.item_id.in_({p.item_id for p in wanted}),
            StockQuant.location_id.in_({p.location_id for p in wanted}),
        )
        .order_by(StockQuant.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    quants = {Place(q.item_id, q.location_id, q.lot_id): q for q in found}
    return {place: quants[place] for place in wanted if place in quants}


def _kept_locations(env: Env, movements: Sequence[Movement]) -> set[int]:
    ids = {m.source_id for m in movements} | {m.target_id for m in movements}
    kept = select(StorageLocation.id).where(StorageLocation.id.in_(ids), StorageLocation.kind.in_(KEPT))
    return set(env.session.scalars(kept))


def _change_quants(env: Env, changes: dict[Place, Decimal], units: dict[int, int]) -> None:
    quants = _existing_or_new(env, changes, units)
    rows = []
    for place, change in changes.items():
        quant = quants[place]
        on_hand = quant.on_hand + change
        if on_hand < quant.reserved:
            raise _too_little(env, quant, -change)
        rows.append({"id": quant.id, "on_hand": on_hand})
    bulk.update(env, StockQuant, rows)


def _existing_or_new(
    env: Env, changes: dict[Place, Decimal], units: dict[int, int]
) -> dict[Place, StockQuant]:
    """Every quant of the changes, locked; a missing one is made empty first."""
    quants = lock(env, changes)
    missing = [place for place in changes if place not in quants]
    if not missing:
        return quants
    rows = [
        {"item_id": p.item_id, "location_id": p.location_id, "lot_id": p.lot_id, "unit_id": units[p.item_id]}
        for p in missing
    ]
    try:
        with env.savepoint():
            bulk.create(env, StockQuant, rows)
    except ValidationError:
        # Another transaction made one of them meanwhile: make those that are still missing one by one.
        _make_singly(env, rows)
    return lock(env, changes)


def _make_singly(env: Env, rows: Sequence[dict[str, int | None]]) -> None:
    for row in rows:
        try:
            with env.savepoint():
                bulk.create(env, StockQuant, [row])
        except ValidationError:
            continue  # it is there now, which is all that was wanted


def _too_little(env: Env, quant: StockQuant, wanted: Decimal) -> UserError:
    item, location = env.get(Item, quant.item_id), env.get(StorageLocation, quant.location_id)
    return UserError(
        _(
            "{item} at {location}: {available} are free, {wanted} are wanted. Nothing has moved.",
            item=item.code,
            location=location.code,
            available=f"{(quant.on_hand - quant.reserved).normalize():f}",
            wanted=f"{wanted.normalize():f}",
        )
    )
