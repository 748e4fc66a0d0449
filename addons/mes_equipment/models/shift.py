"""Shifts as they are worked at equipment, and where their time went."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped

from addons.mes_equipment.models.overlap import refuse_overlap
from core import (
    Code,
    Day,
    Instant,
    Model,
    Name,
    OfCompany,
    Quantity,
    ValidationError,
    _,
    children,
    field,
    index,
    link,
    part_of,
    reference,
)
from core.base import Item, WorkCenter


class ShiftInstance(OfCompany, Model):
    """A shift of equipment on a day: planned from its calendar, or put in by hand. It belongs to the day it starts."""

    __tablename__ = "mes_equipment_shift"
    singular = _("Shift")
    plural = _("Shifts")

    equipment_id: Mapped[int] = reference(WorkCenter, _("Equipment"), title=True, key=True)
    equipment: Mapped[WorkCenter] = link(equipment_id)
    day: Mapped[Day] = field(_("Day"), title=True, sort=True)
    name: Mapped[Name] = field(_("Name"), title=True)
    starts_at: Mapped[Instant] = field(_("Starts"), key=True, sort=True, track=True)
    ends_at: Mapped[Instant] = field(_("Ends"), track=True)
    #: Something happened in it that its time elements do not know yet.
    dirty: Mapped[bool] = field(_("To recompute"), default=True, readonly=True, listed=False)
    break_seconds: Mapped[int] = field(_("Breaks, s"), default=0, readonly=True)
    breaks: Mapped[list[ShiftBreak]] = children(
        _("Breaks"), by=lambda: ShiftBreak.shift, order=lambda: ShiftBreak.starts_at
    )

    __table_args__ = (
        index("equipment_id", "starts_at", unique=True),
        index("equipment_id", "ends_at"),
        index("starts_at", where="dirty", name="ix_mes_equipment_shift_dirty"),
    )

    def settle(self) -> None:
        seconds = sum(int((pause.ends_at - pause.starts_at).total_seconds()) for pause in self.breaks)
        if seconds != self.break_seconds:
            self.break_seconds, self.dirty = seconds, True

    def check(self) -> None:
        if self.ends_at is not None and self.starts_at is not None and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("It ends before it begins.")})


class ShiftBreak(Model):
    """A break of a shift; whoever works through it is not on break."""

    __tablename__ = "mes_equipment_shift_break"
    singular = _("Break")
    plural = _("Breaks")

    shift_id: Mapped[int] = part_of(ShiftInstance, _("Shift"))
    shift: Mapped[ShiftInstance] = link(shift_id, back=lambda: ShiftInstance.breaks)
    starts_at: Mapped[Instant] = field(_("Starts"), key=True, track=True)
    ends_at: Mapped[Instant] = field(_("Ends"), track=True)

    def check(self) -> None:
        if self.ends_at is not None and self.starts_at is not None and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("It ends before it begins.")})


class TimeElements(OfCompany, Model):
    """Time elements of ISO 22400-2 and quantities of one order and item in a shift. They add up over anything."""

    __tablename__ = "mes_equipment_time_elements"
    singular = _("Time elements")
    plural = _("Time elements")

    shift_id: Mapped[int] = reference(ShiftInstance, _("Shift"), readonly=True)
    shift: Mapped[ShiftInstance] = link(shift_id)
    equipment_id: Mapped[int] = reference(WorkCenter, _("Equipment"), title=True, readonly=True)
    equipment: Mapped[WorkCenter] = link(equipment_id)
    day: Mapped[Day] = field(_("Day"), title=True, readonly=True, sort=True)
    order_code: Mapped[Code | None] = field(_("Work order"), readonly=True, search=True)
    item_id: Mapped[int | None] = reference(Item, _("Item"), readonly=True)
    item: Mapped[Item | None] = link(item_id)
    production: Mapped[int] = field(_("Production, s"), default=0, readonly=True, help=_("APT"))
    setup: Mapped[int] = field(_("Set-up, s"), default=0, readonly=True, help=_("AUST"))
    delay: Mapped[int] = field(_("Delay, s"), default=0, readonly=True, help=_("ADET"))
    idle: Mapped[int] = field(_("Without order, s"), default=0, readonly=True, help=_("ADOT"))
    planned: Mapped[int] = field(_("Planned downtime, s"), default=0, readonly=True)
    unknown: Mapped[int] = field(_("Unknown, s"), default=0, readonly=True)
    breakdown: Mapped[int] = field(_("Breakdown, s"), default=0, readonly=True, help=_("L1"))
    setup_loss: Mapped[int] = field(_("Set-up loss, s"), default=0, readonly=True, listed=False, help=_("L2"))
    minor_loss: Mapped[int] = field(
        _("Idling and minor stops, s"), default=0, readonly=True, listed=False, help=_("L3")
    )
    failures: Mapped[int] = field(_("Failures"), default=0, readonly=True)
    good: Mapped[Quantity] = field(_("Good"), default=Decimal(0), readonly=True)
    scrap: Mapped[Quantity] = field(_("Scrap"), default=Decimal(0), readonly=True)
    rework: Mapped[Quantity] = field(_("Rework"), default=Decimal(0), readonly=True)
    startup: Mapped[Quantity] = field(_("Start-up rejects"), default=Decimal(0), readonly=True, listed=False)
    unrated: Mapped[Quantity] = field(
        _("Without planned run time"), default=Decimal(0), readonly=True, listed=False
    )
    planned_run: Mapped[Quantity] = field(
        _("Planned run time, s"), default=Decimal(0), readonly=True, listed=False, help=_("PRI·PQ")
    )
    good_run: Mapped[Quantity] = field(
        _("Valuable time, s"), default=Decimal(0), readonly=True, listed=False, help=_("PRI·GQ")
    )
    startup_run: Mapped[Quantity] = field(
        _("Start-up loss, s"), default=Decimal(0), readonly=True, listed=False, help=_("L6")
    )

    __table_args__ = (index("equipment_id", "day"),)


refuse_overlap(
    ShiftInstance,
    ("equipment_id",),
    _("Another shift of this equipment is at that time. Nothing has changed."),
)
