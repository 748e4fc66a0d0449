"""The ledger of states, append-only, and the intervals it comes to."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from addons.mes_equipment.models.reason import Reason
from addons.mes_equipment.models.role import team_leader
from addons.mes_equipment.rules.state import EquipmentState
from core import (
    Choice,
    Code,
    Instant,
    Model,
    Name,
    OfCompany,
    _,
    append_only,
    field,
    index,
    link,
    now,
    reference,
    tell,
)
from core.base import Item, Person, WorkCenter


class Source(Choice):
    """Where an entry comes from."""

    AUTO = "auto", _("Machine")
    OPERATOR = "operator", _("Person")
    RULE = "rule", _("Rule")


class StateChange(OfCompany, Model):
    """From an instant on, equipment is in a state. Never edited: a correction is a new entry in the old one's place."""

    __tablename__ = "mes_equipment_state_change"
    singular = _("State change")
    plural = _("State changes")

    equipment_id: Mapped[int] = reference(WorkCenter, _("Equipment"), title=True, readonly=True)
    equipment: Mapped[WorkCenter] = link(equipment_id)
    at: Mapped[Instant] = field(_("When"), title=True, sort=True, readonly=True)
    state: Mapped[EquipmentState] = field(_("State"), title=True, readonly=True)
    reason_id: Mapped[int | None] = reference(Reason, _("Reason"), readonly=True)
    reason: Mapped[Reason | None] = link(reason_id)
    order_code: Mapped[Code | None] = field(_("Work order"), readonly=True, search=True)
    operation_code: Mapped[Code | None] = field(_("Operation"), readonly=True)
    item_id: Mapped[int | None] = reference(Item, _("Item"), readonly=True)
    item: Mapped[Item | None] = link(item_id)
    source: Mapped[Source] = field(_("Source"), readonly=True, sort=True)
    raw: Mapped[Name | None] = field(_("State of the control"), readonly=True)
    mode: Mapped[Name | None] = field(_("Mode"), readonly=True, listed=False)
    #: Performance of a person is theirs and their leader's business.
    person_id: Mapped[int | None] = reference(
        Person, _("Person"), readonly=True, roles=(team_leader,), listed=False
    )
    person: Mapped[Person | None] = link(person_id)
    recorded_at: Mapped[Instant] = field(_("Recorded"), default=now, readonly=True)
    corrects_id: Mapped[int | None] = reference(
        "mes_equipment_state_change", _("In place of"), readonly=True, listed=False
    )
    corrects: Mapped[StateChange | None] = link(corrects_id, remote=lambda: StateChange.id)
    withdrawn: Mapped[bool] = field(
        _("Withdrawal"), default=False, readonly=True, listed=False, help=_("It only takes back another one.")
    )

    __table_args__ = (
        index("equipment_id", "at", "id"),
        index("corrects_id", unique=True, where="corrects_id IS NOT NULL", name="uq_mes_equipment_state_corrects"),
    )  # fmt: skip


class StateInterval(OfCompany, Model):
    """A stretch of time in one state: the ledger folded, brought up to date with every entry."""

    __tablename__ = "mes_equipment_state_interval"
    singular = _("State")
    plural = _("States")

    equipment_id: Mapped[int] = reference(WorkCenter, _("Equipment"), title=True, readonly=True)
    equipment: Mapped[WorkCenter] = link(equipment_id)
    starts_at: Mapped[Instant] = field(_("From"), title=True, sort=True, readonly=True)
    ends_at: Mapped[Instant | None] = field(
        _("Until"), sort=True, readonly=True, help=_("Empty while it lasts.")
    )
    seconds: Mapped[int | None] = field(_("Seconds"), sort=True, readonly=True)
    state: Mapped[EquipmentState] = field(_("State"), title=True, readonly=True, sort=True)
    reason_id: Mapped[int | None] = reference(Reason, _("Reason"), readonly=True)
    reason: Mapped[Reason | None] = link(reason_id)
    order_code: Mapped[Code | None] = field(_("Work order"), readonly=True, search=True)
    operation_code: Mapped[Code | None] = field(_("Operation"), readonly=True)
    item_id: Mapped[int | None] = reference(Item, _("Item"), readonly=True)
    item: Mapped[Item | None] = link(item_id)
    change_id: Mapped[int] = reference(StateChange, _("State change"), readonly=True, listed=False)
    change: Mapped[StateChange] = link(change_id)

    __table_args__ = (
        index("equipment_id", "starts_at", unique=True),
        index("equipment_id", "ends_at"),
        index("equipment_id", unique=True, where="ends_at IS NULL", name="uq_mes_equipment_state_interval_open"),
    )  # fmt: skip


append_only(
    StateChange,
    _("The ledger of states is never changed or deleted; a correction is a new entry. Nothing has changed."),
)
tell(
    "uq_mes_equipment_state_corrects",
    _("Somebody has corrected this entry already. Nothing has changed; look at it as it is now."),
)
