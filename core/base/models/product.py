"""How items are made: bills of material and routings, with the days from and to which they hold."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Mapped

from core.base.models.item import Item
from core.base.models.person import Qualification
from core.base.models.place import WorkCenter
from core.base.models.standard import between, least, period_problem, positive, require, unique_by_company
from core.base.models.unit import Unit
from core.i18n import _
from core.orm.field import children, field, index, link, part_of, reference
from core.orm.model import Model, OfCompany, SharedByCompanies
from core.orm.types import Code, Day, LongText, Name, Percent, Quantity


class Bom(SharedByCompanies, Model):
    """ISA-95 bill of materials: what goes into a quantity of an item."""

    __tablename__ = "base_bom"
    singular = _("Bill of materials")
    plural = _("Bills of materials")

    code: Mapped[Code] = field(_("Code"), title=True, key=True, search=True, copy=False)
    item_id: Mapped[int] = reference(Item, _("Item"), track=True)
    item: Mapped[Item] = link(item_id)
    quantity: Mapped[Quantity] = field(
        _("Quantity"), default=Decimal(1), track=True, help=_("How much of the item the lines make.")
    )
    valid_from: Mapped[Day | None] = field(_("Valid from"), sort=True, track=True)
    valid_to: Mapped[Day | None] = field(_("Valid to"), track=True)
    active: Mapped[bool] = field(_("Active"), default=True, track=True)
    lines: Mapped[list[BomLine]] = children(
        _("Lines"), by=lambda: BomLine.bom, order=lambda: BomLine.position
    )

    __table_args__ = unique_by_company("code")

    def check(self) -> None:
        require(
            {
                "quantity": positive(self.quantity),
                "valid_to": period_problem(self.valid_from, self.valid_to),
            }
        )


class BomLine(Model):
    """One material that goes into the item."""

    __tablename__ = "base_bom_line"
    singular = _("Line of a bill of materials")
    plural = _("Lines of bills of materials")

    bom_id: Mapped[int] = part_of(Bom, _("Bill of materials"))
    bom: Mapped[Bom] = link(bom_id, back=lambda: Bom.lines)
    position: Mapped[int] = field(_("Position"), default=10, key=True)
    item_id: Mapped[int] = reference(Item, _("Item"), track=True)
    item: Mapped[Item] = link(item_id)
    quantity: Mapped[Quantity] = field(_("Quantity"), track=True, measure=lambda: BomLine.unit_id)
    unit_id: Mapped[int] = reference(Unit, _("Unit"), track=True)
    unit: Mapped[Unit] = link(unit_id)
    scrap_percent: Mapped[Percent] = field(
        _("Scrap %"),
        default=Decimal(0),
        track=True,
        help=_("What is lost in making, on top of the quantity."),
    )
    valid_from: Mapped[Day | None] = field(_("Valid from"), track=True)
    valid_to: Mapped[Day | None] = field(_("Valid to"), track=True)

    __table_args__ = (index("bom_id", "position"),)

    def check(self) -> None:
        require(
            {
                "quantity": positive(self.quantity),
                "scrap_percent": between(self.scrap_percent, 0, 99),
                "valid_to": period_problem(self.valid_from, self.valid_to),
            }
        )


class Routing(OfCompany, Model):
    """ISA-95 product segments in order: the operations by which a company makes an item."""

    __tablename__ = "base_routing"
    singular = _("Routing")
    plural = _("Routings")

    code: Mapped[Code] = field(_("Code"), title=True, key=True, search=True, copy=False)
    item_id: Mapped[int] = reference(Item, _("Item"), track=True)
    item: Mapped[Item] = link(item_id)
    valid_from: Mapped[Day | None] = field(_("Valid from"), sort=True, track=True)
    valid_to: Mapped[Day | None] = field(_("Valid to"), track=True)
    active: Mapped[bool] = field(_("Active"), default=True, track=True)
    operations: Mapped[list[Operation]] = children(
        _("Operations"), by=lambda: Operation.routing, order=lambda: Operation.position
    )

    __table_args__ = (index("company_id", "code", unique=True),)

    def check(self) -> None:
        require({"valid_to": period_problem(self.valid_from, self.valid_to)})


class Operation(Model):
    """ISA-95 product segment: one step of a routing at a work centre, with its times."""

    __tablename__ = "base_operation"
    singular = _("Operation")
    plural = _("Operations")

    routing_id: Mapped[int] = part_of(Routing, _("Routing"))
    routing: Mapped[Routing] = link(routing_id, back=lambda: Routing.operations)
    position: Mapped[int] = field(_("Position"), default=10, title=True, key=True)
    name: Mapped[Name] = field(_("Name"), title=True, track=True)
    work_center_id: Mapped[int] = reference(WorkCenter, _("Work centre"), track=True)
    work_center: Mapped[WorkCenter] = link(work_center_id)
    setup_seconds: Mapped[Quantity] = field(_("Set-up, seconds"), default=Decimal(0), track=True)
    cycle_seconds: Mapped[Quantity] = field(
        _("Cycle, seconds"), default=Decimal(0), track=True, help=_("For one unit of the item.")
    )
    qualification_id: Mapped[int | None] = reference(Qualification, _("Qualification"), track=True)
    qualification: Mapped[Qualification | None] = link(qualification_id)
    instruction: Mapped[LongText | None] = field(_("Instruction"), listed=False)

    __table_args__ = (index("routing_id", "position", unique=True),)

    def check(self) -> None:
        require(
            {"setup_seconds": least(self.setup_seconds, 0), "cycle_seconds": least(self.cycle_seconds, 0)}
        )
