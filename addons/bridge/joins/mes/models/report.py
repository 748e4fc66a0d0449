"""That a use of material was reported to the ERP, and what it answered."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from addons.mes_equipment.models import MaterialUse
from core import Choice, Code, Instant, LongText, Model, OfCompany, _, field, index, link, reference


class Report(Choice):
    """How far a report to the ERP is."""

    TOLD = "told", _("Reported")
    ACCEPTED = "accepted", _("Issued")
    MODIFIED = "modified", _("Issued with changes")
    REJECTED = "rejected", _("Rejected")


class UseReport(OfCompany, Model):
    """That a use was reported to the ERP, and what it answered. Beside the use, which is never edited."""

    __tablename__ = "bridge_mes_use_report"
    singular = _("Report to the ERP")
    plural = _("Reports to the ERP")

    use_id: Mapped[int] = reference(MaterialUse, _("Material use"), title=True, key=True, readonly=True)
    use: Mapped[MaterialUse] = link(use_id)
    report: Mapped[Report] = field(_("State"), default=Report.TOLD, readonly=True, sort=True)
    reported_at: Mapped[Instant] = field(_("Reported"), readonly=True, sort=True)
    answered_at: Mapped[Instant | None] = field(_("Answered"), readonly=True)
    answer: Mapped[LongText | None] = field(_("Answer"), readonly=True, listed=False)
    message_id: Mapped[Code] = field(_("Message"), readonly=True, listed=False)

    __table_args__ = (index("company_id", "use_id", unique=True), index("message_id", unique=True))
