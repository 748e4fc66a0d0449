"""What must be called back, and how far that is."""

from core import (
    Choice,
    Code,
    Day,
    LongText,
    Model,
    Name,
    OfCompany,
    Step,
    Workflow,
    _,
    children,
    field,
    index,
    link,
    part_of,
    reference,
    signed,
)
from core.base import Lot
from sqlalchemy.orm import Mapped


class RecallState(Choice):
    """How far a recall is."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class Recall(OfCompany, Model):
    """A bad lot with the list of every lot that it went into, to be found, blocked and fetched back."""

    __tablename__ = "acme_traceability_recall"
    singular = _("Recall")
    plural = _("Recalls")

    number: Mapped[Code | None] = field(_("Number"), readonly=True, title=True, key=True, search=True)
    lot_id: Mapped[int] = reference(Lot, _("Bad lot"), track=True)
    lot: Mapped[Lot] = link(lot_id)
    reason: Mapped[Name] = field(_("Why"), search=True, track=True)
    state: Mapped[RecallState] = field(
        _("State"), default=RecallState.OPEN, readonly=True, sort=True, track=True
    )
    opened_on: Mapped[Day] = field(_("Opened on"), readonly=True, sort=True)
    closed_on: Mapped[Day | None] = field(_("Closed on"), readonly=True, sort=True)
    affected: Mapped[int] = field(_("Lots affected"), default=0, readonly=True, sort=True)
    lines: Mapped[list["RecallLine"]] = children(
        _("Lots"), by=lambda: RecallLine.recall, order=lambda: RecallLine.id
    )

    __table_args__ = (index("company_id", "number", unique=True),)

    def settle(self) -> None:
        """Lists sort by how many lots a recall is about, so that it is stored."""
        self.affected = len(self.lines)


class RecallLine(Model):
    """A lot that is to be called back."""

    __tablename__ = "acme_traceability_recall_line"
    singular = _("Lot of a recall")
    plural = _("Lots of a recall")

    recall_id: Mapped[int] = part_of(Recall, _("Recall"))
    recall: Mapped[Recall] = link(recall_id, back=lambda: Recall.lines)
    lot_id: Mapped[int] = reference(Lot, _("Lot"), key=True)
    lot: Mapped[Lot] = link(lot_id)
    steps: Mapped[int] = field(
        _("Steps"), default=0, help=_("How many steps of making lie between it and the bad lot.")
    )
    settled: Mapped[bool] = field(_("Settled"), default=False, track=True)
    note: Mapped[LongText | None] = field(_("What was done"), track=True)


#: Whoever closes a recall answers for it by name: they sign, with their password.
recall_workflow = Workflow(
    Recall.state,
    Step(
        RecallState.OPEN,
        RecallState.CLOSED,
        guards=(signed(_("Every lot of this recall was found and settled.")),),
    ),
)
