"""What every addon shares: the nouns of plant and office, users, settings, comments, files and to-dos.

Addons import the nouns from here (`from core.base import Item`). They are mapped when the first of them is
asked for, so that reading the manifest maps nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from core.addon import Addon
from core.i18n import _

if TYPE_CHECKING:
    from core.base.models.automation import AutomationRule, AutomationStep, StepKind, Trigger
    from core.base.models.calendar import Calendar, CalendarException, Shift, Weekday
    from core.base.models.company import Company, Site
    from core.base.models.item import Item, ItemType, Lot, Tracking
    from core.base.models.mail import MailTemplate
    from core.base.models.money import Currency, PaymentTerm, Rate, Tax, TaxCategory
    from core.base.models.party import Address, AddressKind, Contact, Party
    from core.base.models.person import Badge, Person, PersonQualification, Qualification
    from core.base.models.place import (
        AssetKind,
        EquipmentLevel,
        LocationKind,
        PhysicalAsset,
        StorageLocation,
        WorkCenter,
    )
    from core.base.models.product import Bom, BomLine, Operation, Routing
    from core.base.models.record import (
        Activity,
        ActivityState,
        Attachment,
        Comment,
        ExternalId,
        Favourite,
        Mention,
        Recent,
        RecordTemplate,
        SavedView,
        Setting,
    )
    from core.base.models.role import (
        administrator,
        auditor,
        correspondent,
        employee,
        integration_operator,
        master_data_editor,
        personnel_officer,
    )
    from core.base.models.standard import unique_by_company
    from core.base.models.unit import Dimension, Unit
    from core.base.models.user import Credential, User, UserCompany, UserRole
    from core.base.models.webhook import Webhook
    from core.base.settings import Level, setting

__all__ = [
    "Activity",
    "ActivityState",
    "Address",
    "AddressKind",
    "AssetKind",
    "Attachment",
    "AutomationRule",
    "AutomationStep",
    "Badge",
    "Bom",
    "BomLine",
    "Calendar",
    "CalendarException",
    "Comment",
    "Company",
    "Contact",
    "Credential",
    "Currency",
    "Dimension",
    "EquipmentLevel",
    "ExternalId",
    "Favourite",
    "Item",
    "ItemType",
    "Level",
    "LocationKind",
    "Lot",
    "MailTemplate",
    "Mention",
    "Operation",
    "Party",
    "PaymentTerm",
    "Person",
    "PersonQualification",
    "PhysicalAsset",
    "Qualification",
    "Rate",
    "Recent",
    "RecordTemplate",
    "Routing",
    "SavedView",
    "Setting",
    "Shift",
    "Site",
    "StepKind",
    "StorageLocation",
    "Tax",
    "TaxCategory",
    "Tracking",
    "Trigger",
    "Unit",
    "User",
    "UserCompany",
    "UserRole",
    "Webhook",
    "Weekday",
    "WorkCenter",
    "addon",
    "administrator",
    "auditor",
    "correspondent",
    "employee",
    "integration_operator",
    "master_data_editor",
    "personnel_officer",
    "setting",
    "unique_by_company",
]

addon = Addon("base", title=_("Base"))

_ELSEWHERE = {
    "Level": "core.base.settings",
    "setting": "core.base.settings",
    "unique_by_company": "core.base.models.standard",
}


def __getattr__(name: str) -> object:
    """The noun called `name`, mapped at first use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(import_module(_ELSEWHERE.get(name, "core.base.models")), name)
    return found
