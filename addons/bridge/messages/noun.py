"""What ERP and MES tell each other of, in the words of ISA-95 (B2MML V0700)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from core import FormatError, _


class ActionCode(StrEnum):
    """What became of a record, or of a message."""

    ADD = "Add"
    CHANGE = "Change"
    DELETE = "Delete"
    ACCEPTED = "Accepted"
    MODIFIED = "Modified"
    REJECTED = "Rejected"


class EquipmentElementLevel(StrEnum):
    """Level of the role-based equipment hierarchy."""

    AREA = "Area"
    WORK_CENTER = "WorkCenter"
    WORK_UNIT = "WorkUnit"


class OperationsType(StrEnum):
    """Which kind of work used material."""

    PRODUCTION = "Production"
    MAINTENANCE = "Maintenance"
    QUALITY = "Quality"
    INVENTORY = "Inventory"


class MaterialUse(StrEnum):
    """What material was used for."""

    CONSUMABLE = "Consumable"
    CONSUMED = "Consumed"


class Lined:
    """Its texts are single lines without control characters, so that JSON and XML carry them alike."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for each in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            value = getattr(self, each.name)
            if isinstance(value, str) and one_line(value) != value:
                raise FormatError(
                    _(
                        "{field} of {noun} must be one line without control characters.",
                        field=each.name,
                        noun=type(self).__name__,
                    )
                )


def one_line(text: str) -> str:
    """`text` as messages carry it: what cannot be printed becomes a space, and runs of spaces become one."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@dataclass(frozen=True, slots=True)
class Quantity(Lined):
    """A number of a unit of UN/ECE Recommendation 20."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class MaterialDefinition(Lined):
    """An item."""

    id: str
    description: str
    material_class: str
    unit: str
    tracking: str
    is_active: bool
    #: What the sender's database calls it, which stays when the code changes.
    record: str
    version: int
    #: The version that the sender told of before; 0 at first.
    base_version: int
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class MaterialLot(Lined):
    """A quantity at a place: of a lot or, where the item has none, of a delivery."""

    id: str
    material: str
    quantity: Quantity
    location: str
    #: False where the id names a line of a delivery, because the item is not kept by lot.
    is_lot: bool
    supplier_lot: str | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class MaterialInformation(Lined):
    """Items of a company, or what came with a receipt, whose number is the id."""

    company: str
    published_at: datetime
    id: str | None = None
    definitions: tuple[MaterialDefinition, ...] = ()
    lots: tuple[MaterialLot, ...] = ()


@dataclass(frozen=True, slots=True)
class Equipment(Lined):
    """A work centre: equipment by its role."""

    id: str
    description: str
    level: EquipmentElementLevel
    site: str
    is_active: bool
    record: str
    version: int
    base_version: int
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class EquipmentInformation(Lined):
    """Work centres of a company."""

    company: str
    published_at: datetime
    equipment: tuple[Equipment, ...] = ()


@dataclass(frozen=True, slots=True)
class MaterialActual(Lined):
    """Material that was really used."""

    material: str
    quantity: Quantity
    use: MaterialUse
    location: str | None = None
    lot: str | None = None
    #: What the receiver's database calls the item, where the sender was told.
    record: str | None = None


@dataclass(frozen=True, slots=True)
class OperationsPerformance(Lined):
    """What was done at a machine, and what it took."""

    id: str
    company: str
    operations_type: OperationsType
    published_at: datetime
    ended_at: datetime
    description: str | None = None
    equipment: str | None = None
    asset: str | None = None
    materials: tuple[MaterialActual, ...] = ()
