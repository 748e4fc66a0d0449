"""Which machine fills a role from now on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from sqlalchemy import ColumnElement, or_, select

from addons.mes_equipment.actions.floor import MONITORED
from addons.mes_equipment.models import AssetAssignment, equipment_engineer
from core import Ask, Env, UserError, ValidationError, _, action, now
from core.base import AssetKind, PhysicalAsset, WorkCenter


@action(
    _("Assign machine"),
    on=WorkCenter,
    roles=[equipment_engineer],
    when=MONITORED,
    icon="arrows-exchange",
    bulk=False,
)
def assign_asset(
    env: Env,
    equipment: Sequence[WorkCenter],
    *,
    asset_id: Annotated[int, Ask(_("Physical asset"), to=PhysicalAsset)],
) -> None:
    """From now on this machine fills the role; what filled it before, and where it stood before, ends."""
    asset = env.get(PhysicalAsset, asset_id)
    if asset.kind is not AssetKind.MACHINE:
        raise ValidationError({"asset_id": _("{asset} is no machine.", asset=asset.code)})
    for role in equipment:
        if role.company_id != asset.company_id:
            raise UserError(_("{asset} belongs to another company. Nothing has changed.", asset=asset.code))
        _end(
            env,
            or_(AssetAssignment.equipment_id == role.id, AssetAssignment.asset_id == asset.id),
        )
        env.add(
            AssetAssignment(
                company_id=role.company_id, equipment_id=role.id, asset_id=asset.id, starts_at=now()
            )
        )
        asset.work_center_id = role.id
    env.flush()


@action(
    _("Release machine"),
    on=WorkCenter,
    roles=[equipment_engineer],
    when=MONITORED,
    icon="arrow-back-up",
    bulk=False,
)
def release_asset(env: Env, equipment: Sequence[WorkCenter]) -> None:
    """The machine that fills the role leaves it; nothing fills it until another is assigned."""
    _end(env, AssetAssignment.equipment_id.in_([role.id for role in equipment]))


def _end(env: Env, which: ColumnElement[bool]) -> None:
    running = env.session.scalars(select(AssetAssignment).where(which, AssetAssignment.ends_at.is_(None)))
    for assignment in running:
        assignment.ends_at = now()
        if assignment.asset.work_center_id == assignment.equipment_id:
            assignment.asset.work_center_id = None
    env.flush()
