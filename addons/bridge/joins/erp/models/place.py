"""Where the material that is used at a work centre comes from."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core import Facet, _, link, reference
from core.base import StorageLocation, WorkCenter


class SuppliedPlace(Facet[WorkCenter]):
    """Where the material that is used at a work centre comes from."""

    __tablename__ = "bridge_erp_place"

    location_id: Mapped[int | None] = reference(
        StorageLocation,
        _("Material is taken from"),
        track=True,
        help=_("Without one: where what it is part of takes it from, else the store of the first warehouse."),
    )
    location: Mapped[StorageLocation | None] = link(location_id)
