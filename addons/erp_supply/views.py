"""What is seen of purchasing and the store."""

from __future__ import annotations

from sqlalchemy.orm import InstrumentedAttribute

from addons.erp_supply.actions.projecting import SHORT_DAYS, count_short
from addons.erp_supply.actions.purchasing import complete_line, complete_order, price_line
from addons.erp_supply.models import (
    OPEN,
    CountState,
    OrderState,
    PostingState,
    PurchaseCharge,
    PurchaseLine,
    PurchaseOrder,
    PurchaseTax,
    Receipt,
    ReceiptLine,
    StockCount,
    StockCountLine,
    StockMove,
    StockQuant,
    StockReservation,
    SuppliedItem,
    SupplierPrice,
    SupplierReturn,
    SupplierReturnLine,
    SupplyingParty,
    Warehouse,
)
from core import (
    ALWAYS,
    CountTile,
    Env,
    FirstStep,
    Form,
    Group,
    Lines,
    List,
    Me,
    Menu,
    MenuPage,
    MenuSection,
    Preset,
    Relative,
    Shown,
    Tab,
    Tile,
    View,
    _,
    fill,
    place,
    there_is,
    where,
)
from core.base import Item, Party

section = MenuSection("supply", _("Supply"), order=20)
invoices = MenuPage(
    "supply",
    _("Import invoices"),
    "/supply/invoices",
    PurchaseOrder,
    verb="create",
    icon="file-upload",
    order=15,
)

forecast = MenuPage(
    "supply", _("Stock forecast"), "/supply/forecast", PurchaseOrder, icon="chart-line", order=31
)

#: Fields of an order are fixed once it is sent.
_draft = where(PurchaseOrder.state, "eq", OrderState.DRAFT)
_open = where(PurchaseOrder.state, "in", [*OPEN])
_late = _open & where(PurchaseOrder.promised_on, "lt", Relative("day", 0))


def _until_sent(*attributes: InstrumentedAttribute[object]) -> list[Shown]:
    return [Shown(attribute, readonly=~_draft) for attribute in attributes]


purchase_orders = View(
    PurchaseOrder,
    docs="addons/erp_supply/README.html#actions",
    icon="shopping-cart",
    list=List(
        PurchaseOrder.number, PurchaseOrder.supplier_id, PurchaseOrder.supplier_reference, PurchaseOrder.ordered_on,
        PurchaseOrder.promised_on, PurchaseOrder.buyer_id,
        PurchaseOrder.received_lines,  # type: ignore[arg-type]  # a computed field is an attribute of the class too
        PurchaseOrder.state, PurchaseOrder.total,
        facets=(PurchaseOrder.state, PurchaseOrder.supplier_id, PurchaseOrder.buyer_id),
        sort=("-number",),
        sums=(PurchaseOrder.total,),
        due=PurchaseOrder.promised_on,
        inline=(PurchaseOrder.supplier_reference, PurchaseOrder.promised_on, PurchaseOrder.buyer_id),
        presets=(
            Preset("open", _("Open by supplier"), _open, group=(PurchaseOrder.supplier_id,), sort=("promised_on",)),
            Preset("late", _("Late"), _late, sort=("promised_on",)),
            Preset("to_approve", _("To approve"), where(PurchaseOrder.state, "eq", OrderState.TO_APPROVE)),
            Preset(
                "this_week", _("This week"),
                _open & where(PurchaseOrder.promised_on, "ge", Relative("week", 0))
                & where(PurchaseOrder.promised_on, "lt", Relative("week", 1)),
                sort=("promised_on",),
            ),
            Preset("mine", _("Mine"), where(PurchaseOrder.buyer_id, "eq", Me()) & _open),
        ),
    ),
    form=Form(
        Group(
            "main", *_until_sent(PurchaseOrder.supplier_id), Shown(PurchaseOrder.buyer_id),
            PurchaseOrder.supplier_reference, *_until_sent(PurchaseOrder.ordered_on, PurchaseOrder.location_id),
            Shown(PurchaseOrder.promised_on), *_until_sent(PurchaseOrder.currency_id, PurchaseOrder.payment_term_id),
        ),
        Tab(
            "lines", _("Lines"),
            Lines(
                PurchaseOrder.lines,
                PurchaseLine.position, PurchaseLine.item_id, PurchaseLine.description, PurchaseLine.quantity,
                PurchaseLine.unit_id, PurchaseLine.received, PurchaseLine.price, PurchaseLine.needed_on,
                PurchaseLine.tax_id, PurchaseLine.amount,
                totals=(PurchaseOrder.net, PurchaseOrder.tax, PurchaseOrder.total),
                readonly=~_draft,
            ),
        ),
        Tab(
            "charges", _("Delivery and invoicing"),
            Lines(
                PurchaseOrder.charges, PurchaseCharge.reason, PurchaseCharge.is_charge, PurchaseCharge.tax_id,
                PurchaseCharge.amount, readonly=~_draft,
            ),
            Lines(
                PurchaseOrder.taxes, PurchaseTax.category, PurchaseTax.percent, PurchaseTax.taxable,
                PurchaseTax.amount, readonly=ALWAYS,
            ),
            Group("payment", PurchaseOrder.prepaid, PurchaseOrder.rounding, PurchaseOrder.payable),
        ),
        Tab("notes", _("Notes"), Group("notes", PurchaseOrder.note)),
        status=PurchaseOrder.state,
        subtitle=PurchaseOrder.supplier_id,
    ),
    menu=Menu("supply", _("Purchase orders"), icon="shopping-cart", order=10),
)  # fmt: skip

