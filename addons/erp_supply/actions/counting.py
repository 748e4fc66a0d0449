"""Counting: what the books say is taken down, what was counted is posted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from addons.erp_supply.actions import moving
from addons.erp_supply.actions.conversion import Measures, shown
from addons.erp_supply.models import (
    CountState,
    MoveReason,
    StockCount,
    StockCountLine,
    StockQuant,
    Warehouse,
    count_workflow,
    storekeeper,
)
from addons.erp_supply.rules.stock import Movement, Place
from core import Env, UserError, ValidationError, _, action, bulk, number, today
from core.base import LocationKind, StorageLocation, Tracking

COUNT_NUMBERS = "erp_supply.stock_count"


@dataclass(frozen=True, slots=True)
class _Counted:
    """A line that was counted, in the unit that the person used."""

    item_id: int
    lot_id: int | None
    expected: Decimal
    counted: Decimal
    unit_id: int


@action(_("Count the store"), on=Warehouse, roles=[storekeeper], icon="list-check")
def count_store(env: Env, warehouses: Sequence[Warehouse]) -> Sequence[StockCount]:
    """Prepare a count of the store of each warehouse, dated today."""
    counts = [
        StockCount(company_id=w.company_id, location_id=w.stock_id, counted_on=today(env.zone))
        for w in warehouses
    ]
    env.add(*counts)
    env.flush()
    return counts


@action(
    _("Start counting"),
    on=StockCount,
    roles=[storekeeper],
    when=count_workflow.may_leave(CountState.DRAFT, to=CountState.COUNTING),
    icon="list-check",
    primary=True,
)
def start(env: Env, counts: Sequence[StockCount]) -> None:
    """Take down what the books say is at the location, one line for each item and lot."""
    env.flush()
    for count in counts:
        _refuse_outside(env, count)
        known = {(line.item_id, line.lot_id): line.id for line in count.lines}
        quants = _on_hand(env, count.location_id)
        bulk.create(
            env,
            StockCountLine,
            [
                {"count_id": count.id, "item_id": item, "lot_id": lot, "expected": quantity, "unit_id": unit}
                for item, lot, quantity, unit in quants
                if (item, lot) not in known
            ],
        )
        entered = [
            {"id": known[item, lot], "expected": quantity, "unit_id": unit}
            for item, lot, quantity, unit in quants
            if (item, lot) in known
        ]
        bulk.update(env, StockCountLine, entered)
    count_workflow.move(env, counts, CountState.COUNTING)


@action(
    _("Post"),
    on=StockCount,
    roles=[storekeeper],
    when=count_workflow.may_reach(CountState.POSTED),
    icon="check",
    primary=True,
)
def post(env: Env, counts: Sequence[StockCount]) -> None:
    """Move the difference between books and count from or to the loss location; lines not counted stay as they are."""
    env.flush()
    movements = [m for count in counts for m in _corrections(env, count)]
    moving.post(env, movements, MoveReason.COUNT)
    count_workflow.move(env, counts, CountState.POSTED)
    for count in counts:
        number(env, count, "number", COUNT_NUMBERS, pattern="SC-{year}-{number:04}", on=count.counted_on)


@action(
    _("Cancel"),
    on=StockCount,
    roles=[storekeeper],
    when=count_workflow.may_reach(CountState.CANCELLED),
    icon="ban",
)
def cancel(env: Env, counts: Sequence[StockCount]) -> None:
    """Set a count aside; the books stay as they are."""
    count_workflow.move(env, counts, CountState.CANCELLED)


def _refuse_outside(env: Env, count: StockCount) -> None:
    if env.get(StorageLocation, count.location_id).kind not in moving.KEPT:
        raise ValidationError(
            {"location_id": _("Only locations that hold the company's own stock are counted.")}
        )


def _on_hand(env: Env, location_id: int) -> Sequence[tuple[int, int | None, Decimal, int]]:
    """Item, lot, quantity and unit of all that the books say is at a location."""
    rows = env.session.execute(
        select(StockQuant.item_id, StockQuant.lot_id, StockQuant.on_hand, StockQuant.unit_id)
        .where(StockQuant.location_id == location_id, StockQuant.on_hand > 0)
        .order_by(StockQuant.item_id, StockQuant.id)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def _corrections(env: Env, count: StockCount) -> list[Movement]:
    """Against what the books say now: what was moved since the start was moved on both sides."""
    counted = _counted(env, count)
    measures = Measures(env, (line.item_id for line in counted))
    for line in counted:
        item = measures.items[line.item_id]
        if item.tracking is not Tracking.NONE and line.lot_id is None:
            raise ValidationError(
                {"lines": _("{item} is kept by lot: give the lot of every line.", item=item.code)}
            )
    quants = moving.lock(env, (Place(line.item_id, count.location_id, line.lot_id) for line in counted))
    loss = moving.location_of_kind(env, LocationKind.LOSS, count.company_id)
    found = []
    for line in counted:
        quant = quants.get(Place(line.item_id, count.location_id, line.lot_id))
        _refuse_moved(line, quant.on_hand if quant else Decimal(0), measures)
        difference = measures.stocked(line.item_id, line.counted, line.unit_id) - line.expected
        source, target = (loss, count.location_id) if difference > 0 else (count.location_id, loss)
        found.append(
            Movement(line.item_id, line.lot_id, abs(difference), source, target, stock_count_id=count.id)
        )
    return found


def _counted(env: Env, count: StockCount) -> list[_Counted]:
    rows = env.session.execute(
        select(
            StockCountLine.item_id, StockCountLine.lot_id, StockCountLine.expected, StockCountLine.counted,
            StockCountLine.unit_id,
        ).where(StockCountLine.count_id == count.id, StockCountLine.counted.is_not(None))
    )  # fmt: skip
    found = [_Counted(row[0], row[1], row[2], row[3] or Decimal(0), row[4]) for row in rows]
    if not found:
        raise ValidationError({"lines": _("{count} has no counted line yet.", count=count.label)})
    _refuse_twice(found)
    return found


def _refuse_twice(lines: Iterable[_Counted]) -> None:
    keys = [(line.item_id, line.lot_id) for line in lines]
    if len(set(keys)) < len(keys):
        raise ValidationError(
            {"lines": _("An item and lot is counted twice. Add the quantities up in one line.")}
        )


def _refuse_moved(line: _Counted, on_hand: Decimal, measures: Measures) -> None:
    if on_hand != line.expected:
        raise UserError(
            _("{item} moved after it was taken down. Count it again: the books now say {quantity}.",
              item=measures.items[line.item_id].code, quantity=shown(on_hand))
        )  # fmt: skip
