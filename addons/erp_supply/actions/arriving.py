"""What draft receipts say has arrived, and the lots it comes in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from addons.erp_supply.actions.conversion import Measures, Stocked, chunks
from addons.erp_supply.models import Receipt, ReceiptLine
from core import Env, ValidationError, _, bulk
from core.base import ItemType, Lot, Tracking


@dataclass(frozen=True, slots=True)
class Arrival:
    """A line of a receipt, with what it needs of its head."""

    id: int
    receipt_id: int
    item_id: int
    quantity: Decimal
    unit_id: int
    lot_number: str | None
    supplier_lot: str | None
    expires_on: date | None
    purchase_line_id: int | None
    company_id: int
    supplier_id: int
    location_id: int


def read(env: Env, receipts: Sequence[Receipt]) -> list[Arrival]:
    """The lines with a quantity; ValidationError for a receipt that has none."""
    env.flush()
    rows = env.session.execute(
        select(
            ReceiptLine.id, ReceiptLine.receipt_id, ReceiptLine.item_id, ReceiptLine.quantity, ReceiptLine.unit_id,
            ReceiptLine.lot_number, ReceiptLine.supplier_lot, ReceiptLine.expires_on, ReceiptLine.purchase_line_id,
            Receipt.company_id, Receipt.supplier_id, Receipt.location_id,
        )
        .join(Receipt, Receipt.id == ReceiptLine.receipt_id)
        .where(ReceiptLine.receipt_id.in_([r.id for r in receipts]), ReceiptLine.quantity > 0)
        .order_by(ReceiptLine.id)
    )  # fmt: skip
    found = [Arrival(*tuple(row)) for row in rows]
    filled = {arrival.receipt_id for arrival in found}
    for receipt in receipts:
        if receipt.id not in filled:
            raise ValidationError(
                {
                    "lines": _(
                        "{receipt} has no line with a quantity. Add what arrived.", receipt=receipt.label
                    )
                }
            )
    return found


def lots(env: Env, arrivals: Sequence[Arrival], measures: Measures) -> dict[int, int]:
    """The lot of each line that has one; a number that does not exist yet makes a new lot of the receipt's company."""
    wanted: dict[tuple[int, int, str], Arrival] = {}
    for arrival in arrivals:
        item = measures.items[arrival.item_id]
        _refuse_lot_problem(arrival, item, measures)
        key = _key(arrival)
        if key is None:
            continue
        if key in wanted and item.tracking is Tracking.SERIAL:
            raise _problem(
                _("{item} has serial number {number} twice.", item=item.code, number=arrival.lot_number)
            )
        wanted.setdefault(key, arrival)
    if not wanted:
        return {}
    known = _known(env, wanted.keys())
    missing = {key: arrival for key, arrival in wanted.items() if key not in known}
    rows = [
        {
            "company_id": company_id, "item_id": item_id, "number": lot_number, "origin": arrival.supplier_lot,
            "expires_on": arrival.expires_on,
        }
        for (company_id, item_id, lot_number), arrival in missing.items()
    ]  # fmt: skip
    known |= dict(zip(missing, bulk.create(env, Lot, rows), strict=True))
    return {arrival.id: known[key] for arrival in arrivals if (key := _key(arrival)) is not None}


def _key(arrival: Arrival) -> tuple[int, int, str] | None:
    """What tells a lot from every other: its company, item and number."""
    return (arrival.company_id, arrival.item_id, arrival.lot_number) if arrival.lot_number else None


def _known(env: Env, wanted: Iterable[tuple[int, int, str]]) -> dict[tuple[int, int, str], int]:
    keys = set(wanted)
    found: dict[tuple[int, int, str], int] = {}
    for numbers in _parts(sorted({key[2] for key in keys})):
        rows = env.session.execute(
            select(Lot.company_id, Lot.item_id, Lot.number, Lot.id).where(Lot.number.in_(numbers))
        )
        found |= {(row[0], row[1], row[2]): row[3] for row in rows if (row[0], row[1], row[2]) in keys}
    return found


def _parts(numbers: Sequence[str]) -> Iterable[Sequence[str]]:
    places = chunks(range(len(numbers)))
    return ([numbers[i] for i in part] for part in places)


def _refuse_lot_problem(arrival: Arrival, item: Stocked, measures: Measures) -> None:
    if item.type is ItemType.SERVICE:
        raise _problem(_("{item} is a service and is not put into stock.", item=item.code))
    if item.tracking is not Tracking.NONE and not arrival.lot_number:
        raise _problem(_("{item} is kept by lot: give the lot of every line.", item=item.code))
    if item.tracking is Tracking.NONE and arrival.lot_number:
        raise _problem(_("{item} is not kept by lot: leave the lot empty.", item=item.code))
    if item.tracking is Tracking.SERIAL and measures.stocked(item.id, arrival.quantity, arrival.unit_id) != 1:
        raise _problem(_("{item} has serial numbers: one line and one piece each.", item=item.code))


def _problem(message: object) -> ValidationError:
    return ValidationError({"lines": message})
