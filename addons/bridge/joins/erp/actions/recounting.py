"""What the ERP has of each flow, under the keys by which the MES knows it too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, select

from addons.bridge.actions.master import items_of, places_of
from addons.bridge.actions.telling import listener
from addons.bridge.joins.erp.models import FloorIssue, ReceiptNotice, Told
from addons.bridge.messages.noun import one_line
from addons.bridge.messages.reconciliation import Fact, Flow, Period
from addons.bridge.models import Side
from addons.bridge.rules.described import delivered, item_said, line_key, place_said, used
from addons.erp_supply.models import Receipt, StockMove
from core import Env, model_name
from core.base import Item, Lot, StorageLocation, Unit, WorkCenter


def facts(env: Env, company_id: int, period: Period) -> Iterator[Fact]:
    """Everything that the MES of the company must have as well."""
    to = listener(env, company_id, Side.MES)
    if to is None:
        return
    yield from _items(env, company_id, to.partner_id)
    yield from _places(env, company_id, to.partner_id)
    yield from _receipts(env, company_id, period)
    yield from _issues(env, company_id, period)


def _items(env: Env, company_id: int, partner_id: int | None) -> Iterator[Fact]:
    told = items_of(company_id).add_columns(Told.message_id).outerjoin(Told, _told(Item, partner_id))
    for code, name, kind, unit, tracking, revision, message_id in env.session.execute(told):
        said = item_said(name, kind, unit, tracking, revision)
        yield Fact(Flow.ITEMS, one_line(code), said, message_id=message_id)


def _places(env: Env, company_id: int, partner_id: int | None) -> Iterator[Fact]:
    told = places_of(company_id).add_columns(Told.message_id).outerjoin(Told, _told(WorkCenter, partner_id))
    for code, name, level, site, above, message_id in env.session.execute(told):
        said = place_said(name, level, site, above)
        yield Fact(Flow.PLACES, one_line(code), said, message_id=message_id)


def _told(model: type[Item | WorkCenter], partner_id: int | None) -> ColumnElement[bool]:
    """What the partner was told of a record last; in one database nobody is told."""
    of_record = and_(Told.record_id == model.id, Told.model == model_name(model))
    return and_(of_record, Told.partner_id == partner_id)


def _receipts(env: Env, company_id: int, period: Period) -> Iterator[Fact]:
    """What came with receipts of which the MES was told, line by line as they were told."""
    rows = env.session.execute(
        select(
            Receipt.number, ReceiptNotice.told_at, ReceiptNotice.message_id, Item.code, Lot.number,
            StorageLocation.code, StockMove.quantity, Unit.code,
        )
        .join(Receipt, Receipt.id == StockMove.receipt_id)
        .join(ReceiptNotice, ReceiptNotice.id == Receipt.id)
        .join(Item, Item.id == StockMove.item_id)
        .join(StorageLocation, StorageLocation.id == StockMove.target_id)
        .join(Unit, Unit.id == StockMove.unit_id)
        .outerjoin(Lot, Lot.id == StockMove.lot_id)
        .where(Receipt.company_id == company_id, ReceiptNotice.notice.is_not(None))
        .where(ReceiptNotice.told_at >= period.since, ReceiptNotice.told_at < period.until)
        .order_by(Receipt.id, StockMove.id)
    )  # fmt: skip
    lines: Counter[str] = Counter()
    for number, at, message_id, item, lot, location, quantity, unit in rows:
        receipt = one_line(number or "")
        lines[receipt] += 1
        key, what = line_key(receipt, lines[receipt]), delivered(item, lot, location)
        yield Fact(Flow.RECEIPTS, key, what, quantity, unit, at, message_id)


def _issues(env: Env, company_id: int, period: Period) -> Iterator[Fact]:
    rows = env.session.execute(
        select(
            FloorIssue.message_id, FloorIssue.line, FloorIssue.used_at, Item.code, Lot.number,
            FloorIssue.quantity, Unit.code,
        )
        .join(Item, Item.id == FloorIssue.item_id)
        .join(Unit, Unit.id == FloorIssue.unit_id)
        .outerjoin(Lot, Lot.id == FloorIssue.lot_id)
        .where(FloorIssue.company_id == company_id)
        .where(FloorIssue.used_at >= period.since, FloorIssue.used_at < period.until)
    )  # fmt: skip
    for message_id, line, at, item, lot, quantity, unit in rows:
        yield Fact(Flow.USES, line_key(message_id, line), used(item, lot), quantity, unit, at, message_id)
