"""Which machine fills which role, and when."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from addons.mes_equipment.models.overlap import refuse_overlap
from core import (
    Instant,
    Model,
    OfCompany,
    ValidationError,
    _,
    field,
    index,
    link,
    reference,
)
from core.base import PhysicalAsset, WorkCenter


class AssetAssignment(OfCompany, Model):
    """ISA-95 equipment asset mapping: from when to when a machine fills a role; without an end it still does."""

    __tablename__ = "mes_equipment_asset_assignment"
    singular = _("Asset assignment")
    plural = _("Asset assignments")

    equipment_id: Mapped[int] = reference(WorkCenter, _("Equipment"), title=True, key=True, track=True)
    equipment: Mapped[WorkCenter] = link(equipment_id)
    asset_id: Mapped[int] = reference(PhysicalAsset, _("Physical asset"), title=True, track=True)
    asset: Mapped[PhysicalAsset] = link(asset_id)
    starts_at: Mapped[Instant] = field(_("From"), key=True, sort=True, track=True)
    ends_at: Mapped[Instant | None] = field(_("Until"), track=True)

    __table_args__ = (index("equipment_id", "starts_at"), index("asset_id", "starts_at"))

    def check(self) -> None:
        if self.ends_at is not None and self.starts_at is not None and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": _("It ends before it begins.")})


refuse_overlap(
    AssetAssignment,
    ("equipment_id", "asset_id"),
    _("The role or the machine is taken at that time. End the other assignment first. Nothing has changed."),
)
