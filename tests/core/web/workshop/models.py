"""Repairs that a workshop does for clients."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped

from core import (
    Choice,
    Code,
    Day,
    Facet,
    Instant,
    LongText,
    Model,
    Money,
    Name,
    OfCompany,
    Percent,
    Price,
    Quantity,
    Role,
    Step,
    ValidationError,
    Workflow,
    _,
    children,
    field,
    four_eyes,
    link,
    part_of,
    reference,
)
from core.base import Currency, Unit, User

clerk = Role("workshop.clerk", _("Clerk"))
manager = Role("workshop.manager", _("Manager"), implies=(clerk,))
onlooker = Role("workshop.onlooker", _("Onlooker"))


class RepairState(Choice):
    """How far a repair is."""

    DRAFT = "draft", _("Draft")
    OFFERED = "offered", _("Offered")
    APPROVED = "approved", _("Approved")
    DROPPED = "dropped", _("Dropped")


class Grade(Choice):
    """How good a client is."""

    NEW = "new", _("New")
    GOOD = "good", _("Good")
    BEST = "best", _("Best")


class Client(OfCompany, Model):
    """For whom a workshop works."""

    __tablename__ = "workshop_client"
    singular = _("Client")
    plural = _("Clients")

    name: Mapped[Name] = field(_("Name"), title=True, key=True, search=True)
    grade: Mapped[Grade | None] = field(_("Grade"))


class Repair(OfCompany, Model):
    """Work for a client, with what it is made of."""

    __tablename__ = "workshop_repair"
    singular = _("Repair")
    plural = _("Repairs")

    code: Mapped[Code] = field(_("Code"), title=True, key=True, search=True, track=True, unique=True)
    client_id: Mapped[int | None] = reference(Client, _("Client"), track=True)
    client: Mapped[Client | None] = link(client_id)
    state: Mapped[RepairState] = field(_("State"), default=RepairState.DRAFT, track=True, readonly=True)
    begins_on: Mapped[Day | None] = field(_("Begins"), track=True)
    due_on: Mapped[Day | None] = field(_("Due"), track=True, help=_("When the client wants it."))
    checked_at: Mapped[Instant | None] = field(_("Checked at"))
    urgent: Mapped[bool] = field(_("Urgent"), default=False)
    reason: Mapped[Name | None] = field(_("Why urgent"), track=True)
    margin: Mapped[Percent | None] = field(_("Margin"), roles=(manager,), track=True)
    hours: Mapped[int | None] = field(_("Hours"))
    currency_id: Mapped[int] = reference(Currency, _("Currency"))
    currency: Mapped[Currency] = link(currency_id)
    total: Mapped[Money] = field(
        _("Total"), default=Decimal(0), readonly=True, measure=lambda: Repair.currency_id
    )
    offered_by_id: Mapped[int | None] = reference(User, _("Offered by"), readonly=True)
    offered_by: Mapped[User | None] = link(offered_by_id)
    note: Mapped[LongText | None] = field(_("Note"))
    lines: Mapped[list[RepairLine]] = children(
        _("Lines"), by=lambda: RepairLine.repair, order=lambda: RepairLine.position
    )

    def settle(self) -> None:
        for line in self.lines:
            line.amount = (line.quantity or Decimal(0)) * (line.price or Decimal(0))
        self.total = sum((line.amount for line in self.lines), Decimal(0))

    def check(self) -> None:
        if self.begins_on and self.due_on and self.due_on < self.begins_on:
            raise ValidationError({"due_on": _("Before the day on which it begins.")})
        for line in self.lines:
            line.check()


class RepairLine(Model):
    """What a repair needs."""

    __tablename__ = "workshop_repair_line"
    singular = _("Line")
    plural = _("Lines")

    repair_id: Mapped[int] = part_of(Repair, _("Repair"))
    repair: Mapped[Repair] = link(repair_id, back=lambda: Repair.lines)
    position: Mapped[int] = field(_("No."), default=10)
    text: Mapped[Name] = field(_("Text"), track=True)
    quantity: Mapped[Quantity] = field(
        _("Quantity"), default=Decimal(1), track=True, measure=lambda: RepairLine.unit_id
    )
    unit_id: Mapped[int | None] = reference(Unit, _("Unit"))
    unit: Mapped[Unit | None] = link(unit_id)
    price: Mapped[Price | None] = field(_("Price"))
    amount: Mapped[Money] = field(_("Amount"), default=Decimal(0), readonly=True)

    def check(self) -> None:
        if self.quantity is not None and self.quantity <= 0:
            raise ValidationError({"quantity": _("A quantity is above zero.")})


class RatedRepair(Facet[Repair]):
    """How content the client was."""

    __tablename__ = "workshop_rated_repair"

    rating: Mapped[int | None] = field(_("Rating"))


#: Whoever offered a repair may not approve it.
flow = Workflow(
    Repair.state,
    Step(RepairState.DRAFT, RepairState.OFFERED),
    Step(RepairState.OFFERED, RepairState.APPROVED, guards=(four_eyes(Repair.offered_by_id),)),
    Step((RepairState.DRAFT, RepairState.OFFERED), RepairState.DROPPED),
    cancelled=(RepairState.DROPPED,),
)
