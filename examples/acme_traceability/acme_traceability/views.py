"""What is seen."""

from core import (
    Form,
    Group,
    Lines,
    List,
    Menu,
    MenuPage,
    MenuSection,
    Preset,
    Tab,
    Tile,
    View,
    _,
    place,
    where,
)
from core.base import Lot

from acme_traceability.models import LotUse, Recall, RecallLine, RecallState, TracedLot

section = MenuSection("traceability", _("Traceability"), order=45)
trace = MenuPage("traceability", _("Trace a lot"), "/traceability", LotUse, icon="hierarchy", order=10)

_open = where(Recall.state, "eq", RecallState.OPEN)

uses = View(
    LotUse,
    list=List(
        LotUse.used_on,
        LotUse.source_id,
        LotUse.product_id,
        LotUse.quantity,
        LotUse.order_code,
        facets=(LotUse.source_id, LotUse.product_id),
        sort=("-used_on",),
    ),
    menu=Menu("traceability", _("Uses of lots"), icon="arrows-exchange", order=20),
)

recalls = View(
    Recall,
    icon="speakerphone",
    list=List(
        Recall.number,
        Recall.lot_id,
        Recall.reason,
        Recall.opened_on,
        Recall.affected,
        Recall.state,
        facets=(Recall.state,),
        sort=("-opened_on",),
        presets=(Preset("open", _("Open"), _open),),
    ),
    form=Form(
        Group("main", Recall.lot_id, Recall.reason, Recall.opened_on, Recall.closed_on),
        Tab(
            "lots",
            _("Lots"),
            Lines(
                Recall.lines,
                RecallLine.lot_id,
                RecallLine.steps,
                RecallLine.settled,
                RecallLine.note,
                readonly=~_open,
            ),
        ),
        status=Recall.state,
        subtitle=Recall.lot_id,
    ),
    menu=Menu("traceability", _("Recalls"), icon="speakerphone", order=30),
)

# Fields of ours on the pages of somebody else's noun, and the way from it to our page.
place(Lot, into="tabs")(
    Tab(
        "traceability",
        _("Traceability"),
        Group("traceability", TracedLot.supplier_id, TracedLot.standing, TracedLot.reason),
    )
)
place(Lot, into="list")(TracedLot.standing)
place(Lot, into="links")(trace)

tiles = [Tile("traceability_open", _("Open recalls"), Recall, _open, urgent=True, order=20)]
