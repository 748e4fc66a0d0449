"""Spares and consumables used at equipment, append-only."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from addons.mes_equipment.models.reason import Reason
from addons.mes_equipment.models.role import team_leader
from core import (
    Code,
    Instant,
    Model,
    OfCompany,
    Quantity,
    _,
    append_only,
    field,
    index,
    link,
    now,
    reference,
    tell,
)
from core.base import Item, Lot, Person, Unit, WorkCenter


class MaterialUse(OfCompany, Model):
    """A spare or consumable that was used at equipment, or (negative) put back. Never edited."""

    __tablename__ = "mes_equipment_material_use"
    singular = _("Material use")
    plural = _("Material uses")

    equipment_id: Mapped[int] = reference(WorkCenter, _("Equipment"), title=True, readonly=True)
    equipment: Mapped[WorkCenter] = link(equipment_id)
    at: Mapped[Instant] = field(_("When"), title=True, sort=True, readonly=True)
    item_id: Mapped[int] = reference(Item, _("Item"), title=True, readonly=True)
    item: Mapped[Item] = link(item_id)
    lot_id: Mapped[int | None] = reference(Lot, _("Lot"), readonly=True)
    lot: Mapped[Lot | None] = link(lot_id)
    quantity: Mapped[Quantity] = field(_("Quantity"), readonly=True, measure=lambda: MaterialUse.unit_id)
    unit_id: Mapped[int] = reference(Unit, _("Unit"), readonly=True)
    unit: Mapped[Unit] = link(unit_id)
    reason_id: Mapped[int | None] = reference(Reason, _("Reason"), readonly=True)
    reason: Mapped[Reason | None] = link(reason_id)
    order_code: Mapped[Code | None] = field(_("Work order"), readonly=True, search=True)
    person_id: Mapped[int | None] = reference(
        Person, _("Person"), readonly=True, roles=(team_leader,), listed=False
    )
    person: Mapped[Person | None] = link(person_id)
    #: The same report sent twice is one.
    idempotency_key: Mapped[Code | None] = field(_("Idempotency key"), readonly=True, listed=False)
    recorded_at: Mapped[Instant] = field(_("Recorded"), default=now, readonly=True, listed=False)
    #: What is put back by this one.
    returns_id: Mapped[int | None] = reference(
        "mes_equipment_material_use", _("Put back of"), readonly=True, listed=False
    )
    returns: Mapped[MaterialUse | None] = link(returns_id, remote=lambda: MaterialUse.id)

    __table_args__ = (
        CheckConstraint("quantity <> 0", name="quantity_used"),
        index("equipment_id", "at"),
        index("company_id", "idempotency_key", unique=True),
    )


append_only(
    MaterialUse,
    _("Material uses are never changed or deleted; put back what was not used. Nothing has changed."),
)
tell("ck_mes_equipment_material_use_quantity_used", _("A use of nothing says nothing. Nothing has changed."))
