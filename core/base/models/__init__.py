"""The nouns of base, all of them mapped by importing this package."""

from __future__ import annotations

from core.base.models.calendar import Calendar, CalendarException, Shift, Weekday
from core.base.models.company import Company, Site
from core.base.models.item import Item, ItemType, Lot, Tracking
from core.base.models.mechanism import (
    Change,
    ChangeBatch,
    InstalledAddon,
    Job,
    JobLine,
    Received,
    Sequence,
)
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
    SavedView,
    Setting,
)
from core.base.models.role import (
    administrator,
    auditor,
    employee,
    master_data_editor,
    personnel_officer,
    view_keeper,
)
from core.base.models.transfer import Import
from core.base.models.unit import Dimension, Unit
from core.base.models.user import (
    ApiToken,
    Credential,
    LoginAttempt,
    LoginSession,
    User,
    UserCompany,
    UserRole,
)

__all__ = [
    "Activity",
    "ActivityState",
    "Address",
    "AddressKind",
    "ApiToken",
    "AssetKind",
    "Attachment",
    "Badge",
    "Bom",
    "BomLine",
    "Calendar",
    "CalendarException",
    "Change",
    "ChangeBatch",
    "Comment",
    "Company",
    "Contact",
    "Credential",
    "Currency",
    "Dimension",
    "EquipmentLevel",
    "ExternalId",
    "Favourite",
    "Import",
    "InstalledAddon",
    "Item",
    "ItemType",
    "Job",
    "JobLine",
    "LocationKind",
    "LoginAttempt",
    "LoginSession",
    "Lot",
    "Mention",
    "Operation",
    "Party",
    "PaymentTerm",
    "Person",
    "PersonQualification",
    "PhysicalAsset",
    "Qualification",
    "Rate",
    "Received",
    "Recent",
    "Routing",
    "SavedView",
    "Sequence",
    "Setting",
    "Shift",
    "Site",
    "StorageLocation",
    "Tax",
    "TaxCategory",
    "Tracking",
    "Unit",
    "User",
    "UserCompany",
    "UserRole",
    "Weekday",
    "WorkCenter",
    "administrator",
    "auditor",
    "employee",
    "master_data_editor",
    "personnel_officer",
    "view_keeper",
]
