"""What the ERP answered stands on the use that was reported."""

from __future__ import annotations

from sqlalchemy import select

from addons.bridge.joins.mes.models import Report, UseReport
from core import Env, now


def note_answer(env: Env, message_id: str, action: str, reason: str) -> None:
    """Keep the answer to a report of ours."""
    with env.as_system() as system:
        kept = system.session.scalar(select(UseReport).where(UseReport.message_id == message_id))
        if kept is not None:
            kept.report, kept.answered_at, kept.answer = Report(action.lower()), now(), reason or None
