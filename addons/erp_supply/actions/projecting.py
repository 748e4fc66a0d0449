"""How the stock of each item in each warehouse develops by what is promised to come and to go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from addons.erp_supply.actions.conversion import Measures
from addons.erp_supply.models import (
    PostingState,
    PurchaseLine,
    PurchaseOrder,
    StockQuant,
    SuppliedItem,
    SupplierReturn,
    SupplierReturnLine,
    Warehouse,
)
from addons.erp_supply.rules import outlook
from addons.erp_supply.rules.outlook import Change
from core import Env, today
from core.base import Item, StorageLocation

#: Within so many days a shortage is told.
SHORT_DAYS = 14

Warehouses = Callable[[int | None], int | None]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a warehouse has of an item, in the item's unit, and what is known to come and to go."""

    item_id: int
    warehouse_id: int | None
    on_hand: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    changes: tuple[Change, ...] = ()
    #: Whether the item's warehouses together fall below its reorder point within SHORT_DAYS.
    is_low: bool = False
    #: Whether this warehouse falls below nothing within SHORT_DAYS.
    is_negative: bool = False

    @property
    def is_short(self) -> bool:
        return self.is_low or self.is_negative

    @property
    def free(self) -> Decimal:
        return self.on_hand - self.reserved

    @property
    def incoming(self) -> Decimal:
        return sum((quantity for _on, quantity in self.changes if quantity > 0), Decimal(0))

    @property
    def outgoing(self) -> Decimal:
        return -sum((quantity for _on, quantity in self.changes if quantity < 0), Decimal(0))

    def balances(self, ends: list[date]) -> list[Decimal]:
        return outlook.balances(self.free, self.changes, ends)


@dataclass
class _Found:
    """What is gathered of an item in a warehouse."""

    on_hand: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    changes: list[Change] = field(default_factory=list)


def outlooks(env: Env, company_id: int) -> list[Outlook]:
    """Every item that a warehouse has, awaits or should have, with its warehouses in order."""
    found: dict[tuple[int, int | None], _Found] = {}
    belongs = _warehouses(env, company_id)
    for item_id, location_id, on_hand, reserved in _kept(env, company_id):
        place = found.setdefault((item_id, belongs(location_id)), _Found())
        place.on_hand, place.reserved = place.on_hand + on_hand, place.reserved + reserved
    for moved, place_id, change in (*_incoming(env, company_id), *_outgoing(env, company_id)):
        found.setdefault((moved, belongs(place_id)), _Found()).changes.append(change)
    wanted = _reorder_points(env)
    for item_id in wanted.keys() - {item_id for item_id, _warehouse in found}:
        found[item_id, belongs(None)] = _Found()
    made = [
        Outlook(item_id, warehouse_id, kept.on_hand, kept.reserved, tuple(sorted(kept.changes)))
        for (item_id, warehouse_id), kept in found.items()
    ]
    return list(_judged(made, wanted, today(env.zone) + timedelta(days=SHORT_DAYS)))


def count_short(env: Env) -> int:
    """How many items fall short within SHORT_DAYS in the person's company."""
    if env.company_id is None:
        return 0
    return len({found.item_id for found in outlooks(env, env.company_id) if found.is_short})


def _judged(made: Iterable[Outlook], wanted: dict[int, Decimal], until: date) -> Iterator[Outlook]:
    by_item: dict[int, list[Outlook]] = {}
    for one in made:
        by_item.setdefault(one.item_id, []).append(one)
    for item_id, places in by_item.items():
        free = sum((place.free for place in places), Decimal(0))
        changes = [change for place in places for change in place.changes]
        at_last = outlook.balances(free, changes, [until])[0]
        for place in sorted(places, key=lambda place: place.warehouse_id or 0):
            negative = outlook.lowest(place.free, place.changes, until) < 0
            yield replace(place, is_low=at_last < wanted.get(item_id, Decimal(0)), is_negative=negative)


def _warehouses(env: Env, company_id: int) -> Warehouses:
    """What tells the warehouse of a location: that whose place it is or is part of; no location is the only one's."""
    kept = env.session.execute(
        select(Warehouse.id, Warehouse.receiving_id, Warehouse.stock_id).where(
            Warehouse.company_id == company_id, Warehouse.active
        )
    ).all()
    roots = {root: warehouse for warehouse, *places in kept for root in places}
    asked = select(StorageLocation.id, StorageLocation.parent_id).where(
        StorageLocation.company_id == company_id
    )
    parents = {row[0]: row[1] for row in env.session.execute(asked)}
    only = kept[0][0] if len(kept) == 1 else None

    def belongs(location_id: int | None) -> int | None:
        seen: set[int] = set()
        here = location_id
        while here is not None and here not in seen:
            if here in roots:
                return int(roots[here])
            seen.add(here)
            here = parents.get(here)
        return only if location_id is None else None

    return belongs


def _kept(env: Env, company_id: int) -> Iterable[tuple[int, int, Decimal, Decimal]]:
    sums = func.sum(StockQuant.on_hand), func.sum(StockQuant.reserved)
    asked = select(StockQuant.item_id, StockQuant.location_id, *sums).where(
        StockQuant.company_id == company_id
    )
    rows = env.session.execute(asked.group_by(StockQuant.item_id, StockQuant.location_id))
    return ((row[0], row[1], row[2], row[3]) for row in rows)


def _incoming(env: Env, company_id: int) -> Iterator[tuple[int, int | None, Change]]:
    """What suppliers still owe, by the day that they promised, else when it is needed."""
    asked = (
        select(
            PurchaseLine.item_id, PurchaseOrder.location_id, PurchaseOrder.promised_on, PurchaseLine.needed_on,
            PurchaseLine.awaited,
        )
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseLine.order_id)
        .where(PurchaseLine.item_id.is_not(None), PurchaseLine.awaited > 0, PurchaseOrder.company_id == company_id)
    )  # fmt: skip
    now = today(env.zone)
    for item_id, location_id, promised_on, needed_on, awaited in env.session.execute(asked):
        assert item_id is not None
        yield item_id, location_id, (max(promised_on or needed_on or now, now), awaited)


def _outgoing(env: Env, company_id: int) -> Iterator[tuple[int, int | None, Change]]:
    """What is to go back to suppliers and has not gone yet."""
    asked = (
        select(
            SupplierReturnLine.item_id, SupplierReturnLine.location_id, SupplierReturn.returned_on,
            SupplierReturnLine.quantity, SupplierReturnLine.unit_id,
        )
        .join(SupplierReturn, SupplierReturn.id == SupplierReturnLine.document_id)
        .where(SupplierReturn.state == PostingState.DRAFT, SupplierReturn.company_id == company_id)
    )  # fmt: skip
    rows = env.session.execute(asked).all()
    measures, now = Measures(env, {row[0] for row in rows}) if rows else None, today(env.zone)
    for item_id, location_id, returned_on, quantity, unit_id in rows:
        assert measures is not None
        yield item_id, location_id, (max(returned_on, now), -measures.stocked(item_id, quantity, unit_id))


def _reorder_points(env: Env) -> dict[int, Decimal]:
    asked = (
        select(Item.id, SuppliedItem.reorder_point)
        .join(SuppliedItem, SuppliedItem.id == Item.id)
        .where(SuppliedItem.purchased, SuppliedItem.reorder_point > 0, Item.active)
    )
    return {row[0]: row[1] for row in env.session.execute(asked)}
