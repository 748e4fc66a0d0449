"""What the floor used and the store issued."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from addons.erp_supply.models import StockMove
from core import Code, Instant, Model, OfCompany, Quantity, _, append_only, field, index, link, reference
from core.base import Item, Lot, StorageLocation, Unit, WorkCenter


class FloorIssue(OfCompany, Model):
    """A quantity that the floor said it used, and the stock move it became. Negative when it was put back."""

    __tablename__ = "bridge_erp_floor_issue"
    singular = _("Issue to the floor")
    plural = _("Issues to the floor")

    used_at: Mapped[Instant] = field(_("Used"), sort=True, title=True, readonly=True)
    item_id: Mapped[int] = reference(Item, _("Item"), title=True, readonly=True)
    item: Mapped[Item] = link(item_id)
    lot_id: Mapped[int | None] = reference(Lot, _("Lot"), readonly=True)
    lot: Mapped[Lot | None] = link(lot_id)
    quantity: Mapped[Quantity] = field(
        _("Quantity reported"), readonly=True, measure=lambda: FloorIssue.unit_id
    )
    unit_id: Mapped[int] = reference(Unit, _("Unit"), readonly=True)
    unit: Mapped[Unit] = link(unit_id)
    location_id: Mapped[int] = reference(StorageLocation, _("Location"), readonly=True)
    location: Mapped[StorageLocation] = link(location_id)
    equipment_id: Mapped[int | None] = reference(WorkCenter, _("Work centre"), readonly=True)
    equipment: Mapped[WorkCenter | None] = link(equipment_id)
    move_id: Mapped[int] = reference(StockMove, _("Stock move"), readonly=True)
    move: Mapped[StockMove] = link(move_id)
    #: The message that told of it, and which of its lines.
    message_id: Mapped[Code] = field(_("Message"), readonly=True, search=True, listed=False)
    line: Mapped[int] = field(_("Line"), readonly=True, listed=False)

    __table_args__ = (
        index("message_id", "line", unique=True),
        index("company_id", "item_id", "location_id"),
    )


append_only(FloorIssue, _("What was issued to the floor is never changed or deleted. Nothing has changed."))
