"""What the MES has of each flow, under the keys by which the ERP knows it too."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, exists, select

from addons.bridge.actions.master import items_of, places_of
from addons.bridge.actions.telling import listener
from addons.bridge.joins.mes.models import Delivery, TakenOver, UseReport
from addons.bridge.messages.noun import one_line
from addons.bridge.messages.reconciliation import Fact, Flow, Period
from addons.bridge.models import Side
from addons.bridge.rules.described import delivered, item_said, line_key, place_said, used
from addons.mes_equipment.models import MaterialUse
from core import Env, model_name
from core.base import Item, Lot, StorageLocation, Unit, WorkCenter


def facts(env: Env, company_id: int, period: Period) -> Iterator[Fact]:
    """Everything that the ERP of the company must have as well."""
    to = listener(env, company_id, Side.ERP)
    if to is None:
        return
    yield from _items(env, company_id, to.partner_id)
    yield from _places(env, company_id, to.partner_id)
    yield from _deliveries(env, company_id, period)
    yield from _uses(env, company_id, period)


def _items(env: Env, company_id: int, partner_id: int | None) -> Iterator[Fact]:
    """What was taken over; in one database both work with the same items."""
    known = items_of(company_id)
    if partner_id is not None:
        known = known.where(_taken_over(Item, partner_id))
    for code, name, kind, unit, tracking, revision in env.session.execute(known):
        yield Fact(Flow.ITEMS, one_line(code), item_said(name, kind, unit, tracking, revision))


def _places(env: Env, company_id: int, partner_id: int | None) -> Iterator[Fact]:
    known = places_of(company_id)
    if partner_id is not None:
        known = known.where(_taken_over(WorkCenter, partner_id))
    for code, name, level, site, above in env.session.execute(known):
        yield Fact(Flow.PLACES, one_line(code), place_said(name, level, site, above))


def _taken_over(model: type[Item | WorkCenter], partner_id: int) -> ColumnElement[bool]:
    return exists().where(
        TakenOver.partner_id == partner_id,
        TakenOver.model == model_name(model),
        TakenOver.record_id == model.id,
    )


def _deliveries(env: Env, company_id: int, period: Period) -> Iterator[Fact]:
    rows = env.session.execute(
        select(
            Delivery.receipt, Delivery.line, Delivery.received_at, Delivery.message_id, Item.code, Lot.number,
            StorageLocation.code, Delivery.quantity, Unit.code,
        )
        .join(Item, Item.id == Delivery.item_id)
        .join(StorageLocation, StorageLocation.id == Delivery.location_id)
        .join(Unit, Unit.id == Delivery.unit_id)
        .outerjoin(Lot, Lot.id == Delivery.lot_id)
        .where(Delivery.company_id == company_id)
        .where(Delivery.received_at >= period.since, Delivery.received_at < period.until)
    )  # fmt: skip
    for receipt, line, at, message_id, item, lot, location, quantity, unit in rows:
        key, what = line_key(receipt, line), delivered(item, lot, location)
        yield Fact(Flow.RECEIPTS, key, what, quantity, unit, at, message_id)


def _uses(env: Env, company_id: int, period: Period) -> Iterator[Fact]:
    """By the message that reported them; one that nobody reported has none."""
    rows = env.session.execute(
        select(
            UseReport.message_id, MaterialUse.id, MaterialUse.at, Item.code, Lot.number, MaterialUse.quantity,
            Unit.code,
        )
        .outerjoin_from(MaterialUse, UseReport, UseReport.use_id == MaterialUse.id)
        .join(Item, Item.id == MaterialUse.item_id)
        .join(Unit, Unit.id == MaterialUse.unit_id)
        .outerjoin(Lot, Lot.id == MaterialUse.lot_id)
        .where(MaterialUse.company_id == company_id)
        .where(MaterialUse.at >= period.since, MaterialUse.at < period.until)
    )  # fmt: skip
    for message_id, use_id, at, item, lot, quantity, unit in rows:
        key = line_key(message_id or f"use {use_id}", 1)
        yield Fact(Flow.USES, key, used(item, lot), quantity, unit, at, message_id)
