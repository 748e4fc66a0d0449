"""What is seen of the bridge on the MES's side."""

from __future__ import annotations

from addons.bridge.joins.mes.models import Delivery, TakenOver, UseReport
from core import List, Menu, View, _

deliveries = View(
    Delivery,
    icon="truck-delivery",
    list=List(
        Delivery.receipt, Delivery.item_id, Delivery.lot_id, Delivery.quantity, Delivery.location_id,
        Delivery.received_at,
        facets=(Delivery.item_id, Delivery.location_id),
        sort=("-received_at",),
    ),
    menu=Menu("bridge", _("Deliveries"), icon="truck-delivery", order=50),
)  # fmt: skip

taken_over = View(
    TakenOver,
    icon="refresh",
    list=List(
        TakenOver.code, TakenOver.model, TakenOver.partner_id, TakenOver.their_version, TakenOver.taken_at,
        facets=(TakenOver.model, TakenOver.partner_id),
        sort=("-taken_at",),
    ),
    menu=Menu("bridge", _("Records taken over"), icon="refresh", order=60),
)  # fmt: skip

reports = View(
    UseReport,
    icon="send",
    list=List(
        UseReport.use_id, UseReport.report, UseReport.reported_at, UseReport.answered_at,
        facets=(UseReport.report,),
        sort=("-reported_at",),
    ),
    menu=Menu("bridge", _("Reports to the ERP"), icon="send", order=40),
)  # fmt: skip
