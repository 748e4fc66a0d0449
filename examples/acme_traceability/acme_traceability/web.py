"""The page that traces a lot, found by its own number or its supplier's, in both directions."""

from collections.abc import Sequence
from dataclasses import dataclass

from core import Env, Forbidden, Text, _
from core.base import Item, Lot, Party, Unit
from core.web.cells import EMPTY, Column, Row, Value
from core.web.parts import Crumb, Empty, Fact, Page
from core.web.request import env, reader
from core.web.table import body
from core.web.templating import render
from core.web.urls import record_url, with_query
from flask import Blueprint, Response, request
from markupsafe import Markup
from sqlalchemy import or_, select

from acme_traceability.actions.tracing import Direction, Link, links
from acme_traceability.models import LotUse, Standing, TracedLot
from acme_traceability.rules.genealogy import steps_from

blueprint = Blueprint("acme_traceability", __name__)

URL = "/traceability"
#: Lots that a search shows, and rows of each direction; a recall lists them all.
MOST = 200


@dataclass(frozen=True)
class Table:
    """Lots with a heading, or what stands in their place."""

    title: Text
    columns: Sequence[Column]
    body: Markup | None
    empty: Empty | None
    more: Text | str = ""


@dataclass(frozen=True)
class TracePage:
    """What trace.html.jinja shows."""

    url: str
    q: str
    facts: Sequence[Fact]
    tables: Sequence[Table]


@dataclass(frozen=True)
class Known:
    """What a row says about a lot."""

    number: str
    item: str
    origin: str
    standing: Standing | None


@blueprint.get(URL)
def show() -> Response:
    """A lot that `lot` names by its id or `q` by a number of its own; several of a number are listed."""
    at = env()
    if not at.site.access.may(at.principal, "read", LotUse):
        raise Forbidden(_("Your roles do not let you trace lots."))
    q = request.args.get("q", "").strip()
    found = _asked(at, q)
    if len(found) == 1:
        (lot,) = found
        facts, tables = _facts(at, lot), [_traced(at, lot, direction) for direction in Direction]
    else:
        facts, tables = [], [_choice(at, found)] if q else []
    title = _("Trace a lot")
    page = Page(title, crumbs=[Crumb(_("Traceability")), Crumb(title)])
    return render("acme_traceability/trace.html.jinja", page, trace=TracePage(URL, q, facts, tables))


def _asked(at: Env, q: str) -> list[int]:
    lot = request.args.get("lot", "")
    if lot.isdecimal():
        return [at.get(Lot, int(lot)).id]
    if not q:
        return []
    number = select(Lot.id).where(or_(Lot.number == q, Lot.origin == q)).order_by(Lot.number)
    return list(at.session.scalars(number.limit(MOST)))


def _facts(at: Env, lot_id: int) -> list[Fact]:
    lot = at.get(Lot, lot_id)
    traced = TracedLot.of(lot)
    supplier = at.get(Party, traced.supplier_id).label if traced.supplier_id else ""
    return [
        Fact(_("Lot"), Value("key", lot.number, url=record_url(Lot, lot.id))),
        Fact(_("Item"), Value("text", at.get(Item, lot.item_id).label)),
        Fact(_("Supplier"), Value("text", supplier, sub=lot.origin or "")),
        Fact(_("Standing"), _standing(traced.standing)),
    ]


def _traced(at: Env, lot_id: int, direction: Direction) -> Table:
    found = links(at, [lot_id], direction)
    steps = steps_from(lot_id, [link.pair for link in found])
    shown = sorted(found, key=lambda link: steps[link.there])[:MOST]
    forward = direction is Direction.FORWARD
    title = _("Went into") if forward else _("Made of")
    if not found:
        nothing = _("No lot was made of it.") if forward else _("No lot is known to be in it.")
        return Table(title, (), None, Empty(title, nothing, "hierarchy"))
    more = _("The nearest {most} of {count}", most=MOST, count=len(found)) if len(found) > MOST else ""
    columns = [
        Column("steps", _("Steps"), "end"),
        Column("lot", Lot.singular, slot="key"),
        Column("item", Item.singular),
        Column("origin", _("Supplier's lot")),
        Column("quantity", _("Quantity"), "end", slot="amount"),
        Column("used_on", _("Used on")),
        Column("standing", _("Standing"), slot="state"),
    ]
    return Table(title, columns, body(columns, _rows(at, shown, steps), selectable=False), None, more)


def _rows(at: Env, shown: Sequence[Link], steps: dict[int, int]) -> list[Row]:
    known, units = _known(at, {link.there for link in shown}), _units(at)
    rows = []
    for link in shown:
        lot = known[link.there]
        url = with_query(URL, [("lot", str(link.there))])
        rows.append(
            Row(
                link.there,
                url,
                lot.number,
                [
                    Value("number", str(steps[link.there])),
                    Value("key", lot.number, url=url),
                    Value("text", lot.item),
                    Value("text", lot.origin),
                    Value("quantity", reader().number(link.quantity), unit=units[link.unit_id]),
                    Value("text", reader().day(link.used_on)),
                    _standing(lot.standing),
                ],
            )
        )
    return rows


def _choice(at: Env, found: Sequence[int]) -> Table:
    title = _("Lots found")
    if not found:
        words = _("Look for a lot's own number or for its supplier's, written in full.")
        return Table(title, (), None, Empty(_("Nothing found"), words, "search"))
    columns = [
        Column("lot", Lot.singular, slot="key"),
        Column("item", Item.singular),
        Column("origin", _("Supplier's lot")),
        Column("standing", _("Standing"), slot="state"),
    ]
    rows = []
    for lot_id, lot in _known(at, set(found)).items():
        url = with_query(URL, [("lot", str(lot_id))])
        values = [Value("key", lot.number, url=url), Value("text", lot.item), Value("text", lot.origin)]
        rows.append(Row(lot_id, url, lot.number, [*values, _standing(lot.standing)]))
    return Table(title, columns, body(columns, rows, selectable=False), None)


def _known(at: Env, lots: set[int]) -> dict[int, Known]:
    asked = (
        select(Lot.id, Lot.number, Item.code, Lot.origin, TracedLot.standing)
        .join(Item, Item.id == Lot.item_id)
        .outerjoin(TracedLot, TracedLot.id == Lot.id)
        .where(Lot.id.in_(lots))
        .order_by(Lot.number)
    )
    return {row[0]: Known(row[1], row[2], row[3] or "", row[4]) for row in at.session.execute(asked)}


def _units(at: Env) -> dict[int, str]:
    return {row[0]: row[1] for row in at.session.execute(select(Unit.id, Unit.symbol))}


def _standing(standing: Standing | None) -> Value:
    """What is free needs no word."""
    if standing in (None, Standing.FREE):
        return EMPTY
    return Value("mark", str(standing.label), level="bad" if standing is Standing.RECALLED else "warn")
