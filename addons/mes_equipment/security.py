"""Who may do what with equipment."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import aliased

from addons.mes_equipment.models import (
    AssetAssignment,
    CountEvent,
    EdgeNode,
    MaterialUse,
    Reason,
    ShiftInstance,
    StateChange,
    StateInterval,
    StateMap,
    Tag,
    TimeElements,
    Workplace,
    equipment_engineer,
    operator,
    team_leader,
    viewer,
)
from core import Grant, Principal, Right, Scope, _
from core.base import PhysicalAsset, WorkCenter, auditor, employee

ALL = "read create write delete"
#: What happened at equipment.
_HAPPENED = (
    StateChange,
    StateInterval,
    CountEvent,
    MaterialUse,
    ShiftInstance,
    TimeElements,
    AssetAssignment,
)

grants = [
    Grant(employee, (StateMap, Reason, Tag, EdgeNode), "read"),
    Grant(viewer, _HAPPENED, "read"),
    Grant(operator, _HAPPENED, "read"),
    Grant(auditor, (StateChange, CountEvent, MaterialUse, AssetAssignment, Workplace), "read"),
    Grant(team_leader, (ShiftInstance, Workplace), ALL),
    Grant(equipment_engineer, (StateMap, Reason, AssetAssignment, Tag, EdgeNode), ALL),
    Grant(equipment_engineer, WorkCenter, "read create write"),
]

#: Assigning a machine tells its record where it stands.
rights = [Right(PhysicalAsset, "write")]


def _at_own_workplace(entity: Any, principal: Principal) -> ColumnElement[bool]:  # Any: the model or an alias
    """Equipment of the user's workplaces, or in an area or work centre that is one; all of it for who has none."""
    own = select(Workplace.equipment_id).where(Workplace.worker_id == principal.user_id)
    unit, center = aliased(WorkCenter), aliased(WorkCenter)
    inside = (
        select(unit.id)
        .outerjoin(center, center.id == unit.parent_id)
        .where(or_(unit.id.in_(own), unit.parent_id.in_(own), center.parent_id.in_(own)))
    )
    return or_(~own.exists(), entity.equipment_id.in_(inside))


scopes = [
    Scope(operator, model, _at_own_workplace, _("their workplaces, or all equipment for who has none"))
    for model in _HAPPENED
]
