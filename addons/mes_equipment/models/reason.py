"""Why equipment stood, pieces were rejected, or material was used."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from addons.mes_equipment.rules.state import Loss
from core import Choice, Code, Model, Name, SharedByCompanies, ValidationError, _, field, link, reference
from core.base import unique_by_company


class ReasonUse(Choice):
    """What a reason is given for."""

    STOP = "stop", _("Stops")
    REJECT = "reject", _("Rejected pieces")
    MATERIAL = "material", _("Material use")


class Reason(SharedByCompanies, Model):
    """Why something happened on the floor, in a tree from coarse to fine, and which of the big losses it is."""

    __tablename__ = "mes_equipment_reason"
    singular = _("Reason")
    plural = _("Reasons")

    code: Mapped[Code] = field(_("Code"), key=True, search=True, copy=False)
    name: Mapped[Name] = field(_("Name"), title=True, search=True, track=True)
    use: Mapped[ReasonUse] = field(_("Given for"), default=ReasonUse.STOP, sort=True, track=True)
    loss: Mapped[Loss] = field(
        _("Loss"),
        default=Loss.NONE,
        sort=True,
        track=True,
        help=_("Which loss its time or its pieces count as. With none of its own the state decides."),
    )
    parent_id: Mapped[int | None] = reference("mes_equipment_reason", _("Part of"), track=True)
    parent: Mapped[Reason | None] = link(parent_id, remote=lambda: Reason.id)
    active: Mapped[bool] = field(_("Active"), default=True, track=True)

    __table_args__ = unique_by_company("code")

    def check(self) -> None:
        if self.id is not None and self.parent_id == self.id:
            raise ValidationError({"parent_id": _("It cannot be part of itself.")})
