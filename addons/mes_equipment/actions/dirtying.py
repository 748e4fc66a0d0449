"""Shifts whose time elements no longer say what happened in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from addons.mes_equipment.models import ShiftInstance
from core import Env, bulk


def soil(env: Env, equipment_id: int, starts_at: datetime, ends_at: datetime) -> None:
    """Have the shifts of equipment computed again that meet the time from `starts_at` up to and with `ends_at`."""
    met = env.session.execute(
        select(ShiftInstance.id, ShiftInstance.dirty)
        .where(
            ShiftInstance.equipment_id == equipment_id,
            ShiftInstance.ends_at > starts_at,
            ShiftInstance.starts_at <= ends_at,
        )
        .order_by(ShiftInstance.id)
        .with_for_update(
            of=ShiftInstance
        )  # who computes one now reads what we do not know of, and clears it after
    )
    bulk.update(env, ShiftInstance, [{"id": shift_id, "dirty": True} for shift_id, dirty in met if not dirty])
