"""What the addon adds to somebody else's noun: whose a lot was, and whether it may be used."""

from core import Choice, Facet, Name, _, field, link, reference
from core.base import Lot, Party
from sqlalchemy.orm import Mapped


class Standing(Choice):
    """Whether a lot may be used."""

    FREE = "free", _("Free")
    HELD = "held", _("On hold")
    RECALLED = "recalled", _("Called back")


# A plant has many lots, and most of them are free and of nobody in particular: those need no row here.
class TracedLot(Facet[Lot], sparse=True):
    """Who delivered a lot, and whether it may be used."""

    __tablename__ = "acme_traceability_lot"

    supplier_id: Mapped[int | None] = reference(Party, _("Supplier"), track=True)
    supplier: Mapped[Party | None] = link(supplier_id)
    standing: Mapped[Standing] = field(
        _("Standing"), default=Standing.FREE, readonly=True, sort=True, track=True
    )
    reason: Mapped[Name | None] = field(_("Why"), readonly=True, track=True)
