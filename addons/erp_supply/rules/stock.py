"""What moves add up to, and which stock a demand takes first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """Where stock is told apart: an item at a location, of a lot or of none."""

    item_id: int
    location_id: int
    lot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Movement:
    """A quantity, in the item's unit, that goes from one location to another."""

    item_id: int
    lot_id: int | None
    quantity: Decimal
    source_id: int
    target_id: int
    unit_cost: Decimal | None = None
    #: The document that moves it.
    receipt_id: int | None = None
    supplier_return_id: int | None = None
    stock_count_id: int | None = None


@dataclass(frozen=True, slots=True)
class Available:
    """Stock that a demand may take."""

    quant_id: int
    quantity: Decimal
    expires_on: date | None = None


def differences(movements: Iterable[Movement], kept: frozenset[int] | set[int]) -> dict[Place, Decimal]:
    """What movements change at the locations `kept` (those whose stock is the company's), zero changes left out."""
    changes: dict[Place, Decimal] = defaultdict(Decimal)
    for move in movements:
        if move.source_id in kept:
            changes[Place(move.item_id, move.source_id, move.lot_id)] -= move.quantity
        if move.target_id in kept:
            changes[Place(move.item_id, move.target_id, move.lot_id)] += move.quantity
    return {place: change for place, change in changes.items() if change}


def allot(wanted: Decimal, stock: Sequence[Available]) -> list[tuple[int, Decimal]]:
    """Which quants give how much of `wanted`: first expired first, then in order; less than wanted when short."""
    taken: list[tuple[int, Decimal]] = []
    for part in sorted(stock, key=lambda s: (s.expires_on is None, s.expires_on or date.max, s.quant_id)):
        if wanted <= 0:
            break
        quantity = min(wanted, part.quantity)
        if quantity > 0:
            taken.append((part.quant_id, quantity))
            wanted -= quantity
    return taken


def forecast(on_hand: Decimal, reserved: Decimal, incoming: Decimal) -> Decimal:
    """What will be free once everything ordered has come and everything promised has gone."""
    return on_hand - reserved + incoming


def order_proposal(forecast_quantity: Decimal, reorder_point: Decimal, order_quantity: Decimal) -> Decimal:
    """How much to order when the forecast falls below the reorder point: at least the order quantity, else nothing."""
    if forecast_quantity >= reorder_point:
        return Decimal(0)
    return max(reorder_point - forecast_quantity, order_quantity)