receipts = View(
    Receipt,
    docs="addons/erp_supply/README.html#actions",
    icon="truck-delivery",
    list=List(
        Receipt.number, Receipt.supplier_id, Receipt.order_id, Receipt.delivery_note, Receipt.received_on,
        Receipt.location_id, Receipt.state,
        facets=(Receipt.state, Receipt.supplier_id, Receipt.location_id),
        sort=("-received_on",),
    ),
    form=Form(
        Group(
            "main", Receipt.supplier_id, Receipt.order_id, Receipt.delivery_note, Receipt.received_on,
            Receipt.location_id,
        ),
        Tab(
            "lines", _("Lines"),
            Lines(
                Receipt.lines, ReceiptLine.item_id, ReceiptLine.quantity, ReceiptLine.unit_id, ReceiptLine.lot_number,
                ReceiptLine.supplier_lot, ReceiptLine.expires_on, ReceiptLine.purchase_line_id,
                readonly=where(Receipt.state, "ne", PostingState.DRAFT),
            ),
        ),
        Tab("notes", _("Notes"), Group("notes", Receipt.note)),
        status=Receipt.state,
        subtitle=Receipt.supplier_id,
    ),
    menu=Menu("supply", _("Receipts"), icon="truck-delivery", order=20),
)  # fmt: skip

supplier_returns = View(
    SupplierReturn,
    docs="addons/erp_supply/README.html#actions",
    icon="truck-return",
    form=Form(
        Group(
            "main", SupplierReturn.supplier_id, SupplierReturn.order_id, SupplierReturn.returned_on,
            SupplierReturn.reason,
        ),
        Tab(
            "lines", _("Lines"),
            Lines(
                SupplierReturn.lines, SupplierReturnLine.item_id, SupplierReturnLine.lot_id,
                SupplierReturnLine.location_id, SupplierReturnLine.quantity, SupplierReturnLine.unit_id,
                SupplierReturnLine.purchase_line_id,
                readonly=where(SupplierReturn.state, "ne", PostingState.DRAFT),
            ),
        ),
        status=SupplierReturn.state,
        subtitle=SupplierReturn.supplier_id,
    ),
    menu=Menu("supply", _("Returns"), icon="truck-return", order=40),
)  # fmt: skip

stock = View(
    StockQuant,
    docs="addons/erp_supply/README.html#nouns",
    icon="packages",
    list=List(
        StockQuant.item_id, StockQuant.location_id, StockQuant.lot_id, StockQuant.on_hand, StockQuant.reserved,
        StockQuant.available,  # type: ignore[arg-type]  # as PurchaseOrder.received_lines
        facets=(StockQuant.location_id,),
        sort=("item_id",),
        presets=(
            Preset("on_hand", _("On hand"), where(StockQuant.on_hand, "gt", 0)),
            Preset(
                "by_location", _("By location"), where(StockQuant.on_hand, "gt", 0), group=(StockQuant.location_id,)
            ),
        ),
    ),
    menu=Menu("supply", _("Stock"), icon="packages", order=30),
)  # fmt: skip

stock_moves = View(
    StockMove,
    docs="addons/erp_supply/README.html#nouns",
    icon="arrows-exchange",
    list=List(
        StockMove.at, StockMove.item_id, StockMove.lot_id, StockMove.quantity, StockMove.source_id,
        StockMove.target_id, StockMove.reason, StockMove.receipt_id,
        facets=(StockMove.reason, StockMove.item_id),
        sort=("-at",),
    ),
    menu=Menu("supply", _("Stock moves"), icon="arrows-exchange", order=35),
)  # fmt: skip

