"""Items, lots, units, and how items are made."""

from __future__ import annotations

from core.base.models.item import Item, ItemType, Lot
from core.base.models.product import Bom, BomLine, Operation, Routing
from core.base.models.unit import Unit
from core.i18n import _
from core.orm.condition import where
from core.orm.env import Env
from core.orm.operand import Relative
from core.views.live import fill
from core.views.nodes import Form, Group, Lines, List, Menu, MenuSection, Preset, Shown, Tab, View

section = MenuSection("master", _("Master data"), order=60)

items = View(
    Item,
    icon="box",
    list=List(
        Item.code, Item.name, Item.type, Item.revision, Item.unit_id, Item.tracking, Item.active,
        facets=(Item.type, Item.tracking, Item.active),
        sort=("code",),
        presets=(
            Preset("active", _("In use"), where(Item.active, "eq", True)),
            Preset("products", _("Products"), where(Item.type, "eq", ItemType.PRODUCT)),
            Preset("bought", _("Material"), where(Item.type, "in", [ItemType.MATERIAL, ItemType.COMPONENT])),
        ),
        inline=(Item.name, Item.type, Item.revision, Item.tracking, Item.active),
    ),
    form=Form(
        Group("main", Item.code, Item.name, Item.type, Item.revision, Item.unit_id, Item.tracking, Item.active),
        Tab("notes", _("Description"), Group("notes", Item.description)),
        subtitle=Item.name,
    ),
    menu=Menu("master", _("Items"), icon="box", order=10),
)  # fmt: skip

lots = View(
    Lot,
    icon="barcode",
    list=List(
        Lot.number, Lot.item_id, Lot.origin, Lot.made_on, Lot.expires_on,
        facets=(Lot.item_id,),
        sort=("-made_on",),
        presets=(
            Preset(
                "expiring", _("Expiring within 30 days"), where(Lot.expires_on, "le", Relative("day", 30)),
                sort=("expires_on",),
            ),
        ),
        due=Lot.expires_on,
        inline=(Lot.origin, Lot.made_on, Lot.expires_on),
    ),
    form=Form(
        Group("main", Lot.number, Lot.item_id, Lot.origin, Lot.made_on, Lot.expires_on), subtitle=Lot.item_id
    ),
    menu=Menu("master", _("Lots"), icon="barcode", order=20),
)  # fmt: skip

units = View(
    Unit,
    icon="ruler-measure",
    list=List(
        Unit.code, Unit.symbol, Unit.name, Unit.dimension, Unit.decimals, Unit.active,
        facets=(Unit.dimension, Unit.active),
        sort=("code",),
        presets=(Preset("active", _("In use"), where(Unit.active, "eq", True)),),
        inline=(Unit.symbol, Unit.name, Unit.active),
    ),
    form=Form(
        Group("main", Unit.code, Unit.symbol, Unit.name, Unit.dimension, Unit.factor, Unit.decimals, Unit.active),
        subtitle=Unit.name,
    ),
    menu=Menu("master", _("Units"), icon="ruler-measure", order=80),
)  # fmt: skip

boms = View(
    Bom,
    icon="sitemap",
    list=List(
        Bom.code, Bom.item_id, Bom.quantity, Bom.valid_from, Bom.valid_to, Bom.active,
        facets=(Bom.active, Bom.item_id),
        sort=("code",),
    ),
    form=Form(
        Group("main", Bom.code, Bom.item_id, Bom.quantity, Bom.valid_from, Bom.valid_to, Bom.active),
        Tab(
            "lines", _("Lines"),
            Lines(
                Bom.lines, BomLine.position, BomLine.item_id, BomLine.quantity, BomLine.unit_id,
                BomLine.scrap_percent, BomLine.valid_from, BomLine.valid_to,
            ),
        ),
        subtitle=Bom.item_id,
    ),
    menu=Menu("master", _("Bills of materials"), icon="sitemap", order=30),
)  # fmt: skip

routings = View(
    Routing,
    icon="route",
    list=List(
        Routing.code, Routing.item_id, Routing.valid_from, Routing.valid_to, Routing.active,
        facets=(Routing.active, Routing.item_id),
        sort=("code",),
    ),
    form=Form(
        Group("main", Routing.code, Routing.item_id, Routing.valid_from, Routing.valid_to, Routing.active),
        Tab(
            "operations", _("Operations"),
            Lines(
                Routing.operations, Operation.position, Operation.name, Operation.work_center_id,
                Operation.setup_seconds, Operation.cycle_seconds, Operation.qualification_id,
                Shown(Operation.instruction),
            ),
        ),
        subtitle=Routing.item_id,
    ),
    menu=Menu("master", _("Routings"), icon="route", order=40),
)  # fmt: skip


@fill(BomLine, on=(BomLine.item_id,))
def propose_unit(env: Env, line: BomLine) -> None:
    """The unit of the item."""
    item = env.session.get(Item, line.item_id) if line.item_id else None
    if item is not None:
        line.unit_id = item.unit_id
