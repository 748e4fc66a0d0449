"""Counting: what the books say is taken down, what was counted is posted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from addons.erp_supply.actions import moving
from addons.erp_supply.actions.conversion import in_item_unit
from addons.erp_supply.models import (
    CountState,
    MoveReason,
    StockCount,
    StockCountLine,
    StockQuant,
    count_workflow,
    storekeeper,
)
from addons.erp_supply.rules.stock import Movement, Place
from core import Env, UserError, ValidationError, _, action, number
from core.base import LocationKind, StorageLocation

COUNT_NUMBERS = "erp_supply.stock_count"


@action(
    _("Start counting"),
    on=StockCount,
    roles=[storekeeper],
    when=count_workflow.may_reach(CountState.COUNTING),
    icon="list-check",
    primary=True,
)
def start(env: Env, counts: Sequence[StockCount]) -> None:
    """Take down what the books say is at the location, one line for each item and lot."""
    for count in counts:
        known = {(line.item_id, line.lot_id) for line in count.lines}
        quants = env.session.scalars(
            select(StockQuant)
            .where(StockQuant.location_id == count.location_id, StockQuant.on_hand > 0)
            .order_by(StockQuant.item_id, StockQuant.id)
        )
        for quant in quants:
            if (quant.item_id, quant.lot_id) not in known:
                count.lines.append(
                    StockCountLine(
                        item_id=quant.item_id,
                        lot_id=quant.lot_id,
                        expected=quant.on_hand,
                        unit_id=quant.unit_id,
                    )
                )
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
    movements = [m for count in counts for m in _corrections(env, count)]
    moving.post(env, movements, MoveReason.COUNT)
    count_workflow.move(env, counts, CountState.POSTED)
    for count in counts:
        number(env, count, "number", COUNT_NUMBERS, pattern="SC-{year}-{number:04}")


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


def _corrections(env: Env, count: StockCount) -> list[Movement]:
    """Against what the books say now: what was moved since the start was moved on both sides."""
    counted = [line for line in count.lines if line.counted is not None]
    if not counted:
        raise ValidationError({"lines": _("{count} has no counted line yet.", count=count.label)})
    places = {line.id: Place(line.item_id, count.location_id, line.lot_id) for line in counted}
    quants = moving.lock(env, places.values())
    loss = loss_location(env)
    found = []
    for line in counted:
        quant = quants.get(places[line.id])
        moved_since = (quant.on_hand if quant else 0) - line.expected
        difference = in_item_unit(_Counted(line)) - line.expected
        if moved_since:
            raise UserError(
                _("{item} moved after it was taken down. Count it again: the books now say {quantity}.",
                  item=line.item.code, quantity=f"{(line.expected + moved_since).normalize():f}")
            )  # fmt: skip
        source, target = (loss, count.location_id) if difference > 0 else (count.location_id, loss)
        found.append(
            Movement(line.item_id, line.lot_id, abs(difference), source, target, stock_count_id=count.id)
        )
    return found


class _Counted:
    """A count line as a line with a quantity."""

    def __init__(self, line: StockCountLine) -> None:
        assert line.counted is not None
        self.quantity, self.unit, self.item = line.counted, line.unit, line.item


def loss_location(env: Env) -> int:
    """The location that stands for what was lost or found."""
    found = env.session.scalar(
        select(StorageLocation.id)
        .where(StorageLocation.kind == LocationKind.LOSS, StorageLocation.company_id == env.company_id)
        .order_by(StorageLocation.id)
    )
    if found is None:
        raise UserError(_("Your company has no location of kind Loss. Create one under Storage locations."))
    return found
