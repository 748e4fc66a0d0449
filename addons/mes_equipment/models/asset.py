"""Which machine fills which role, and when."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from core import (
    Instant,
    Model,
    OfCompany,
    ValidationError,
    _,
    field,
    guard,
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


_NAME = f"{AssetAssignment.__tablename__}_overlap"
_OTHER = (
    f"SELECT 1 FROM {AssetAssignment.__tablename__} o "  # noqa: S608 -- the name of our own table
    "WHERE o.id <> coalesce(NEW.id, 0) AND (o.equipment_id = NEW.equipment_id OR o.asset_id = NEW.asset_id) "
    "AND (o.ends_at IS NULL OR o.ends_at > NEW.starts_at) "
    "AND (NEW.ends_at IS NULL OR NEW.ends_at > o.starts_at)"
)
guard(
    AssetAssignment,
    "overlap",
    _("The role or the machine is taken at that time. End the other assignment first. Nothing has changed."),
    events=("insert", "update"),
    sqlite=f"SELECT RAISE(ABORT, '{_NAME}') WHERE EXISTS ({_OTHER});",
    # Two who assign at once would not see each other's row: they queue.
    postgresql=(
        f"perform pg_advisory_xact_lock(hashtext('{_NAME}')); if exists ({_OTHER}) then "
        f"raise exception using errcode = '23514', constraint = '{_NAME}', message = '{_NAME}'; end if;"
    ),
)
