"""The live board: every machine of the floor with what it does now, areas in their order, never sorted by state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, request
from sqlalchemy import select

from addons.mes_equipment.actions import saying
from addons.mes_equipment.actions.policy import policy
from addons.mes_equipment.actions.reading import AreaNow, MachineNow, floor_now
from addons.mes_equipment.actions.recording import intervals_between
from addons.mes_equipment.models import Equipment, EquipmentState, Reason
from addons.mes_equipment.rules import kpi
from addons.mes_equipment.rules.kpi import Policy
from addons.mes_equipment.rules.ledger import Interval
from addons.mes_equipment.rules.shift import Span
from addons.mes_equipment.rules.state import TO_EXPLAIN
from addons.mes_equipment.web import showing
from addons.mes_equipment.web.showing import Band, Look
from core import Env, NotFound, _, now
from core.base import Item, WorkCenter
from core.web.parts import Action, Crumb, Empty, Page, Switch, Words
from core.web.request import env, reader
from core.web.templating import render
from core.web.urls import list_url, with_query

blueprint = Blueprint("board", __name__)


@dataclass(frozen=True)
class Tile:
    """A machine as it is drawn."""

    id: int
    url: str
    code: str
    name: str
    look: Look
    word: Words
    job: Words
    since: datetime | None
    lasted: str
    bands: Sequence[Band]
    made: Words
    oee: str


@dataclass(frozen=True)
class Call:
    """A machine that stands by itself, and what to do about it."""

    level: str
    code: str
    url: str
    text: Words
    since: datetime
    lasted: str
    action: Action


@dataclass(frozen=True)
class Block:
    """An area with its tiles."""

    name: str
    note: Words
    tiles: Sequence[Tile]


@dataclass(frozen=True)
class Board:
    """What board.html.jinja shows."""

    url: str
    live: str
    areas: Sequence[Switch]
    calls: Sequence[Call]
    blocks: Sequence[Block]
    links: Sequence[Action]
    empty: Empty | None


@dataclass(frozen=True)
class _Facts:
    """What tiles are written from, read for all of them at once."""

    intervals: Mapping[int, Sequence[Interval]]
    reasons: Mapping[int | None, str]
    items: Mapping[int | None, str]
    policy: Policy
    may_code: bool


@blueprint.get(showing.BOARD)
def show() -> Response:
    """The floor now; `in` narrows it to one area."""
    showing.require_reader()
    at = env()
    floor = floor_now(at)
    shown = _chosen(floor)
    facts = _facts(at, [machine for area in shown for machine in area.machines])
    where = request.args.get("in", "")
    board = Board(
        with_query(showing.BOARD, [("in", where)]), showing.LIVE, _switches(floor, where), _calls(shown, facts),
        [_block(area, facts) for area in shown], _links(where), None if floor else _nothing(at),
    )  # fmt: skip
    title = _("Equipment")
    page = Page(title, _moment(shown), [Crumb(title)])
    return render("mes_equipment/board.html.jinja", page, board=board)


def _chosen(floor: Sequence[AreaNow]) -> list[AreaNow]:
    where = request.args.get("in", "")
    found = [area for area in floor if where in ("", str(area.area_id))]
    if where and not found:
        raise NotFound(_("There is no such area."))
    return found


def _facts(at: Env, machines: Sequence[MachineNow]) -> _Facts:
    spans = [machine.shift for machine in machines if machine.shift is not None]
    begins = min((span.starts_at for span in spans), default=now())
    reasons = select(Reason.id, Reason.name).where(Reason.id.in_([m.reason_id for m in machines]))
    items = select(Item.id, Item.code).where(Item.id.in_([m.item_id for m in machines]))
    return _Facts(
        intervals_between(at, [machine.equipment_id for machine in machines], Span(begins, now())),
        {row[0]: row[1] for row in at.session.execute(reasons)},
        {row[0]: row[1] for row in at.session.execute(items)},
        policy(at),
        saying.give_reason.allowed_to(at),
    )


def _switches(floor: Sequence[AreaNow], where: str) -> list[Switch]:
    if len(floor) < 2:  # noqa: PLR2004 -- one area is no choice
        return []
    areas = [Switch(_("All"), showing.BOARD, not where)]
    areas += [
        Switch(
            area.name,
            with_query(showing.BOARD, [("in", str(area.area_id))]),
            where == str(area.area_id),
        )
        for area in floor
    ]
    return areas


def _block(area: AreaNow, facts: _Facts) -> Block:
    running = sum(machine.state is EquipmentState.RUN for machine in area.machines)
    note = _("{running} of {count} producing", running=running, count=len(area.machines))
    oee = kpi.oee(area.elements, facts.policy)
    if oee is not None:
        note = _("OEE {percent} %, {running} of {count} producing", percent=showing.percent(oee),
                 running=running, count=len(area.machines))  # fmt: skip
    return Block(area.name, note, [_tile(machine, facts) for machine in area.machines])


def _tile(machine: MachineNow, facts: _Facts) -> Tile:
    intervals = facts.intervals[machine.equipment_id]
    oee = kpi.oee(machine.elements, facts.policy)
    return Tile(
        machine.equipment_id, f"{showing.BOARD}/{machine.equipment_id}", machine.code, machine.name,
        showing.look(machine.state), _word(machine, intervals, facts), _job(machine, facts), machine.since,
        _lasted(machine.since),
        showing.bands(intervals, machine.shift) if machine.shift else [],
        _made(machine), "" if oee is None else showing.percent(oee, 0),
    )  # fmt: skip


def _word(machine: MachineNow, intervals: Sequence[Interval], facts: _Facts) -> Words:
    """The state and its cause; where nobody knows it, what was known last."""
    label = machine.state.label
    if machine.state is EquipmentState.UNKNOWN:
        last = next((i.state.label for i in reversed(intervals) if i.state is not machine.state), None)
        return label if last is None else _("Last known: {state}", state=last)
    reason = facts.reasons.get(machine.reason_id)
    return label if reason is None else _("{state}: {reason}", state=label, reason=reason)


def _job(machine: MachineNow, facts: _Facts) -> Words:
    if machine.state is EquipmentState.UNKNOWN:
        if machine.since is None:
            return _("No signal yet")
        return _("No signal since {time}", time=reader().instant(machine.since))
    if machine.order_code is None:
        return "" if machine.state is EquipmentState.OFF else _("No order")
    item = facts.items.get(machine.item_id)
    return f"{machine.order_code}, {item}" if item else machine.order_code


def _made(machine: MachineNow) -> Words:
    """Pieces of the shift; nothing where no shift runs."""
    e = machine.elements
    if machine.shift is None:
        return ""
    if e.produced == e.good:
        return _("{good} good", good=showing.pieces(e.good))
    return _("{good} good, {bad} not", good=showing.pieces(e.good), bad=showing.pieces(e.produced - e.good))


def _lasted(since: datetime | None) -> str:
    return "" if since is None else showing.lasted((now() - since).total_seconds())


def _calls(floor: Sequence[AreaNow], facts: _Facts) -> list[Call]:
    """Machines that stand, those that are down first, the oldest of each on top."""
    standing = [m for area in floor for m in area.machines if m.state in TO_EXPLAIN and m.since is not None]
    standing.sort(key=lambda m: (m.state is not EquipmentState.DOWN, m.since))
    return [_call(machine, machine.since, facts) for machine in standing if machine.since is not None]


def _call(machine: MachineNow, since: datetime, facts: _Facts) -> Call:
    url = f"{showing.BOARD}/{machine.equipment_id}"
    reason = facts.reasons.get(machine.reason_id)
    text = (
        _("{state}: {reason}.", state=machine.state.label, reason=reason)
        if reason
        else _("{state}. Nobody has said why.", state=machine.state.label)
    )
    code = with_query(showing.CODING, [("in", str(machine.equipment_id))])
    ask = reason is None and facts.may_code
    action = Action(_("Give reason"), code) if ask else Action(_("Open"), url)
    level = "bad" if machine.state is EquipmentState.DOWN else "warn"
    return Call(level, machine.code, url, text, since, _lasted(since), action)


def _moment(floor: Sequence[AreaNow]) -> Words:
    """The day, and the shift where all of the floor works the same."""
    day = reader().day(reader().today, weekday=True)
    shifts = {(m.shift, m.shift_name) for area in floor for m in area.machines if m.shift is not None}
    if len(shifts) != 1:
        return day
    ((span, name),) = shifts
    assert span is not None
    starts, ends = reader().time(span.starts_at), reader().time(span.ends_at)
    return _("{day}, {shift}, {starts} to {ends}", day=day, shift=name, starts=starts, ends=ends)


def _links(where: str) -> list[Action]:
    keep = [("in", where)]
    return [
        Action(_("Stops"), with_query(showing.CODING, keep), "message"),
        Action(_("OEE"), with_query(showing.OEE, keep), "chart-bar"),
    ]


def _nothing(at: Env) -> Empty:
    may = at.site.access.may(at.principal, "write", WorkCenter) and at.site.access.may(
        at.principal, "read", Equipment
    )
    actions = [Action(WorkCenter.plural, list_url(WorkCenter), primary=True)] if may else []
    words = _(
        "Mark a work centre as monitored; it then stands here with its state, its order and its pieces."
    )
    return Empty(_("No equipment is monitored yet"), words, "activity", actions)
