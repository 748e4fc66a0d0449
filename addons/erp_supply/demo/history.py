"""The orders of the past year, and writing orders of any kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from addons.erp_supply.demo.assortment import ASSORTMENT
from addons.erp_supply.demo.record import PlannedLine, PlannedOrder, Plant
from addons.erp_supply.models import OrderState, PurchaseCharge, PurchaseLine, PurchaseOrder
from core import Env, bulk

#: The last day of the past, before which everything has come.
_UNTIL = -40
_DAYS = 325
#: Of a hundred orders so many were withdrawn.
_WITHDRAWN = 2


def orders(plant: Plant, count: int) -> Iterator[PlannedOrder]:
    """`count` orders of the past year, spread over its working days."""
    random = plant.random
    names = list(ASSORTMENT)
    weights = [ASSORTMENT[name].weight for name in names]
    for number in range(count):
        supplier = random.choices(names, weights)[0]
        bought = ASSORTMENT[supplier]
        ordered_on = plant.day(_UNTIL - _DAYS + number * _DAYS // count)
        promised_on = ordered_on + timedelta(days=bought.lead_days + random.randint(-3, 6))
        late = random.choices((-2, -1, 0, 1, 2, 4, 9), (4, 10, 52, 14, 9, 7, 4))[0]
        received_on = min(promised_on + timedelta(days=late), plant.day(-1))
        withdrawn = random.randrange(100) < _WITHDRAWN
        recent = received_on > plant.day(-12)
        state = OrderState.RECEIVED if recent else OrderState.CLOSED
        lines = list(_lines(plant, supplier))
        if withdrawn:
            state = OrderState.CANCELLED
        else:
            for line in lines:
                line.received = line.quantity if plant.items[line.code].is_stocked else Decimal(0)
        if not any(line.received for line in lines) and state is OrderState.RECEIVED:
            state = OrderState.CLOSED
        yield PlannedOrder(
            supplier, ordered_on, promised_on, state, lines, bought.reference.format(number=1000 + number * 3),
            received_on=received_on if any(line.received for line in lines) else None,
        )  # fmt: skip


def write(env: Env, plant: Plant, planned: Sequence[PlannedOrder]) -> None:
    """Write orders with lines and charges as drafts, then move them to their state."""
    ids = bulk.create(env, PurchaseOrder, [_head(plant, order) for order in planned])
    for order, order_id in zip(planned, ids, strict=True):
        order.id = order_id
    _write_charges(env, plant, planned)
    pairs = [
        (order, position, line) for order in planned for position, line in enumerate(order.lines, start=1)
    ]
    rows = [_line(plant, order, position, line) for order, position, line in pairs]
    for (_order, _position, line), line_id in zip(pairs, bulk.create(env, PurchaseLine, rows), strict=True):
        line.id = line_id
    bulk.update(env, PurchaseOrder, [_progress(plant, order) for order in planned])


def _lines(plant: Plant, supplier: str) -> Iterable[PlannedLine]:
    random, offers = plant.random, ASSORTMENT[supplier].offers
    codes = random.sample(list(offers), k=min(len(offers), random.choice((1, 2, 2, 3, 4))))
    for code in sorted(codes, key=list(offers).index):
        offer = offers[code]
        quantity = max(Decimal(offer.usual * random.choice((50, 75, 100, 100, 150))) // 100, Decimal(1))
        drift = Decimal(random.randint(-40, 20)) / 1000
        price = (offer.price * (1 + drift)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        yield PlannedLine(code, quantity, price)


def _head(plant: Plant, order: PlannedOrder) -> dict[str, object]:
    bought = order.bought
    return {
        "company_id": plant.company_id, "supplier_id": plant.parties[order.supplier],
        "supplier_reference": order.reference, "ordered_on": order.ordered_on,
        "promised_on": max(order.promised_on, order.ordered_on), "buyer_id": plant.users[bought.buyer],
        "location_id": plant.locations["IN-A"], "currency_id": plant.currencies[bought.currency],
        "payment_term_id": plant.terms[bought.term],
    }  # fmt: skip


def _line(plant: Plant, order: PlannedOrder, position: int, line: PlannedLine) -> dict[str, object]:
    item = plant.items[line.code]
    return {
        "order_id": order.id, "position": position * 10, "item_id": item.id, "description": item.name,
        "quantity": line.quantity, "unit_id": item.unit_id, "received": line.received, "price": line.price,
        "needed_on": line.needed_on, "tax_id": plant.taxes[order.bought.tax],
    }  # fmt: skip


def _write_charges(env: Env, plant: Plant, planned: Sequence[PlannedOrder]) -> None:
    rows = [
        {
            "order_id": order.id, "reason": order.charge[0], "is_charge": order.charge[1] > 0,
            "amount": abs(order.charge[1]), "tax_id": plant.taxes[order.bought.tax],
        }
        for order in planned
        if order.charge is not None
    ]  # fmt: skip
    bulk.create(env, PurchaseCharge, rows)


def _progress(plant: Plant, order: PlannedOrder) -> dict[str, object]:
    """The state, and who sent the order to approval."""
    waiting = order.state is OrderState.TO_APPROVE
    return {
        "id": order.id, "state": order.state,
        "submitted_by_id": plant.users[order.bought.buyer] if waiting else None,
    }  # fmt: skip
