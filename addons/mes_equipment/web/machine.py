"""The page of one machine: what it does, its states along a shift, a day or a week, its time and its open stops."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request
from markupsafe import Markup
from sqlalchemy import select

from addons.mes_equipment.actions import reading, reporting, saying
from addons.mes_equipment.actions.policy import policy
from addons.mes_equipment.models import (
    AssetAssignment,
    CountEvent,
    Equipment,
    EquipmentState,
    Reason,
    StateInterval,
)
from addons.mes_equipment.rules import kpi
from addons.mes_equipment.rules.element import Elements, total
from addons.mes_equipment.web import history, showing
from addons.mes_equipment.web.history import History
from addons.mes_equipment.web.showing import Look
from core import Action as Doable
from core import Env, NotFound, _, now
from core.base import Item, PhysicalAsset, WorkCenter
from core.web.cells import Column, Row, Value
from core.web.parts import Action, Crumb, Page, Words
from core.web.record_parts import SmartLink
from core.web.request import env, reader
from core.web.table import body
from core.web.templating import render
from core.web.urls import list_url, record_url, with_query

blueprint = Blueprint("machine", __name__)


@dataclass(frozen=True)
class Share:
    """What part of the scheduled time an element took."""

    label: Words
    code: str
    width: str
    hours: str
    percent: str


@dataclass(frozen=True)
class Fact:
    """A figure or word with its label."""

    label: Words
    text: Words
    unit: str = ""
    url: str = ""


@dataclass(frozen=True)
class Head:
    """What the machine does now."""

    look: Look
    word: Words
    since: datetime | None
    lasted: str
    facts: Sequence[Fact]


@dataclass(frozen=True)
class MachinePage:
    """What machine.html.jinja shows."""

    id: int
    url: str
    live: str
    head: Head
    actions: Sequence[Action]
    links: Sequence[SmartLink]
    history: History
    shares: Sequence[Share]
    indicators: Sequence[Fact]
    open_stops: Sequence[Row]
    stop_columns: Sequence[Column]
    stop_body: Markup | None


@blueprint.get(f"{showing.BOARD}/<int:equipment_id>")
def show(equipment_id: int) -> Response:
    """One machine; `span` is shift, day or week, `at` the last day of it, `shift` one of the latest shifts."""
    showing.require_reader()
    at = env()
    center = at.get(WorkCenter, equipment_id)
    if not Equipment.of(center).monitored:
        raise NotFound(_("Nobody monitors this work centre."))
    window = history.window(at, center.id)
    current = _current(at, center.id)
    e = total(shift.total for shift in window.shifts)
    open_stops = reading.open_stops(at, [center.id], most=10)
    columns, rows = _stop_table(open_stops)
    shown = MachinePage(
        center.id, f"{showing.BOARD}/{center.id}?{request.query_string.decode()}".rstrip("?"), showing.LIVE,
        _head(at, center.id, current), _actions(at, center.id, open_stops), _links(center.id, len(open_stops)),
        history.history(at, center.id, window), _shares(e), _indicators(at, e), rows, columns,
        body(columns, rows, selectable=False) if rows else None,
    )  # fmt: skip
    title = str(center.code)
    page = Page(title, center.name, [Crumb(_("Equipment"), showing.BOARD), Crumb(title)])
    return render("mes_equipment/machine.html.jinja", page, machine=shown)


def _current(at: Env, equipment_id: int) -> StateInterval | None:
    return at.session.scalar(
        select(StateInterval).where(
            StateInterval.equipment_id == equipment_id, StateInterval.ends_at.is_(None)
        )
    )


def _head(at: Env, equipment_id: int, current: StateInterval | None) -> Head:
    state = current.state if current else EquipmentState.UNKNOWN
    reason = _name(at, Reason.name, Reason.id, current.reason_id if current else None)
    word = _("{state}: {reason}", state=state.label, reason=reason) if reason else state.label
    since = current.starts_at if current else None
    facts = [
        Fact(_("Order"), (current.order_code if current else None) or showing.NO_FIGURE),
        Fact(
            _("Item"),
            _name(at, Item.code, Item.id, current.item_id if current else None) or showing.NO_FIGURE,
        ),
        *_asset(at, equipment_id),
    ]
    lasted = "" if since is None else showing.lasted((now() - since).total_seconds())
    return Head(showing.look(state), word, since, lasted, facts)


def _name(at: Env, name: object, key: object, value: int | None) -> str:
    """A column of the record that `key` finds; "" without one."""
    if value is None:
        return ""
    found = at.session.scalar(select(name).where(key == value))  # type: ignore[call-overload]  # mapped attributes
    return str(found or "")


def _asset(at: Env, equipment_id: int) -> Iterator[Fact]:
    """The machine that fills the role now."""
    row = at.session.execute(
        select(PhysicalAsset.id, PhysicalAsset.code)
        .join(AssetAssignment, AssetAssignment.asset_id == PhysicalAsset.id)
        .where(AssetAssignment.equipment_id == equipment_id, AssetAssignment.ends_at.is_(None))
    ).first()
    if row is not None:
        yield Fact(PhysicalAsset.singular, row[1], url=record_url(PhysicalAsset, row[0]))


def _actions(at: Env, equipment_id: int, open_stops: Sequence[StateInterval]) -> list[Action]:
    """What may be done here by whoever reads; the next likely act is the primary one."""

    def asking(action: Doable, *, primary: bool = False) -> Iterator[Action]:
        if action.allowed_to(at):
            url = with_query(f"{list_url(WorkCenter)}/-/action/{action.name}", [("ids", str(equipment_id))])
            yield Action(action.label, url, action.icon, primary=primary, dialog=True)

    found = [*asking(saying.set_state), *asking(reporting.report_pieces, primary=not open_stops)]
    if open_stops and saying.give_reason.allowed_to(at):
        code = with_query(showing.CODING, [("in", str(equipment_id))])
        found.append(Action(_("Give reason"), code, "message", primary=True))
    return found


def _links(equipment_id: int, open_count: int) -> list[SmartLink]:
    where, record = [("in", str(equipment_id))], [("f.equipment_id", str(equipment_id))]
    return [
        SmartLink(_("Stops without reason"), "message", str(open_count), with_query(showing.CODING, where)),
        SmartLink(_("OEE"), "chart-bar", "", with_query(showing.OEE, where)),
        SmartLink(_("Losses"), "clock-exclamation", "", with_query(showing.LOSSES, where)),
        SmartLink(_("Trend"), "chart-line", "", f"{showing.BOARD}/{equipment_id}/trend"),
        SmartLink(StateInterval.plural, "activity", "", with_query(list_url(StateInterval), record)),
        SmartLink(CountEvent.plural, "plus", "", with_query(list_url(CountEvent), record)),
        SmartLink(WorkCenter.singular, "building-factory-2", "", record_url(WorkCenter, equipment_id)),
    ]


def _stop_table(stops: Sequence[StateInterval]) -> tuple[list[Column], list[Row]]:
    columns = [
        Column("from", _("From"), slot="key"), Column("state", StateInterval.singular, slot="state"),
        Column("order", _("Work order"), soft=True), Column("lasted", _("Lasted"), "end", slot="amount"),
    ]  # fmt: skip
    rows = [
        Row(s.id, _coding(s), reader().moment(s.starts_at), [
            Value("key", reader().instant(s.starts_at), _coding(s)), Value("text", str(s.state.label)),
            Value("text", s.order_code or ""), Value("number", showing.lasting(s)),
        ])
        for s in stops
    ]  # fmt: skip
    return columns, rows


def _coding(stop: StateInterval) -> str:
    return with_query(showing.CODING, [("in", str(stop.equipment_id)), ("stop", str(stop.id))])


def _shares(e: Elements) -> list[Share]:
    """Where the scheduled time went, by the elements of ISO 22400-2."""
    parts = (
        (_("Production"), "APT", e.production), (_("Set-up"), "AUST", e.setup),
        (_("Delay within an order"), "ADET", e.delay), (_("Idle without an order"), "ADOT", e.idle),
        (_("Planned downtime"), "", e.planned), (_("Unknown"), "", e.unknown),
    )  # fmt: skip
    return [
        Share(label, code, showing.part(seconds, e.operation_time), showing.hours(seconds),
              showing.percent(kpi.ratio(seconds, e.operation_time)))
        for label, code, seconds in parts
    ]  # fmt: skip


def _indicators(at: Env, e: Elements) -> list[Fact]:
    rule = policy(at)
    between, restoring = kpi.time_between_failures(e, rule), kpi.time_to_restoration(e)
    return [
        Fact(_("Good"), showing.pieces(e.good)),
        Fact(_("Scrap"), showing.pieces(e.scrap)),
        Fact(_("Rework"), showing.pieces(e.rework)),
        Fact(_("OEE"), showing.percent(kpi.oee(e, rule)), "%"),
        Fact(_("Availability"), showing.percent(kpi.availability(e, rule)), "%"),
        Fact(_("Effectiveness"), showing.percent(kpi.effectiveness(e)), "%"),
        Fact(_("Quality"), showing.percent(kpi.quality_ratio(e)), "%"),
        Fact(_("MTBF"), showing.NO_FIGURE if between is None else showing.lasted(float(between))),
        Fact(_("MTTR"), showing.NO_FIGURE if restoring is None else showing.lasted(float(restoring))),
    ]