stock_counts = View(
    StockCount,
    docs="addons/erp_supply/README.html#actions",
    icon="list-check",
    form=Form(
        Group("main", StockCount.location_id, StockCount.counted_on),
        Tab(
            "lines", _("Lines"),
            Lines(
                StockCount.lines, StockCountLine.item_id, StockCountLine.lot_id, StockCountLine.expected,
                StockCountLine.counted, StockCountLine.unit_id,
                readonly=where(StockCount.state, "in", [CountState.POSTED, CountState.CANCELLED]),
            ),
        ),
        status=StockCount.state,
        subtitle=StockCount.location_id,
    ),
    menu=Menu("supply", _("Stock counts"), icon="list-check", order=50),
)  # fmt: skip

supplier_prices = View(
    SupplierPrice,
    docs="addons/erp_supply/README.html#nouns",
    icon="tag",
    list=List(
        SupplierPrice.party_id, SupplierPrice.item_id, SupplierPrice.supplier_code, SupplierPrice.from_quantity,
        SupplierPrice.price, SupplierPrice.lead_days, SupplierPrice.valid_from, SupplierPrice.valid_to,
        facets=(SupplierPrice.party_id, SupplierPrice.item_id),
        inline=(
            SupplierPrice.supplier_code, SupplierPrice.from_quantity, SupplierPrice.price, SupplierPrice.lead_days,
            SupplierPrice.valid_from, SupplierPrice.valid_to,
        ),
    ),
    menu=Menu("supply", _("Supplier prices"), icon="tag", order=60),
)  # fmt: skip

warehouses = View(
    Warehouse,
    docs="addons/erp_supply/README.html#nouns",
    icon="building-warehouse",
    menu=Menu("supply", _("Warehouses"), icon="building-warehouse", order=70),
)

reservations = View(
    StockReservation,
    docs="addons/erp_supply/README.html#actions",
    icon="lock",
    list=List(
        StockReservation.demand,
        StockReservation.item_id,
        StockReservation.location_id,
        StockReservation.lot_id,
        StockReservation.quantity,
        StockReservation.at,
        facets=(StockReservation.item_id, StockReservation.location_id),
        sort=("-at",),
    ),
    menu=Menu("supply", _("Reservations"), icon="lock", order=32),
)

place(Item, into="tabs")(
    Tab(
        "supply",
        _("Supply"),
        Group(
            "supply",
            SuppliedItem.purchased,
            SuppliedItem.supplier_id,
            SuppliedItem.lead_days,
            SuppliedItem.reorder_point,
            SuppliedItem.order_quantity,
            SuppliedItem.over_receipt_percent,
        ),
    )
)
place(Party, into="tabs")(
    Tab(
        "supply",
        _("Supply"),
        Group(
            "supply",
            SupplyingParty.supplies,
            SupplyingParty.currency_id,
            SupplyingParty.payment_term_id,
            SupplyingParty.customer_number,
        ),
    )
)

place(Item, into="links")(forecast)
place(StockQuant, into="links")(forecast)

first_steps = [
    FirstStep(
        "suppliers", _("Add the first supplier"),
        _("A partner with the tick Supplier: orders go to it, and its prices are proposed in them."),
        "/m/base.party", Party, there_is(Party, where(SupplyingParty.supplies, "eq", True)), order=70,
    ),
]  # fmt: skip

tiles = [
    CountTile(
        "supply_short",
        _("Short within {days} days", days=SHORT_DAYS),
        PurchaseOrder,
        count_short,
        f"{forecast.url}?short=1",
        _("items below what is kept of them"),
        urgent=True,
        order=15,
    ),
    Tile("supply_late", _("Late orders"), PurchaseOrder, _late, urgent=True, order=10),
    Tile("supply_open", _("Open orders"), PurchaseOrder, _open, order=20),
    Tile(
        "supply_to_approve",
        _("To approve"),
        PurchaseOrder,
        where(PurchaseOrder.state, "eq", OrderState.TO_APPROVE),
        order=30,
    ),
    Tile(
        "supply_receipts",
        _("Receipts to post"),
        Receipt,
        where(Receipt.state, "eq", PostingState.DRAFT),
        order=40,
    ),
]


@fill(PurchaseOrder, on=(PurchaseOrder.supplier_id,))
def propose_terms(env: Env, order: PurchaseOrder) -> None:
    complete_order(env, order)


@fill(PurchaseLine, on=(PurchaseLine.item_id,))
def propose_line(env: Env, line: PurchaseLine) -> None:
    complete_line(env, line)


@fill(PurchaseLine, on=(PurchaseLine.quantity, PurchaseLine.unit_id))
def propose_price(env: Env, line: PurchaseLine) -> None:
    price_line(env, line)
