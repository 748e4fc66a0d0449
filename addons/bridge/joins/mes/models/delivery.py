"""What the ERP says has arrived for the floor to use."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core import Code, Instant, Model, OfCompany, Quantity, _, append_only, field, index, link, reference
from core.base import Item, Lot, StorageLocation, Unit


class Delivery(OfCompany, Model):
    """A quantity of an item, and its lot, that the ERP received into a location."""

    __tablename__ = "bridge_mes_delivery"
    singular = _("Delivery from the ERP")
    plural = _("Deliveries from the ERP")

    receipt: Mapped[Code] = field(_("Receipt"), title=True, search=True, readonly=True, sort=True)
    item_id: Mapped[int] = reference(Item, _("Item"), title=True, readonly=True)
    item: Mapped[Item] = link(item_id)
    lot_id: Mapped[int | None] = reference(Lot, _("Lot"), readonly=True)
    lot: Mapped[Lot | None] = link(lot_id)
    location_id: Mapped[int] = reference(StorageLocation, _("Location"), readonly=True)
    location: Mapped[StorageLocation] = link(location_id)
    quantity: Mapped[Quantity] = field(_("Quantity"), readonly=True, measure=lambda: Delivery.unit_id)
    unit_id: Mapped[int] = reference(Unit, _("Unit"), readonly=True)
    unit: Mapped[Unit] = link(unit_id)
    received_at: Mapped[Instant] = field(_("Received"), readonly=True, sort=True)
    #: The message that told of it, and which of its lots.
    message_id: Mapped[Code] = field(_("Message"), readonly=True, listed=False)
    line: Mapped[int] = field(_("Line"), readonly=True, listed=False)

    __table_args__ = (
        index("message_id", "line", unique=True),
        index("company_id", "item_id", "location_id"),
    )


append_only(Delivery, _("Deliveries are never changed or deleted. Nothing has changed."))
