"""Equipment by role, the assets that fill the roles, and where material is kept."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core.base.models.calendar import Calendar
from core.base.models.company import Site
from core.base.models.standard import require
from core.i18n import _
from core.orm.field import field, index, link, reference
from core.orm.model import Model, OfCompany
from core.orm.types import Choice, Code, Name


class EquipmentLevel(Choice):
    """Level of the role-based equipment hierarchy of ISA-95, below the site."""

    AREA = "area", _("Area")
    WORK_CENTER = "work_center", _("Work centre")
    WORK_UNIT = "work_unit", _("Work unit")


class WorkCenter(OfCompany, Model):
    """ISA-95 role-based equipment: an area, line, cell or machine place, named for what it is for."""

    __tablename__ = "base_work_center"
    singular = _("Work centre")
    plural = _("Work centres")

    code: Mapped[Code] = field(_("Code"), title=True, key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), search=True, track=True)
    level: Mapped[EquipmentLevel] = field(
        _("Level"), default=EquipmentLevel.WORK_CENTER, sort=True, track=True
    )
    site_id: Mapped[int] = reference(Site, _("Site"), track=True)
    site: Mapped[Site] = link(site_id)
    parent_id: Mapped[int | None] = reference("base_work_center", _("Part of"), track=True)
    parent: Mapped[WorkCenter | None] = link(parent_id, remote=lambda: WorkCenter.id)
    calendar_id: Mapped[int | None] = reference(
        Calendar, _("Calendar"), track=True, help=_("Without one, the calendar of what it is part of holds.")
    )
    calendar: Mapped[Calendar | None] = link(calendar_id)
    active: Mapped[bool] = field(_("Active"), default=True, track=True)

    __table_args__ = (index("company_id", "code", unique=True),)

    def check(self) -> None:
        inside = self.id is not None and self.parent_id == self.id
        require({"parent_id": _("It cannot be part of itself.") if inside else None})


class AssetKind(Choice):
    """What sort of thing a physical asset is."""

    MACHINE = "machine", _("Machine")
    TOOL = "tool", _("Tool")
    GAUGE = "gauge", _("Gauge")
    FIXTURE = "fixture", _("Fixture")
    CONTAINER = "container", _("Container")
    VEHICLE = "vehicle", _("Vehicle")
    BUILDING = "building", _("Building")
    OTHER = "other", _("Other")


class PhysicalAsset(OfCompany, Model):
    """ISA-95 physical asset: a particular machine, tool or other thing, with a serial number and a maker."""

    __tablename__ = "base_physical_asset"
    singular = _("Physical asset")
    plural = _("Physical assets")

    code: Mapped[Code] = field(_("Code"), title=True, key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), search=True, track=True)
    kind: Mapped[AssetKind] = field(_("Kind"), default=AssetKind.MACHINE, sort=True, track=True)
    maker: Mapped[Name | None] = field(_("Maker"), sort=True)
    type_name: Mapped[Name | None] = field(_("Type"))
    serial_number: Mapped[Code | None] = field(_("Serial number"), search=True, track=True, copy=False)
    work_center_id: Mapped[int | None] = reference(
        WorkCenter, _("Work centre"), track=True, help=_("The equipment role that it fills now.")
    )
    work_center: Mapped[WorkCenter | None] = link(work_center_id)
    active: Mapped[bool] = field(_("Active"), default=True, track=True)

    __table_args__ = (index("company_id", "code", unique=True),)


class LocationKind(Choice):
    """Whose material a location holds; what leaves the internal ones leaves the company's stock."""

    INTERNAL = "internal", _("Internal")
    SUPPLIER = "supplier", _("Supplier")
    CUSTOMER = "customer", _("Customer")
    LOSS = "loss", _("Loss")
    PRODUCTION = "production", _("Production")
    TRANSIT = "transit", _("Transit")


class StorageLocation(OfCompany, Model):
    """ISA-95 operational location for material: a warehouse, zone, shelf or bin, or a place outside."""

    __tablename__ = "base_storage_location"
    singular = _("Storage location")
    plural = _("Storage locations")

    code: Mapped[Code] = field(_("Code"), title=True, key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), search=True, track=True)
    kind: Mapped[LocationKind] = field(_("Kind"), default=LocationKind.INTERNAL, sort=True, track=True)
    site_id: Mapped[int | None] = reference(Site, _("Site"), track=True)
    site: Mapped[Site | None] = link(site_id)
    parent_id: Mapped[int | None] = reference("base_storage_location", _("Part of"), track=True)
    parent: Mapped[StorageLocation | None] = link(parent_id, remote=lambda: StorageLocation.id)
    active: Mapped[bool] = field(_("Active"), default=True, track=True)

    __table_args__ = (index("company_id", "code", unique=True),)

    def check(self) -> None:
        inside = self.id is not None and self.parent_id == self.id
        require({"parent_id": _("It cannot be part of itself.") if inside else None})
