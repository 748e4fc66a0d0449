"""The genealogy: each use of one lot for another."""

from core import Code, Day, Model, OfCompany, Quantity, ValidationError, _, field, link, reference, today
from core.base import Lot, Unit
from sqlalchemy.orm import Mapped


class LotUse(OfCompany, Model):
    """An amount of one lot that went into another: ISA-95's material consumed for material produced."""

    __tablename__ = "acme_traceability_use"
    singular = _("Use of a lot")
    plural = _("Uses of lots")

    source_id: Mapped[int] = reference(Lot, _("Lot used"), title=True, track=True)
    source: Mapped[Lot] = link(source_id)
    product_id: Mapped[int] = reference(Lot, _("Lot made"), track=True)
    product: Mapped[Lot] = link(product_id)
    quantity: Mapped[Quantity] = field(_("Quantity"), track=True, measure=lambda: LotUse.unit_id)
    unit_id: Mapped[int] = reference(Unit, _("Unit"), track=True)
    unit: Mapped[Unit] = link(unit_id)
    used_on: Mapped[Day] = field(_("Used on"), default=today, sort=True, track=True)
    order_code: Mapped[Code | None] = field(_("Order"), search=True, track=True)

    def check(self) -> None:
        if self.quantity is not None and self.quantity <= 0:
            raise ValidationError({"quantity": _("What was used is more than nothing.")})
        if self.source_id is not None and self.source_id == self.product_id:
            raise ValidationError({"product_id": _("A lot is not made of itself.")})
