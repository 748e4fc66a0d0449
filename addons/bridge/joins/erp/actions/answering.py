"""What the MES answered stands on what it was told."""

from __future__ import annotations

from sqlalchemy import select

from addons.bridge.joins.erp.models import Notice, ReceiptNotice, Told
from addons.erp_supply.models import Receipt
from core import Env, now


def note_answer(env: Env, message_id: str, action: str, reason: str) -> None:
    """Keep the answer to a message of ours; one that answers an older message changes nothing."""
    notice = Notice(action.lower())
    with env.as_system() as system:
        receipt_id = system.session.scalar(
            select(ReceiptNotice.id).where(ReceiptNotice.message_id == message_id)
        )
        if receipt_id is not None:
            kept = ReceiptNotice.of(system.get(Receipt, receipt_id))
            kept.notice, kept.answered_at, kept.answer = notice, now(), reason or None
        told = system.session.scalar(select(Told).where(Told.message_id == message_id))
        if told is not None:
            told.notice, told.answered_at, told.answer = notice, now(), reason or None
