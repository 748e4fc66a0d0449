"""Master data that the ERP keeps and the MES has taken over."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from addons.bridge.models import Partner
from core import Code, Instant, Json, Model, Name, OfCompany, _, field, index, link, reference
from core.base.models.record import RecordId


class TakenOver(OfCompany, Model):
    """The version of an item or work centre that was taken over last, and its values then."""

    __tablename__ = "bridge_mes_taken_over"
    singular = _("Record taken over")
    plural = _("Records taken over")

    partner_id: Mapped[int] = reference(Partner, _("Partner system"), key=True, readonly=True)
    partner: Mapped[Partner] = link(partner_id)
    model: Mapped[Name] = field(_("Kind of record"), key=True, readonly=True, sort=True)
    record_id: Mapped[RecordId]
    code: Mapped[Code] = field(_("Code"), title=True, search=True, readonly=True)
    their_version: Mapped[int] = field(_("Version there"), readonly=True)
    #: What both sides had when they last agreed: whoever differs from it has changed something.
    content: Mapped[Json] = field(_("Values"), readonly=True, listed=False)
    taken_at: Mapped[Instant] = field(_("Taken over"), readonly=True, sort=True)

    __table_args__ = (index("partner_id", "model", "record_id", unique=True),)
