"""Companies, sites, equipment, storage locations and calendars."""

from __future__ import annotations

from core.base.models.calendar import Calendar, CalendarException, Shift
from core.base.models.company import Company, Site
from core.base.models.place import PhysicalAsset, StorageLocation, WorkCenter
from core.i18n import _
from core.views.nodes import Form, Group, Lines, List, Menu, Tab, Tree, View

companies = View(
    Company,
    icon="building",
    list=List(
        Company.code, Company.name, Company.country, Company.currency_id, Company.vat_id, Company.active,
        sort=("code",),
    ),
    form=Form(
        Group(
            "main", Company.code, Company.name, Company.country, Company.vat_id, Company.currency_id,
            Company.locale, Company.zone, Company.active,
        ),
    ),
    menu=Menu("settings", _("Companies"), icon="building", order=10),
)  # fmt: skip

sites = View(
    Site,
    icon="building-factory-2",
    list=List(Site.code, Site.name, Site.city, Site.country, Site.calendar_id, Site.active, sort=("code",)),
    form=Form(
        Group(
            "main", Site.code, Site.name, Site.street, Site.postal_code, Site.city, Site.country,
            Site.calendar_id, Site.active,
        ),
    ),
    menu=Menu("settings", _("Sites"), icon="building-factory-2", order=20),
)  # fmt: skip

work_centers = View(
    WorkCenter,
    icon="tool",
    list=List(
        WorkCenter.code, WorkCenter.name, WorkCenter.level, WorkCenter.parent_id, WorkCenter.site_id,
        WorkCenter.calendar_id, WorkCenter.active,
        facets=(WorkCenter.level, WorkCenter.site_id, WorkCenter.active),
        sort=("code",),
    ),
    tree=Tree(WorkCenter.parent_id),
    form=Form(
        Group(
            "main", WorkCenter.code, WorkCenter.name, WorkCenter.level, WorkCenter.parent_id,
            WorkCenter.site_id, WorkCenter.calendar_id, WorkCenter.active,
        ),
        subtitle=WorkCenter.name,
    ),
    menu=Menu("master", _("Work centres"), icon="tool", order=50),
)  # fmt: skip

assets = View(
    PhysicalAsset,
    icon="tools",
    list=List(
        PhysicalAsset.code, PhysicalAsset.name, PhysicalAsset.kind, PhysicalAsset.maker,
        PhysicalAsset.type_name, PhysicalAsset.serial_number, PhysicalAsset.work_center_id,
        PhysicalAsset.active,
        facets=(PhysicalAsset.kind, PhysicalAsset.work_center_id, PhysicalAsset.active),
        sort=("code",),
    ),
    form=Form(
        Group(
            "main", PhysicalAsset.code, PhysicalAsset.name, PhysicalAsset.kind, PhysicalAsset.maker,
            PhysicalAsset.type_name, PhysicalAsset.serial_number, PhysicalAsset.work_center_id,
            PhysicalAsset.active,
        ),
        subtitle=PhysicalAsset.name,
    ),
    menu=Menu("master", _("Physical assets"), icon="tools", order=55),
)  # fmt: skip

locations = View(
    StorageLocation,
    icon="map-pin",
    list=List(
        StorageLocation.code, StorageLocation.name, StorageLocation.kind, StorageLocation.parent_id,
        StorageLocation.site_id, StorageLocation.active,
        facets=(StorageLocation.kind, StorageLocation.site_id, StorageLocation.active),
        sort=("code",),
    ),
    tree=Tree(StorageLocation.parent_id),
    form=Form(
        Group(
            "main", StorageLocation.code, StorageLocation.name, StorageLocation.kind,
            StorageLocation.parent_id, StorageLocation.site_id, StorageLocation.active,
        ),
        subtitle=StorageLocation.name,
    ),
    menu=Menu("master", _("Storage locations"), icon="map-pin", order=60),
)  # fmt: skip

calendars = View(
    Calendar,
    icon="calendar",
    list=List(Calendar.code, Calendar.name, Calendar.zone, Calendar.active, sort=("code",)),
    form=Form(
        Group("main", Calendar.code, Calendar.name, Calendar.zone, Calendar.active),
        Tab(
            "shifts", _("Shifts"),
            Lines(Calendar.shifts, Shift.weekday, Shift.name, Shift.starts, Shift.ends, Shift.break_minutes),
        ),
        Tab(
            "exceptions", _("Exceptions"),
            Lines(
                Calendar.exceptions, CalendarException.day, CalendarException.name, CalendarException.starts,
                CalendarException.ends,
            ),
        ),
    ),
    menu=Menu("master", _("Calendars"), icon="calendar", order=70),
)  # fmt: skip
