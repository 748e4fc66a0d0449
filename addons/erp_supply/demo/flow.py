"""How one item came, was put on its shelf and used over the year, lot by lot, oldest first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from addons.erp_supply.demo.record import Plant
from addons.erp_supply.models import MoveReason

#: What arrived on a day: quantity, lot and receipt.
Arrival = tuple[date, Decimal, int | None, int]
#: What came within these days still stands in goods-in.
_IN_DAYS = 2
#: Of what comes so much is used in the end.
_USED = Decimal("0.90")


class Flow:
    """The moves of one item and what is left of its lots."""

    def __init__(self, plant: Plant, bay: str) -> None:
        self.moves: list[dict[str, object]] = []
        self._plant = plant
        self._places = plant.locations
        self._bay = plant.locations[bay]
        #: Lots in the bay, the oldest first: lot and quantity.
        self._shelf: deque[tuple[int | None, Decimal]] = deque()
        self._goods_in: list[tuple[int | None, Decimal]] = []

    def run(self, arrivals: Sequence[Arrival]) -> None:
        """Week after week what arrived is put away and a part of it used."""
        weekly = sum((a[1] for a in arrivals), Decimal(0)) * _USED / 48
        waiting = deque(sorted(arrivals, key=lambda a: a[0]))
        week = waiting[0][0] if waiting else self._plant.today
        while week < self._plant.today or waiting:
            week += timedelta(days=7)
            while waiting and waiting[0][0] <= week:
                self._arrive(*waiting.popleft())
            if week < self._plant.today:
                share = Decimal(self._plant.random.randint(70, 130)) / 100
                self._use(min(week, self._plant.day(-1)), (weekly * share).quantize(Decimal(1)))

    def quants(self) -> Iterable[dict[str, object]]:
        """What is there today."""
        found: dict[tuple[int, int | None], Decimal] = {}
        for place, lots in ((self._bay, self._shelf), (self._places["IN-A"], self._goods_in)):
            for lot, quantity in lots:
                found[place, lot] = found.get((place, lot), Decimal(0)) + quantity
        return [
            {"location_id": place, "lot_id": lot, "on_hand": quantity}
            for (place, lot), quantity in found.items()
            if quantity
        ]

    def _arrive(self, on: date, quantity: Decimal, lot: int | None, receipt: int) -> None:
        goods_in = self._places["IN-A"]
        self._move(on, lot, quantity, self._places["SUPPLIERS"], goods_in, MoveReason.RECEIPT, receipt)
        if on > self._plant.today - timedelta(days=_IN_DAYS):
            self._goods_in.append((lot, quantity))
            return
        self._move(on, lot, quantity, goods_in, self._bay, MoveReason.TRANSFER)
        self._shelf.append((lot, quantity))

    def _use(self, on: date, quantity: Decimal) -> None:
        while quantity > 0 and self._shelf:
            lot, there = self._shelf.popleft()
            taken = min(there, quantity)
            self._move(on, lot, taken, self._bay, self._places["PRODUCTION"], MoveReason.ISSUE)
            quantity -= taken
            if there > taken:
                self._shelf.appendleft((lot, there - taken))

    def _move(
        self, on: date, lot: int | None, quantity: Decimal, source: int, target: int, reason: MoveReason,
        receipt: int | None = None,
    ) -> None:  # fmt: skip
        self.moves.append(
            {
                "on": on, "lot_id": lot, "quantity": quantity, "source_id": source, "target_id": target,
                "reason": reason, "receipt_id": receipt,
            }
        )  # fmt: skip
