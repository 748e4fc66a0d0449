"""Where people work."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core import Model, OfCompany, _, index, link, reference
from core.base import User, WorkCenter


class Workplace(OfCompany, Model):
    """Equipment, or an area with all that is in it, at which a user works. Who has none sees all of it."""

    __tablename__ = "mes_equipment_workplace"
    singular = _("Workplace")
    plural = _("Workplaces")

    worker_id: Mapped[int] = reference(User, _("User"), title=True, key=True, track=True)
    worker: Mapped[User] = link(worker_id)
    equipment_id: Mapped[int] = reference(WorkCenter, _("Equipment"), title=True, key=True, track=True)
    equipment: Mapped[WorkCenter] = link(equipment_id)

    __table_args__ = (index("worker_id", "equipment_id", unique=True),)
