"""Whether both worlds agree: what each of them has, and what this one told and heard of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import Blueprint, Response, request
from sqlalchemy import select

from addons.bridge.actions.comparing import figures
from addons.bridge.actions.reconciling import Reconciliation, period_of, reconciliations, usual_days
from addons.bridge.messages.reconciliation import Fact, Held, Stop, Total
from addons.bridge.models import Side
from addons.bridge.rules.figure import Figure
from addons.bridge.rules.reconciliation import Compared, Difference
from addons.bridge.rules.table import written
from addons.bridge.rules.words import FLOWS, STOPS
from addons.bridge.web.asking import URL, company, crumbs
from core import Env, Text, _
from core.base.models.mechanism import IncomingMessage, OutgoingMessage
from core.web.parts import Action, Note, Page
from core.web.request import env, reader
from core.web.templating import render
from core.web.typed import day
from core.web.urls import record_url, with_query

blueprint = Blueprint("reconciling", __name__)

RECONCILIATION = f"{URL}/reconciliation"
#: What a side has that was not heard.
_UNKNOWN = "?"


@dataclass(frozen=True)
class ShownTotal:
    """A total of both sides as a person reads it."""

    flow: Text
    unit: str
    erp_count: str
    erp_quantity: str
    mes_count: str
    mes_quantity: str
    last: str
    differs: bool


@dataclass(frozen=True)
class ShownDifference:
    """A difference as a person reads it."""

    flow: Text
    key: str
    what: str
    at: str
    #: What the ERP and the MES have; None for nothing.
    erp: str | None
    mes: str | None
    stays: str
    reason: str
    url: str


@dataclass(frozen=True)
class ShownHeld:
    """How many messages stay somewhere, on either side."""

    where: Text
    erp: str
    mes: str


@dataclass(frozen=True)
class ShownSides:
    """A connection with what both of its sides have."""

    name: str
    note: Note
    totals: Sequence[ShownTotal]
    differences: Sequence[ShownDifference]
    held: Sequence[ShownHeld]


@dataclass(frozen=True)
class ShownFigure:
    """A figure as a person reads it."""

    flow: str
    what: str
    where: str
    told: str
    done: str
    difference: str
    unit: str
    differs: bool


@dataclass(frozen=True)
class ReconciliationPage:
    """What bridge/reconciliation.html.jinja shows."""

    url: str
    first: date
    last: date
    sides: Sequence[ShownSides]
    figures: Sequence[ShownFigure]
    csv: Action


@blueprint.get(RECONCILIATION)
def show() -> Response:
    """What both sides have from one day to another, and all that was told beside what came of it."""
    company_id, (first, last) = company(), _days()
    found = reconciliations(env(), company_id, period_of(first, last, reader().zone))
    title = _("Reconciliation")
    file = with_query(f"{RECONCILIATION}.csv", [("from", first.isoformat()), ("to", last.isoformat())])
    page = ReconciliationPage(
        RECONCILIATION, first, last, [_sides(each) for each in found],
        [_figure(each) for each in figures(env(), company_id)], Action(_("CSV"), file, "download"),
    )  # fmt: skip
    return render("bridge/reconciliation.html.jinja", Page(title, crumbs=crumbs(title)), reconciliation=page)


@blueprint.get(f"{RECONCILIATION}.csv")
def file() -> Response:
    """The same as a file."""
    company_id, (first, last) = company(), _days()
    found = reconciliations(env(), company_id, period_of(first, last, reader().zone))
    lines = written(
        (difference for each in found for difference in each.differences), figures(env(), company_id),
        (each.silence for each in found if each.silence),
    )  # fmt: skip
    answer = Response(b"".join(lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="reconciliation.csv"'
    return answer


def _days() -> tuple[date, date]:
    usual = usual_days(reader().zone)
    first, last = request.args.get("from", ""), request.args.get("to", "")
    return day(reader(), first) if first else usual[0], day(reader(), last) if last else usual[1]


def _sides(found: Reconciliation) -> ShownSides:
    urls = _urls(env(), [d.held for d in found.differences if d.held is not None])
    return ShownSides(
        found.name, _note(found), [_total(each, found) for each in found.totals],
        [_difference(each, urls) for each in found.differences],
        [_held(stop, erp, mes, found) for stop, (erp, mes) in found.held.items() if erp or mes],
    )  # fmt: skip


def _note(found: Reconciliation) -> Note:
    tone = "ok" if found.is_zero else "warn"
    if not found.silence:
        return Note(found.verdict, tone, lead=found.name)
    heard = reader().moment(found.heard_at) if found.heard_at else _("never")
    return Note(
        _("{reason} Last contact: {heard}. Only this side is shown.", reason=found.silence, heard=heard),
        tone, lead=_("{partner} does not answer.", partner=found.name),
    )  # fmt: skip


def _total(found: Compared, of: Reconciliation) -> ShownTotal:
    last = max((t.last_at for t in (found.erp, found.mes) if t is not None and t.last_at), default=None)
    return ShownTotal(
        FLOWS[found.flow], found.unit,
        *_count(found.erp, of, Side.ERP), *_count(found.mes, of, Side.MES),
        last=reader().moment(last) if last else "", differs=found.differs and not of.silence,
    )  # fmt: skip


def _count(total: Total | None, of: Reconciliation, side: Side) -> tuple[str, str]:
    """How many and how much of it, as far as the side was heard."""
    if of.silence and of.remote is side:
        return _UNKNOWN, ""
    quantity = total.quantity if total is not None else None
    return reader().number(total.count if total else 0), "" if quantity is None else _number(quantity)


def _difference(found: Difference, urls: Mapping[str, str]) -> ShownDifference:
    fact, held = found.fact, found.held
    both = found.erp is not None and found.mes is not None
    has = [None if each is None else _has(each, both=both) for each in (found.erp, found.mes)]
    return ShownDifference(
        FLOWS[found.flow], found.key, fact.what, reader().moment(fact.at) if fact.at else "", has[0], has[1],
        str(STOPS[held.stop]) if held else "", held.reason or "" if held else "",
        urls.get(held.message_id, "") if held else "",
    )  # fmt: skip


def _has(fact: Fact, *, both: bool) -> str:
    if fact.quantity is None:
        return fact.what if both else str(_("there"))
    amount = f"{_number(fact.quantity)} {fact.unit or ''}".strip()
    return f"{amount} {fact.what}" if both else amount


def _held(stop: Stop, erp: int, mes: int, of: Reconciliation) -> ShownHeld:
    unknown = of.remote if of.silence else None
    erp_shown = _UNKNOWN if unknown is Side.ERP else reader().number(erp)
    mes_shown = _UNKNOWN if unknown is Side.MES else reader().number(mes)
    return ShownHeld(STOPS[stop], erp_shown, mes_shown)


def _urls(at: Env, held: Iterable[Held]) -> dict[str, str]:
    """Where the messages that stay here are settled, for those who may see them."""
    ids = {each.message_id for each in held}
    found: dict[str, str] = {}
    for model in (IncomingMessage, OutgoingMessage):
        if ids and at.site.access.may(at.principal, "read", model):
            rows = at.session.execute(select(model.message_id, model.id).where(model.message_id.in_(ids)))
            found |= {row[0]: record_url(model, row[1]) for row in rows}
    return found


def _figure(found: Figure) -> ShownFigure:
    return ShownFigure(
        str(found.flow), found.what, found.where, _number(found.told), _number(found.done),
        _number(found.difference), found.unit, bool(found.difference),
    )  # fmt: skip


def _number(value: Decimal) -> str:
    exponent = value.normalize().as_tuple().exponent
    return reader().number(value, max(-exponent, 0) if isinstance(exponent, int) else 0)
