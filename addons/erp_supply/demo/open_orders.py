"""The orders that are open today, and those that wait for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from addons.erp_supply.demo.assortment import ASSORTMENT
from addons.erp_supply.demo.record import PlannedLine, PlannedOrder, Plant
from addons.erp_supply.models import OrderState
from core import _

_SENT, _CONFIRMED, _PART = OrderState.SENT, OrderState.CONFIRMED, OrderState.PART_RECEIVED

#: Supplier, their reference, days from today to order and promise, lines received and all lines, state, total.
_OPEN: list[tuple[str, str, int, int, int, int, OrderState, str]] = [
    ("Brandt Stahl", "AB 5510", -36, -3, 0, 2, _CONFIRMED, "18420.00"),
    ("Brandt Stahl", "AB 5533", -31, 1, 1, 3, _PART, "22964.50"),
    ("Brandt Stahl", "", -22, 8, 0, 1, _SENT, "6310.00"),
    ("Brandt Stahl", "AB 5561", -15, 15, 0, 2, _CONFIRMED, "14208.75"),
    ("Dichtwerk Seals", "D-90114", -34, -1, 2, 4, _PART, "3118.40"),
    ("Dichtwerk Seals", "D-90160", -27, 4, 0, 4, _CONFIRMED, "2204.12"),
    ("Dichtwerk Seals", "", -17, 12, 0, 4, _SENT, "5027.60"),
    ("Lunde Tooling", "L 3382", -29, 0, 0, 3, _CONFIRMED, "7945.00"),
    ("Lunde Tooling", "L 3401", -16, 21, 0, 1, _CONFIRMED, "11890.00"),
    ("Norrgjut AB", "NG 77-20388", -38, -2, 3, 4, _PART, "142300.00"),
    ("Norrgjut AB", "NG 77-20462", -24, 7, 0, 2, _CONFIRMED, "96450.00"),
    ("Norrgjut AB", "", -10, 28, 0, 3, _SENT, "204880.00"),
    ("Zinktek Plating", "ZP-6612", -28, 0, 0, 1, _CONFIRMED, "2860.00"),
    ("Zinktek Plating", "ZP-6630", -20, -1, 0, 1, _CONFIRMED, "1944.00"),
    ("Atlas Gauge", "40-1187", -21, 14, 0, 2, _CONFIRMED, "9412.00"),
    ("Nordfrakt", "", -7, 1, 0, 1, _SENT, "1280.00"),
    ("Nordfrakt", "", -7, 8, 0, 1, _SENT, "1280.00"),
    ("Ferro Cutting Fluids", "F-2210", -29, 5, 0, 1, _CONFIRMED, "4130.25"),
    ("Ferro Cutting Fluids", "F-2238", -15, 19, 0, 1, _CONFIRMED, "2065.10"),
    ("Pressfit Fasteners", "PF 881", -31, 1, 3, 4, _PART, "1872.36"),
    ("Pressfit Fasteners", "PF 902", -24, 6, 0, 4, _CONFIRMED, "1630.80"),
    ("Pressfit Fasteners", "", -9, 21, 0, 4, _SENT, "1418.55"),
    ("Norrgjut AB", "", -2, 30, 0, 2, OrderState.TO_APPROVE, "388200.00"),
    ("Brandt Stahl", "", -1, 27, 0, 3, OrderState.TO_APPROVE, "21860.00"),
    ("Lunde Tooling", "", -1, 29, 0, 2, OrderState.DRAFT, "3912.00"),
    ("Dichtwerk Seals", "", 0, 30, 0, 3, OrderState.DRAFT, "1490.00"),
    ("Pressfit Fasteners", "", 0, 30, 0, 2, OrderState.DRAFT, "760.00"),
    ("Brandt Stahl", "", 0, 28, 0, 1, OrderState.DRAFT, "4480.00"),
    ("Norrgjut AB", "", 0, 31, 0, 2, OrderState.DRAFT, "118700.00"),
]

#: The casting order that production waits for: item, quantity, price, received, days until it is needed.
_CASTINGS = (
    ("CS-210-RAW", 120, "948.00", 60, 4),
    ("CS-1180-RAW", 60, "1950.00", 0, 5),
    ("CS-045-RAW", 200, "331.40", 0, 12),
    ("CS-046-RAW", 64, "336.25", 0, 12),
)


def orders(plant: Plant) -> Iterator[PlannedOrder]:
    """What is on the desk today."""
    yield _castings(plant)
    for supplier, reference, ordered, promised, received, lines, state, total in _OPEN:
        order = PlannedOrder(
            supplier, plant.today + timedelta(days=ordered), plant.today + timedelta(days=promised), state,
            _lines(plant, supplier, lines, received, _net(supplier, Decimal(total))), reference or None,
            received_on=plant.day(-2) if received else None,
        )  # fmt: skip
        rest = _net(supplier, Decimal(total)) - sum((_amount(line) for line in order.lines), Decimal(0))
        if rest:
            order.charge = (str(_("Freight and surcharges")), rest)
        yield order


def _castings(plant: Plant) -> PlannedOrder:
    lines = [
        PlannedLine(
            code, Decimal(quantity), Decimal(price), Decimal(received), plant.today + timedelta(days=days)
        )
        for code, quantity, price, received, days in _CASTINGS
    ]
    return PlannedOrder(
        "Norrgjut AB", plant.day(-24), plant.today + timedelta(days=7), _PART, lines, "NG 77-20461",
        (str(_("Freight")), Decimal(2450)), plant.day(-2),
    )  # fmt: skip


def _lines(plant: Plant, supplier: str, count: int, received: int, net: Decimal) -> list[PlannedLine]:
    """Lines at the supplier's prices that come to a little less than `net`, the first of them received."""
    offers = list(ASSORTMENT[supplier].offers.items())
    chosen = [offers[i % len(offers)] for i in range(count)]
    lines = []
    for number, (code, offer) in enumerate(chosen):
        quantity = max((net * 97 / 100 / count / offer.price).quantize(Decimal(1)), Decimal(1))
        if offer.price * quantity * count > net:
            quantity = max(quantity - 1, Decimal(1))
        came = quantity if number < received else Decimal(0)
        lines.append(
            PlannedLine(code, quantity, offer.price, came, plant.today + timedelta(days=10 + number))
        )
    return lines


def _net(supplier: str, total: Decimal) -> Decimal:
    """The net amount of a total with VAT, as near as cents allow."""
    percent = (
        Decimal(ASSORTMENT[supplier].tax.partition("-")[2] or 0) if "-" in ASSORTMENT[supplier].tax else 0
    )
    return (total * 100 / (100 + percent)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def _amount(line: PlannedLine) -> Decimal:
    return (line.quantity * line.price).quantize(Decimal("0.01"), ROUND_HALF_UP)
