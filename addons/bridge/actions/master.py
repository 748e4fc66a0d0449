"""The master data that both sides of the bridge have to know alike."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from core.base import EquipmentLevel, Item, ItemType, Site, Tracking, Unit, WorkCenter


def items_of(company_id: int) -> Select[str, str, ItemType, str, Tracking, str | None]:
    """Code, name, type, unit, tracking and revision of each item of the company that can be stored or made."""
    return (
        select(Item.code, Item.name, Item.type, Unit.code, Item.tracking, Item.revision)
        .join(Unit, Unit.id == Item.unit_id)
        .where(Item.active, Item.type != ItemType.SERVICE)
        .where((Item.company_id == company_id) | Item.company_id.is_(None))
    )


def places_of(company_id: int) -> Select[str, str, EquipmentLevel, str, str]:
    """Code, name, level, site and the code of what is above, of each work centre of the company."""
    parent = aliased(WorkCenter)
    return (
        select(WorkCenter.code, WorkCenter.name, WorkCenter.level, Site.code, parent.code)
        .join(Site, Site.id == WorkCenter.site_id)
        .outerjoin(parent, parent.id == WorkCenter.parent_id)
        .where(WorkCenter.active, WorkCenter.company_id == company_id)
    )
