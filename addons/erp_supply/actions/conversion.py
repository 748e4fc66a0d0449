"""Items and units as documents need them, read once for all lines."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from addons.erp_supply.rules.conversion import converted, price_in
from core import Env
from core.base import Item, ItemType, Tracking, Unit

#: So many ids as every database takes in one statement.
CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class Stocked:
    """An item as the store sees it."""

    id: int
    code: str
    unit_id: int
    tracking: Tracking
    type: ItemType


class Measures:
    """The items that documents name, and every unit by id: what their quantities are in the store's units."""

    def __init__(self, env: Env, item_ids: Iterable[int]) -> None:
        self.items = items_of(env, item_ids)
        self._units: Mapping[int, Unit] = {unit.id: unit for unit in env.session.scalars(select(Unit))}

    def stocked(self, item_id: int, quantity: Decimal, unit_id: int) -> Decimal:
        """`quantity` in the unit in which the item is stocked; UserError when they measure differently."""
        return self.between(quantity, unit_id, self.items[item_id].unit_id)

    def between(self, quantity: Decimal, unit_id: int, target_id: int) -> Decimal:
        """`quantity` in another unit; UserError when they measure differently."""
        return (
            quantity
            if unit_id == target_id
            else converted(quantity, self._units[unit_id], self._units[target_id])
        )

    def stocked_price(self, item_id: int, price: Decimal, unit_id: int) -> Decimal:
        """What one of the item's stock unit costs when one of the unit costs `price`."""
        target_id = self.items[item_id].unit_id
        return (
            price if unit_id == target_id else price_in(price, self._units[unit_id], self._units[target_id])
        )


def items_of(env: Env, item_ids: Iterable[int]) -> dict[int, Stocked]:
    """The items by id."""
    found: dict[int, Stocked] = {}
    for chunk in chunks(set(item_ids)):
        rows = env.session.execute(
            select(Item.id, Item.code, Item.unit_id, Item.tracking, Item.type).where(Item.id.in_(chunk))
        )
        found |= {row.id: Stocked(*row) for row in rows}
    return found


def chunks(ids: Collection[int]) -> Iterator[list[int]]:
    """The ids in order, in parts that fit into a statement."""
    ordered = sorted(ids)
    yield from (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def shown(quantity: Decimal) -> str:
    """A quantity in a message, without idle zeros."""
    return f"{quantity.normalize():f}"
