"""What the MES was told, and what it answered."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from addons.bridge.models import Partner
from addons.erp_supply.models import Receipt
from core import (
    Choice,
    Code,
    Facet,
    Instant,
    Json,
    LongText,
    Model,
    Name,
    OfCompany,
    _,
    field,
    index,
    link,
    reference,
)
from core.base.models.record import RecordId


class Notice(Choice):
    """What became of what was told."""

    TOLD = "told", _("Told")
    ACCEPTED = "accepted", _("Acknowledged")
    MODIFIED = "modified", _("Acknowledged with changes")
    REJECTED = "rejected", _("Rejected")


class ReceiptNotice(Facet[Receipt], sparse=True):
    """What the MES said to a receipt."""

    __tablename__ = "bridge_erp_receipt"

    notice: Mapped[Notice | None] = field(_("MES"), readonly=True, sort=True)
    told_at: Mapped[Instant | None] = field(_("Told to MES"), readonly=True, listed=False)
    answered_at: Mapped[Instant | None] = field(_("Answered by MES"), readonly=True, sort=True)
    answer: Mapped[LongText | None] = field(_("Answer of MES"), readonly=True, listed=False)
    message_id: Mapped[Code | None] = field(_("Message"), readonly=True, listed=False)

    __table_args__ = (index("message_id"),)


class Told(OfCompany, Model):
    """The version of an item or work centre that a partner was told of last."""

    __tablename__ = "bridge_erp_told"
    singular = _("Synchronised record")
    plural = _("Synchronised records")

    partner_id: Mapped[int] = reference(Partner, _("Partner system"), key=True, readonly=True)
    partner: Mapped[Partner] = link(partner_id)
    model: Mapped[Name] = field(_("Kind of record"), key=True, readonly=True, sort=True)
    record_id: Mapped[RecordId]
    code: Mapped[Code] = field(_("Code"), title=True, search=True, readonly=True)
    #: The noun as it was told.
    content: Mapped[Json] = field(_("Content"), readonly=True, listed=False)
    told_version: Mapped[int] = field(_("Version told"), readonly=True)
    told_at: Mapped[Instant] = field(_("Told"), readonly=True, sort=True)
    notice: Mapped[Notice] = field(_("State"), default=Notice.TOLD, readonly=True, sort=True)
    answered_at: Mapped[Instant | None] = field(_("Answered"), readonly=True)
    answer: Mapped[LongText | None] = field(_("Answer"), readonly=True, listed=False)
    message_id: Mapped[Code] = field(_("Message"), readonly=True, listed=False)

    __table_args__ = (index("partner_id", "model", "record_id", unique=True), index("message_id"))
