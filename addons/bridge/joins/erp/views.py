"""What is seen of the bridge on the ERP's side."""

from __future__ import annotations

from addons.bridge.joins.erp.models import FloorIssue, ReceiptNotice, SuppliedPlace, Told
from addons.erp_supply.models import Receipt
from core import Group, List, Menu, Tab, View, _, place
from core.base import WorkCenter

issues = View(
    FloorIssue,
    icon="package-export",
    list=List(
        FloorIssue.used_at, FloorIssue.equipment_id, FloorIssue.item_id, FloorIssue.lot_id, FloorIssue.quantity,
        FloorIssue.location_id, FloorIssue.move_id,
        facets=(FloorIssue.item_id, FloorIssue.location_id, FloorIssue.equipment_id),
        sort=("-used_at",),
    ),
    menu=Menu("bridge", _("Issues to the floor"), icon="package-export", order=50),
)  # fmt: skip

told = View(
    Told,
    icon="refresh",
    list=List(
        Told.code, Told.model, Told.partner_id, Told.told_version, Told.told_at, Told.notice, Told.answered_at,
        facets=(Told.notice, Told.model, Told.partner_id),
        sort=("-told_at",),
    ),
    menu=Menu("bridge", _("Synchronised records"), icon="refresh", order=60),
)  # fmt: skip

place(Receipt, into="tabs")(
    Tab(
        "bridge",
        _("MES"),
        Group(
            "bridge",
            ReceiptNotice.notice,
            ReceiptNotice.told_at,
            ReceiptNotice.answered_at,
            ReceiptNotice.answer,
        ),
    )
)
place(WorkCenter, into="tabs")(Tab("bridge", _("Material"), Group("bridge", SuppliedPlace.location_id)))
