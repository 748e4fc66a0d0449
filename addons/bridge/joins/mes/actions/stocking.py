"""Items and receipts that the ERP tells of: what is there, of which lot, and where."""

from __future__ import annotations

from sqlalchemy import select

from addons.bridge.actions.telling import HERE, confirm, kind_of, partner_id
from addons.bridge.joins.mes.actions.taking_over import known_item, take_over_item
from addons.bridge.joins.mes.models import Delivery
from addons.bridge.messages import plain
from addons.bridge.messages.message import SyncMaterialInformation
from addons.bridge.messages.noun import ActionCode, MaterialInformation, MaterialLot
from core import Env, Message, UserError, _, bulk, handles
from core.base import Company, Item, LocationKind, Lot, StorageLocation, Unit


@handles(kind_of(SyncMaterialInformation))
def take_in(env: Env, message: Message) -> None:
    """Items become ours; lots are known from now on, with what came of them and where it lies."""
    told = plain.from_plain(SyncMaterialInformation, message.payload).information
    items = _items(env, message, told)
    if told.lots:
        _deliver(env, message, told, items)
    confirm(env, message, ActionCode.ACCEPTED)


def _items(env: Env, message: Message, told: MaterialInformation) -> dict[str, Item]:
    """The items that are spoken of. Beside lots they are only named: what changes of them comes by itself."""
    if message.sender == HERE:
        return {each.id: env.get(Item, int(each.record)) for each in told.definitions}
    take = known_item if told.lots else take_over_item
    return {each.id: take(env, partner_id(message.sender), each) for each in told.definitions}


def _deliver(env: Env, message: Message, told: MaterialInformation, items: dict[str, Item]) -> None:
    company_id = env.session.scalar(select(Company.id).where(Company.code == told.company))
    if company_id is None:
        raise UserError(_("There is no company {code} here.", code=told.company))
    rows = [
        {
            "company_id": company_id, "receipt": told.id or "", "item_id": items[lot.material].id,
            "lot_id": _lot(env, company_id, items[lot.material], lot) if lot.is_lot else None,
            "location_id": _location(env, company_id, lot.location), "quantity": lot.quantity.value,
            "unit_id": _unit(env, lot.quantity.unit), "received_at": told.published_at,
            "message_id": message.message_id, "line": line,
        }
        for line, lot in enumerate(told.lots, start=1)
    ]  # fmt: skip
    bulk.create(env, Delivery, rows)


def _lot(env: Env, company_id: int, item: Item, told: MaterialLot) -> int:
    """The lot, made where it is not known yet."""
    found = env.session.scalar(
        select(Lot.id).where(Lot.number == told.id, Lot.item_id == item.id, Lot.company_id == company_id)
    )
    if found is not None:
        return found
    made = Lot(
        number=told.id,
        item_id=item.id,
        company_id=company_id,
        origin=told.supplier_lot,
        expires_on=told.expires_on,
    )
    env.add(made)
    env.flush()
    return made.id


def _location(env: Env, company_id: int, code: str) -> int:
    """The storage location, which the ERP keeps: one that is not known yet is made."""
    found = env.session.scalar(
        select(StorageLocation.id).where(
            StorageLocation.code == code, StorageLocation.company_id == company_id
        )
    )
    if found is not None:
        return found
    made = StorageLocation(code=code, name=code, kind=LocationKind.INTERNAL, company_id=company_id)
    env.add(made)
    env.flush()
    return made.id


def _unit(env: Env, code: str) -> int:
    found = env.session.scalar(select(Unit.id).where(Unit.code == code))
    if found is None:
        raise UserError(
            _("There is no unit {code} here. Create it, then have the message done again.", code=code)
        )
    return found
