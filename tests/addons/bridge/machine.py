"""What the MES has besides: watched machines, and what is used at them."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from addons.mes_equipment.actions.using import report_use
from addons.mes_equipment.models import Equipment, MaterialUse
from core import Env
from core.base import Item, Lot, WorkCenter
from tests.addons.bridge.house import do, one


def watch(env: Env) -> None:
    """Monitor every machine."""
    for place in env.session.scalars(select(WorkCenter)).all():
        Equipment.of(place).monitored = True
    env.flush()


def used(env: Env, code: str, quantity: object, *, machine: str = "M-1", lot: str | None = None) -> None:
    """Report at a machine that material was used."""
    lot_id = one(env, Lot, number=lot).id if lot else None
    do(
        env, report_use, one(env, WorkCenter, code=machine), item_id=one(env, Item, code=code).id,
        quantity=Decimal(str(quantity)), lot_id=lot_id,
    )  # fmt: skip


def uses(env: Env) -> list[MaterialUse]:
    return list(env.session.scalars(select(MaterialUse).order_by(MaterialUse.id)))
