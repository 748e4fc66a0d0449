"""The planned run time of a unit (PRI): from the routing of the item, else the equipment's nominal cycle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Rated:
    """An operation of a routing: how long a unit of the item takes at equipment, seconds."""

    item_id: int
    equipment_id: int
    operation: str
    seconds: Decimal
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


def planned_run_time(
    rated: Iterable[Rated], places: Sequence[int], item_id: int | None, operation: str | None, day: date
) -> Decimal | None:
    """Seconds for one unit on `day`; None where no routing tells.

    `places` are the equipment and what it is part of, the nearest first. The operation that was named wins, then the
    nearest place, then the first operation.
    """
    fitting = [r for r in rated if r.item_id == item_id and r.equipment_id in places and r.holds_on(day)]
    if not fitting:
        return None
    best = min(
        fitting, key=lambda r: (r.operation != operation, places.index(r.equipment_id), r.operation.zfill(9))
    )
    return best.seconds
