"""The page that tells how stock develops: what there is, comes and goes, and what will be left week by week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flask import Blueprint, Response, request
from markupsafe import Markup
from sqlalchemy import select

from addons.erp_supply.actions.projecting import SHORT_DAYS, Outlook, outlooks
from addons.erp_supply.models import PurchaseOrder, StockQuant, Warehouse
from core import Env, Forbidden, UserError, _
from core.base import Item, Unit
from core.web.cells import EMPTY, Column, Row, Value
from core.web.list_parts import Pager, ViewTab
from core.web.parts import Action, Crumb, Empty, Page
from core.web.request import env, reader
from core.web.table import body
from core.web.templating import render
from core.web.urls import list_url, record_url, with_query

blueprint = Blueprint("forecast", __name__)

URL = "/supply/forecast"
WEEKS = 4
#: Rows of a page.
MOST = 100


@dataclass(frozen=True)
class ForecastPage:
    """What forecast.html.jinja shows."""

    url: str
    q: str
    keep: Sequence[tuple[str, str]]
    views: Sequence[ViewTab]
    columns: Sequence[Column]
    body: Markup
    empty: Empty | None
    pager: Pager | None
    actions: Sequence[Action]


@dataclass(frozen=True)
class _Named:
    """An item with what stands beside its quantities."""

    code: str
    name: str
    unit: str


@blueprint.get(URL)
def show() -> Response:
    """The stock of one's company; `q` looks for items, `item` or `stock_quant` names one, `short=1` those short."""
    at = env()
    if not at.site.access.may(at.principal, "read", PurchaseOrder):
        raise Forbidden(_("Your roles do not let you see what is ordered."))
    if at.company_id is None:
        raise UserError(_("Choose the company whose stock you want to see."))
    q, only = request.args.get("q", "").strip(), _asked_item(at)
    names = _names(at, q, only)
    found = [one for one in outlooks(at, at.company_id) if one.item_id in names]
    short = [one for one in found if one.is_short]
    shown = sorted(
        short if request.args.get("short") == "1" else found, key=lambda one: names[one.item_id].code
    )
    return _page(at, names, shown, _tabs(len(found), len(short)), q)


def _page(
    at: Env, names: dict[int, _Named], shown: Sequence[Outlook], tabs: Sequence[ViewTab], q: str
) -> Response:
    ends = [reader().today + timedelta(weeks=week) for week in range(1, WEEKS + 1)]
    start = int(request.args.get("from", "0")) if request.args.get("from", "0").isdecimal() else 0
    columns, places = _columns(ends), _warehouse_names(at)
    rows = [_row(one, names[one.item_id], places, ends) for one in shown[start : start + MOST]]
    title = _("Stock forecast")
    page = ForecastPage(
        URL, q, [pair for pair in request.args.items() if pair[0] not in ("q", "from")], tabs, columns,
        body(columns, rows, selectable=False), None if rows else _empty(), _pager(start, len(shown)),
        [Action(StockQuant.plural, list_url(StockQuant), "packages")],
    )  # fmt: skip
    crumbs = [Crumb(_("Supply")), Crumb(title)]
    return render("erp_supply/forecast.html.jinja", Page(title, crumbs=crumbs), forecast=page)


def _asked_item(at: Env) -> int | None:
    """The item that the address names, itself or by its stock."""
    item, quant = request.args.get("item", ""), request.args.get("stock_quant", "")
    if quant.isdecimal():
        return at.get(StockQuant, int(quant)).item_id
    return int(item) if item.isdecimal() else None


def _names(at: Env, q: str, only: int | None) -> dict[int, _Named]:
    asked = select(Item.id, Item.code, Item.name, Unit.symbol).join(Unit, Unit.id == Item.unit_id)
    if only is not None:
        asked = asked.where(Item.id == only)
    if q:
        asked = asked.where(Item.code.icontains(q, autoescape=True) | Item.name.icontains(q, autoescape=True))
    return {row[0]: _Named(*row[1:]) for row in at.session.execute(asked)}


def _warehouse_names(at: Env) -> dict[int, str]:
    return {row[0]: row[1] for row in at.session.execute(select(Warehouse.id, Warehouse.code))}


def _tabs(count: int, short: int) -> list[ViewTab]:
    only_short = request.args.get("short") == "1"
    pairs = [pair for pair in request.args.items() if pair[0] not in ("short", "from")]
    shown = _("Short within {days} days", days=SHORT_DAYS)
    return [
        ViewTab(_("All"), with_query(URL, pairs), reader().number(count), not only_short),
        ViewTab(shown, with_query(URL, [*pairs, ("short", "1")]), reader().number(short), only_short),
    ]


def _columns(ends: Sequence[date]) -> list[Column]:
    return [
        Column("item", Item.singular, slot="key"), Column("name", _("Name"), soft=True),
        Column("warehouse", Warehouse.singular, slot="about"), Column("warning", _("Warning"), slot="state"),
        Column("on_hand", _("On hand"), "end", slot="amount"), Column("reserved", _("Reserved"), "end"),
        Column("incoming", _("To come"), "end"), Column("outgoing", _("To go"), "end"),
        *(Column(f"week{n}", _("on {day}", day=reader().day(end)), "end") for n, end in enumerate(ends, 1)),
    ]  # fmt: skip


def _row(one: Outlook, named: _Named, warehouses: dict[int, str], ends: list[date]) -> Row:
    url = record_url(Item, one.item_id)
    amounts, balances = (one.on_hand, one.reserved, one.incoming, one.outgoing), one.balances(ends)
    number, places = reader().number, _places([*amounts, *balances])
    weeks = [Value("number", number(x, places), tone="bad" if x < 0 else "") for x in balances]
    return Row(one.item_id, url, named.code, [
        Value("key", named.code, url=url), Value("text", named.name),
        Value("text", warehouses.get(one.warehouse_id or 0, "")), _warning(one),
        *(Value("quantity", number(amount, places), unit=named.unit if at == 0 else "")
          for at, amount in enumerate(amounts)),
        *weeks,
    ])  # fmt: skip


def _places(quantities: Sequence[Decimal]) -> int:
    """As many as the row needs, so that its digits compare."""
    exponents = (quantity.normalize().as_tuple().exponent for quantity in quantities)
    return max((-exponent for exponent in exponents if isinstance(exponent, int) and exponent < 0), default=0)


def _warning(one: Outlook) -> Value:
    if one.is_negative:
        return Value("mark", str(_("Runs out")), level="bad")
    if one.is_low:
        return Value("mark", str(_("Below its reorder point")), level="warn")
    return EMPTY


def _empty() -> Empty:
    if request.args.get("short") == "1":
        words = _("Every item stays at its reorder point or above for {days} days.", days=SHORT_DAYS)
        return Empty(_("Nothing falls short"), words, "circle-check")
    return Empty(
        _("Nothing found"), _("No item of this kind is in stock, awaited or to be kept."), "packages"
    )


def _pager(start: int, count: int) -> Pager | None:
    if count <= MOST:
        return None
    pairs = [pair for pair in request.args.items() if pair[0] != "from"]
    steps = {at: with_query(URL, [*pairs, ("from", str(at))]) for at in _steps(start, count)}
    last = min(start + MOST, count)
    text = _("{first} to {last} of {count}", first=start + 1, last=last, count=reader().number(count))
    return Pager(text, steps.get(start - MOST, ""), steps.get(start + MOST, ""))


def _steps(start: int, count: int) -> Iterator[int]:
    yield from (at for at in (start - MOST, start + MOST) if 0 <= at < count)
