"""The nouns of equipment on the floor."""

from __future__ import annotations

from addons.mes_equipment.models.equipment import Equipment
from addons.mes_equipment.models.role import equipment_engineer, operator, team_leader, viewer
from addons.mes_equipment.models.state import Answer, EquipmentState, StateMap, StateMapLine

__all__ = [
    "Answer",
    "Equipment",
    "EquipmentState",
    "StateMap",
    "StateMapLine",
    "equipment_engineer",
    "operator",
    "team_leader",
    "viewer",
]
