"""Pieces counted at equipment, append-only."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from addons.mes_equipment.models.ledger import Source
from addons.mes_equipment.models.reason import Reason
from addons.mes_equipment.models.role import team_leader
from addons.mes_equipment.rules.state import CountKind
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
from core.base import Item, Person, Unit, WorkCenter


class CountEvent(OfCompany, Model):
    """Pieces made at equipment. Never edited: a correction is a new entry with the right quantity in its place."""

    __tablename__ = "mes_equipment_count_event"
    singular = _("Count")
    plural = _("Counts")

    equipment_id: Mapped[int] = reference(WorkCenter, _("Equipment"), title=True, readonly=True)
    equipment: Mapped[WorkCenter] = link(equipment_id)
    at: Mapped[Instant] = field(_("When"), title=True, sort=True, readonly=True)
    kind: Mapped[CountKind] = field(_("Kind"), title=True, sort=True, readonly=True)
    quantity: Mapped[Quantity] = field(_("Quantity"), readonly=True, measure=lambda: CountEvent.unit_id)
    unit_id: Mapped[int | None] = reference(Unit, _("Unit"), readonly=True, listed=False)
    unit: Mapped[Unit | None] = link(unit_id)
    item_id: Mapped[int | None] = reference(Item, _("Item"), readonly=True)
    item: Mapped[Item | None] = link(item_id)
    order_code: Mapped[Code | None] = field(_("Work order"), readonly=True, search=True)
    operation_code: Mapped[Code | None] = field(_("Operation"), readonly=True)
    reason_id: Mapped[int | None] = reference(Reason, _("Reason"), readonly=True)
    reason: Mapped[Reason | None] = link(reason_id)
    source: Mapped[Source] = field(_("Source"), readonly=True, sort=True)
    person_id: Mapped[int | None] = reference(
        Person, _("Person"), readonly=True, roles=(team_leader,), listed=False
    )
    person: Mapped[Person | None] = link(person_id)
    #: The same report sent twice counts once.
    idempotency_key: Mapped[Code | None] = field(_("Idempotency key"), readonly=True, listed=False)
    recorded_at: Mapped[Instant] = field(_("Recorded"), default=now, readonly=True, listed=False)
    corrects_id: Mapped[int | None] = reference(
        "mes_equipment_count_event", _("In place of"), readonly=True, listed=False
    )
    corrects: Mapped[CountEvent | None] = link(corrects_id, remote=lambda: CountEvent.id)

    __table_args__ = (
        CheckConstraint("quantity >= 0", name="quantity_counted"),
        index("equipment_id", "at"),
        index("company_id", "idempotency_key", unique=True),
        index("corrects_id", unique=True, where="corrects_id IS NOT NULL", name="uq_mes_equipment_count_corrects"),
    )  # fmt: skip


append_only(
    CountEvent, _("Counts are never changed or deleted; a correction is a new entry. Nothing has changed.")
)
tell("ck_mes_equipment_count_event_quantity_counted", _("A count cannot be negative. Nothing has changed."))
tell(
    "uq_mes_equipment_count_corrects",
    _("Somebody has corrected this entry already. Nothing has changed; look at it as it is now."),
)
