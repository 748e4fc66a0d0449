"""The nouns of equipment on the floor."""

from __future__ import annotations

from addons.mes_equipment.models.asset import AssetAssignment
from addons.mes_equipment.models.count import CountEvent
from addons.mes_equipment.models.equipment import Equipment
from addons.mes_equipment.models.ledger import Source, StateChange, StateInterval
from addons.mes_equipment.models.material import MaterialUse
from addons.mes_equipment.models.reason import Reason, ReasonUse
from addons.mes_equipment.models.role import equipment_engineer, operator, team_leader, viewer
from addons.mes_equipment.models.shift import ShiftBreak, ShiftInstance, TimeElements
from addons.mes_equipment.models.state import Answer, StateMap, StateMapLine
from addons.mes_equipment.models.tag import EdgeNode, Protocol, Retention, Tag, TagRole
from addons.mes_equipment.models.telemetry import (
    DirtyBucket,
    Latest,
    Quarantine,
    RollupHour,
    RollupMinute,
    SpoolPosition,
    Telemetry,
    TelemetryText,
)
from addons.mes_equipment.models.workplace import Workplace
from addons.mes_equipment.rules.state import CountKind, EquipmentState, Loss

__all__ = [
    "Answer",
    "AssetAssignment",
    "CountEvent",
    "CountKind",
    "DirtyBucket",
    "EdgeNode",
    "Equipment",
    "EquipmentState",
    "Latest",
    "Loss",
    "MaterialUse",
    "Protocol",
    "Quarantine",
    "Reason",
    "ReasonUse",
    "Retention",
    "RollupHour",
    "RollupMinute",
    "ShiftBreak",
    "ShiftInstance",
    "Source",
    "SpoolPosition",
    "StateChange",
    "StateInterval",
    "StateMap",
    "StateMapLine",
    "Tag",
    "TagRole",
    "Telemetry",
    "TelemetryText",
    "TimeElements",
    "Workplace",
    "equipment_engineer",
    "operator",
    "team_leader",
    "viewer",
]
