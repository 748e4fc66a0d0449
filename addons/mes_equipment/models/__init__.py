"""The nouns of equipment on the floor."""

from __future__ import annotations

from addons.mes_equipment.models.equipment import Equipment
from addons.mes_equipment.models.role import equipment_engineer, operator, team_leader, viewer
from addons.mes_equipment.models.state import Answer, StateMap, StateMapLine
from addons.mes_equipment.rules.state import CountKind, EquipmentState, Loss

__all__ = [
    "Answer",
    "CountKind",
    "Equipment",
    "EquipmentState",
    "Loss",
    "StateMap",
    "StateMapLine",
    "equipment_engineer",
    "operator",
    "team_leader",
    "viewer",
]
