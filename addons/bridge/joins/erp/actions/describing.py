"""Our records in the words of the messages."""

from __future__ import annotations

from addons.bridge.messages.noun import (
    Equipment,
    EquipmentElementLevel,
    MaterialDefinition,
    one_line,
)
from core.base import EquipmentLevel, Item, WorkCenter

_LEVELS = {
    EquipmentLevel.AREA: EquipmentElementLevel.AREA,
    EquipmentLevel.WORK_CENTER: EquipmentElementLevel.WORK_CENTER,
    EquipmentLevel.WORK_UNIT: EquipmentElementLevel.WORK_UNIT,
}


def definition(item: Item, base_version: int) -> MaterialDefinition:
    return MaterialDefinition(
        one_line(item.code), one_line(item.name), str(item.type), item.unit.code, str(item.tracking), item.active,
        str(item.id), item.version, base_version, one_line(item.revision) if item.revision else None,
    )  # fmt: skip


def equipment(place: WorkCenter, base_version: int) -> Equipment:
    return Equipment(
        one_line(place.code), one_line(place.name), _LEVELS[place.level], one_line(place.site.code), place.active,
        str(place.id), place.version, base_version, one_line(place.parent.code) if place.parent else None,
    )  # fmt: skip
