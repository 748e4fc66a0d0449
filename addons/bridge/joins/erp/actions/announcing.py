"""Receipts: what was posted is announced to the MES, which acknowledges it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from addons.bridge.actions.telling import listener, tell
from addons.bridge.joins.erp.actions.describing import definition
from addons.bridge.joins.erp.models import Notice, ReceiptNotice
from addons.bridge.messages.message import SyncMaterialInformation
from addons.bridge.messages.noun import ActionCode, MaterialInformation, MaterialLot, Quantity, one_line
from addons.bridge.models import Side
from addons.erp_supply.models import Receipt, StockMove
from core import Env, now
from core.base import Item

#: Receipts of a company are told in their order.
KEY = "receipt"


def announce(env: Env, ids: Sequence[int]) -> None:
    """Tell the MES what came with receipts that have been posted, as it stands in stock."""
    with env.as_system() as system:
        for receipt in system.session.scalars(
            select(Receipt).where(Receipt.id.in_(ids)).order_by(Receipt.id)
        ).all():
            to = listener(system, receipt.company_id, Side.MES)
            if to is None:
                continue
            kept = ReceiptNotice.of(receipt)
            at = now()
            kept.notice, kept.told_at = Notice.TOLD, at

            def note(message_id: str, kept: ReceiptNotice = kept) -> None:
                kept.message_id = message_id
                system.flush()

            tell(system, to, _message(system, receipt, to.company, at), key=KEY, note=note)


def _message(env: Env, receipt: Receipt, company: str, at: datetime) -> SyncMaterialInformation:
    """What came, lot by lot. The items are described as well, so that nobody has to know them before."""
    moves = env.session.scalars(
        select(StockMove)
        .where(StockMove.receipt_id == receipt.id)
        .options(
            selectinload(StockMove.item).selectinload(Item.unit), selectinload(StockMove.lot),
            selectinload(StockMove.unit), selectinload(StockMove.target),
        )
        .order_by(StockMove.id)
    ).all()  # fmt: skip
    number = one_line(receipt.number or "")
    items = {move.item_id: move.item for move in moves}
    return SyncMaterialInformation(
        ActionCode.ADD,
        MaterialInformation(
            company, at, number, tuple(definition(item, 0) for item in items.values()),
            tuple(_lot(move, f"{number}/{line}") for line, move in enumerate(moves, start=1)),
        ),
    )  # fmt: skip


def _lot(move: StockMove, delivery: str) -> MaterialLot:
    lot = move.lot
    return MaterialLot(
        one_line(lot.number) if lot else delivery, one_line(move.item.code),
        Quantity(move.quantity, move.unit.code), one_line(move.target.code), lot is not None,
        one_line(lot.origin) if lot and lot.origin else None, lot.expires_on if lot else None,
    )  # fmt: skip
