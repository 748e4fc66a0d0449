"""What is bought, made, kept and sold, and its lots."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core.base.models.standard import period_problem, require, unique_by_company
from core.base.models.unit import Unit
from core.i18n import _
from core.orm.field import field, index, link, reference
from core.orm.model import Model, OfCompany, SharedByCompanies
from core.orm.types import Choice, Code, Day, LongText, Name


class ItemType(Choice):
    """What part an item plays."""

    MATERIAL = "material", _("Material")
    COMPONENT = "component", _("Component")
    PRODUCT = "product", _("Product")
    CONSUMABLE = "consumable", _("Consumable")
    SERVICE = "service", _("Service")


class Tracking(Choice):
    """How closely an item's stock is told apart."""

    NONE = "none", _("None")
    LOT = "lot", _("By lot")
    SERIAL = "serial", _("By serial number")


class Item(SharedByCompanies, Model):
    """ISA-95 material definition: something that is bought, made, used, kept or sold."""

    __tablename__ = "base_item"
    singular = _("Item")
    plural = _("Items")

    code: Mapped[Code] = field(_("Code"), title=True, key=True, search=True, track=True, copy=False)
    name: Mapped[Name] = field(_("Name"), search=True, track=True)
    type: Mapped[ItemType] = field(_("Type"), default=ItemType.MATERIAL, sort=True, track=True)
    revision: Mapped[Code | None] = field(_("Revision"), track=True)
    unit_id: Mapped[int] = reference(Unit, _("Unit"), track=True)
    unit: Mapped[Unit] = link(unit_id)
    tracking: Mapped[Tracking] = field(_("Tracking"), default=Tracking.NONE, sort=True, track=True)
    description: Mapped[LongText | None] = field(_("Description"), listed=False)
    active: Mapped[bool] = field(_("Active"), default=True, sort=True, track=True)

    __table_args__ = unique_by_company("code")

    def check(self) -> None:
        tracked = self.tracking not in (None, Tracking.NONE)
        lotless = _("A service has no stock, so that it has no lots.") if tracked else None
        require({"tracking": lotless if self.type == ItemType.SERVICE else None})


class Lot(OfCompany, Model):
    """ISA-95 material lot: an amount of an item with an origin of its own; of a serial item, one piece."""

    __tablename__ = "base_lot"
    singular = _("Lot")
    plural = _("Lots")

    number: Mapped[Code] = field(_("Number"), title=True, key=True, search=True, track=True, copy=False)
    item_id: Mapped[int] = reference(Item, _("Item"), key=True, track=True)
    item: Mapped[Item] = link(item_id)
    origin: Mapped[Code | None] = field(
        _("Supplier's lot"), search=True, track=True, help=_("The number that its maker gave it.")
    )
    made_on: Mapped[Day | None] = field(_("Made on"), sort=True, track=True)
    expires_on: Mapped[Day | None] = field(_("Expires on"), sort=True, track=True)

    __table_args__ = (index("company_id", "item_id", "number", unique=True),)

    def check(self) -> None:
        require({"expires_on": period_problem(self.made_on, self.expires_on)})
