"""What the floor used leaves the store; where the store refuses, the fact stays in the inbox with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from addons.bridge.actions.telling import confirm, kind_of
from addons.bridge.joins.erp.models import FloorIssue, SuppliedPlace
from addons.bridge.messages import plain
from addons.bridge.messages.message import ProcessOperationsPerformance
from addons.bridge.messages.noun import ActionCode, MaterialActual
from addons.erp_supply.actions import issuing
from addons.erp_supply.actions.issuing import Withdrawal
from addons.erp_supply.models import Warehouse
from core import Env, Message, Model, UserError, _, bulk, handles
from core.base import Company, Item, Lot, StorageLocation, Unit, WorkCenter

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class _Taken:
    """What was used, in our own records."""

    item: Item
    lot_id: int | None
    quantity: Decimal
    unit_id: int
    location_id: int


@handles(kind_of(ProcessOperationsPerformance))
def issue(env: Env, message: Message) -> None:
    """Issue all that was used, or nothing; a UserError says what is in the way."""
    told = plain.from_plain(ProcessOperationsPerformance, message.payload).performance
    company_id = _one(env, Company, told.company, Company.code == told.company).id
    place = _place(env, company_id, told.equipment)
    taken = [_taken(env, company_id, place, actual) for actual in told.materials]
    moves = issuing.issue(
        env, company_id,
        [Withdrawal(t.item.id, t.lot_id, t.quantity, t.unit_id, t.location_id) for t in taken],
    )  # fmt: skip
    rows = [
        {
            "company_id": company_id, "used_at": told.ended_at, "item_id": t.item.id, "lot_id": t.lot_id,
            "quantity": t.quantity, "unit_id": t.unit_id, "location_id": t.location_id,
            "equipment_id": place.id if place else None, "move_id": move_id, "message_id": message.message_id,
            "line": line,
        }
        for line, (t, move_id) in enumerate(zip(taken, moves, strict=True), start=1)
    ]  # fmt: skip
    with env.as_system() as system:  # whoever brought the message need not see the moves that it becomes
        bulk.create(system, FloorIssue, rows)
    confirm(env, message, ActionCode.ACCEPTED)


def _taken(env: Env, company_id: int, place: WorkCenter | None, actual: MaterialActual) -> _Taken:
    item = _item(env, company_id, actual)
    lot_id = None
    if actual.lot is not None:
        lot_id = _one(
            env,
            Lot,
            actual.lot,
            Lot.number == actual.lot,
            Lot.item_id == item.id,
            Lot.company_id == company_id,
        ).id
    unit = _one(env, Unit, actual.quantity.unit, Unit.code == actual.quantity.unit)
    return _Taken(
        item, lot_id, actual.quantity.value, unit.id, _source(env, company_id, place, actual.location)
    )


def _item(env: Env, company_id: int, actual: MaterialActual) -> Item:
    """By our own id where the floor knows it, since a code may have changed meanwhile; else by its code."""
    if actual.record is not None and actual.record.isdigit():
        found = env.session.get(Item, int(actual.record))
        if found is not None:
            return found
    ours = (Item.company_id == company_id) | Item.company_id.is_(None)
    return _one(env, Item, actual.material, Item.code == actual.material, ours)


def _place(env: Env, company_id: int, code: str | None) -> WorkCenter | None:
    if code is None:
        return None
    return env.session.scalar(
        select(WorkCenter).where(WorkCenter.code == code, WorkCenter.company_id == company_id)
    )


def _source(env: Env, company_id: int, place: WorkCenter | None, told: str | None) -> int:
    """Where it was taken from: as the floor says, else as the work centre or what it is part of has it."""
    if told is not None:
        return _one(
            env, StorageLocation, told, StorageLocation.code == told, StorageLocation.company_id == company_id
        ).id
    while place is not None:
        location_id = SuppliedPlace.of(place).location_id
        if location_id is not None:
            return location_id
        place = place.parent
    first = select(Warehouse.stock_id).where(Warehouse.company_id == company_id, Warehouse.active)
    found = env.session.scalar(first.order_by(Warehouse.id).limit(1))
    if found is None:
        raise UserError(
            _("The company has no warehouse to take material from. Create one under Supply, Warehouses.")
        )
    return found


def _one(env: Env, model: type[M], called: str, *wanted: ColumnElement[bool]) -> M:
    found: M | None = env.session.scalar(select(model).where(*wanted).limit(1))
    if found is None:
        raise UserError(
            _("There is no {model} {code} here. Create it, then have the message done again.",
              model=model.singular, code=called)
        )  # fmt: skip
    return found
