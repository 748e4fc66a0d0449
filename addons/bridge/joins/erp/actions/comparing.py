"""The ERP's figures: what the floor said it used beside what was issued, receipts beside their acknowledgements."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import case, func, select

from addons.bridge.actions.telling import kind_of
from addons.bridge.joins.erp.models import FloorIssue, Notice, ReceiptNotice
from addons.bridge.messages import plain
from addons.bridge.messages.message import ProcessOperationsPerformance
from addons.bridge.rules.figure import Figure
from addons.erp_supply.actions.conversion import Measures
from addons.erp_supply.models import Receipt, StockMove
from core import Env, _
from core.base import Company, Item, StorageLocation, Unit
from core.base.models.mechanism import IncomingMessage, IncomingState

_USE = _("Material used at machines")
_RECEIPT = _("Receipts told to the MES")
_ACKNOWLEDGED = (Notice.ACCEPTED, Notice.MODIFIED)


def figures(env: Env, company_id: int) -> Iterator[Figure]:
    yield from _issued(env, company_id)
    yield from _parked(env, company_id)
    yield from _receipts(env, company_id)


def _issued(env: Env, company_id: int) -> Iterator[Figure]:
    """What was reported, in the unit of stock, beside what the moves took out of the location."""
    out = case((StockMove.source_id == FloorIssue.location_id, StockMove.quantity), else_=-StockMove.quantity)
    rows = env.session.execute(
        select(
            FloorIssue.item_id, FloorIssue.unit_id, Item.code, StorageLocation.code, Unit.code,
            func.sum(FloorIssue.quantity), func.sum(out),
        )
        .join(StockMove, StockMove.id == FloorIssue.move_id)
        .join(Item, Item.id == FloorIssue.item_id)
        .join(StorageLocation, StorageLocation.id == FloorIssue.location_id)
        .join(Unit, Unit.id == StockMove.unit_id)
        .where(FloorIssue.company_id == company_id)
        .group_by(FloorIssue.item_id, FloorIssue.unit_id, Item.code, StorageLocation.code, Unit.code)
        .order_by(Item.code, StorageLocation.code)
    ).all()  # fmt: skip
    measures = Measures(env, (row[0] for row in rows))
    for item_id, unit_id, item, location, unit, reported, issued in rows:
        yield Figure(_USE, item, measures.stocked(item_id, reported, unit_id), issued, location, unit)


def _parked(env: Env, company_id: int) -> Iterator[Figure]:
    """What was reported and is not issued yet; where it will be taken from is not known before."""
    code = env.get(Company, company_id).code
    waiting = select(IncomingMessage.payload).where(
        IncomingMessage.type == kind_of(ProcessOperationsPerformance),
        IncomingMessage.state.in_([IncomingState.WAITING, IncomingState.PARKED]),
    )
    for payload in env.session.scalars(waiting.order_by(IncomingMessage.id)):
        told = plain.from_plain(ProcessOperationsPerformance, payload).performance
        for actual in told.materials if told.company == code else ():
            yield Figure(
                _USE,
                actual.material,
                actual.quantity.value,
                Decimal(0),
                actual.location or "",
                actual.quantity.unit,
            )


def _receipts(env: Env, company_id: int) -> Iterator[Figure]:
    acknowledged = case((ReceiptNotice.notice.in_(_ACKNOWLEDGED), StockMove.quantity), else_=Decimal(0))
    rows = env.session.execute(
        select(
            Item.code, StorageLocation.code, Unit.code, func.sum(StockMove.quantity), func.sum(acknowledged)
        )
        .join(Receipt, Receipt.id == StockMove.receipt_id)
        .join(ReceiptNotice, ReceiptNotice.id == Receipt.id)
        .join(Item, Item.id == StockMove.item_id)
        .join(StorageLocation, StorageLocation.id == StockMove.target_id)
        .join(Unit, Unit.id == StockMove.unit_id)
        .where(StockMove.company_id == company_id, ReceiptNotice.notice.is_not(None))
        .group_by(Item.code, StorageLocation.code, Unit.code)
        .order_by(Item.code, StorageLocation.code)
    )
    for item, location, unit, told, done in rows:
        yield Figure(_RECEIPT, item, told, done, location, unit)
