"""Stop coding: an operator says with one press why equipment stood, for one stop or several, and may take it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from flask import Blueprint, Response, request
from sqlalchemy import func, select

from addons.mes_equipment.actions import reading, saying
from addons.mes_equipment.actions.placing import areas, spots
from addons.mes_equipment.models import Reason, ReasonUse, StateInterval
from addons.mes_equipment.rules.state import TO_EXPLAIN
from addons.mes_equipment.web import showing
from addons.mes_equipment.web.asking import chosen_place
from addons.mes_equipment.web.showing import Look
from core import Env, ValidationError, _, now, plural
from core.base import WorkCenter
from core.web.parts import Action, Crumb, Empty, Note, Page, Words
from core.web.request import env, go, reader
from core.web.templating import render
from core.web.urls import with_query

blueprint = Blueprint("coding", __name__)

UNDO = f"{showing.CODING}/undo"
#: Stops that are shown; who has more sees the newest.
MOST = 60
#: Reasons of so many days tell which are frequent, and so many of them stand first.
_LOOK_BACK, _FREQUENT = timedelta(days=30), 6
#: Seconds for which a slip of the finger is offered to be taken back.
_UNDO_SECONDS = 10


@dataclass(frozen=True)
class Standing:
    """A stop that waits for its reason."""

    id: int
    code: str
    look: Look
    state: Words
    when: str
    lasted: str
    order: str
    checked: bool
    divide_url: str


@dataclass(frozen=True)
class Key:
    """A reason, or a group of them, as a large key."""

    value: int
    label: str
    is_group: bool = False


@dataclass(frozen=True)
class Undo:
    """What was just said, and for how long it may be taken back."""

    text: Words
    ids: Sequence[int]
    seconds: int = _UNDO_SECONDS


@dataclass(frozen=True)
class Coding:
    """What coding.html.jinja shows."""

    url: str
    undo_url: str
    place: str
    stops: Sequence[Standing]
    frequent: Sequence[Key]
    keys: Sequence[Key]
    group: str
    back_url: str
    #: The stop that is being divided; its reason holds from some minute on.
    divided: Standing | None
    minutes: str
    undo: Undo | None
    may: bool
    empty: Empty | None


@blueprint.get(showing.CODING)
def show() -> Response:
    """Stops without a reason; `in` narrows them to a place, `stop` chooses some, `group` opens a group of reasons."""
    showing.require_reader()
    at = env()
    return _page(at, ())


@blueprint.post(showing.CODING)
def give() -> Response:
    """Give the chosen stops a reason, or divide one and give what follows it."""
    at = env()
    reason_id = _number("reason")
    chosen = [at.get(StateInterval, id_) for id_ in _ids("stop")]
    if not chosen or reason_id is None:
        raise ValidationError({"stop": _("Choose at least one stop, then its reason.")})
    if request.form.get("minutes", "").strip():
        saying.divide.run(at, chosen[:1], minutes=_minutes(), reason_id=reason_id)
        return go(_here(request.form.get("in", "")), full=True)
    saying.give_reason.run(at, chosen, reason_id=reason_id)
    done = [("done", str(stop.id)) for stop in chosen]
    return go(with_query(showing.CODING, [("in", request.form.get("in", "")), *done]), full=True)


@blueprint.post(UNDO)
def undo() -> Response:
    """Take back what was said a moment ago."""
    at = env()
    ids = _ids("stop")
    saying.take_back.run(at, [at.get(StateInterval, id_) for id_ in ids])
    again = [("stop", str(id_)) for id_ in ids]
    return go(with_query(showing.CODING, [("in", request.form.get("in", "")), *again]), full=True)


def _page(at: Env, notes: Sequence[Note]) -> Response:
    floor = areas(at, spots(at))
    place = chosen_place(floor)
    codes = {s.id: s.code for area in floor for s in area.equipment if place in (0, area.spot.id, s.id)}
    waiting = reading.open_stops(at, codes, MOST)
    divided = next((s for s in waiting if str(s.id) == request.args.get("divide")), None)
    chosen = set(_ids("stop")) or {s.id for s in waiting[:1]}
    may = saying.give_reason.allowed_to(at)
    reasons = _reasons(at) if may and waiting else {}
    shown = Coding(
        showing.CODING, UNDO, str(place or ""), [_standing(s, codes, chosen) for s in waiting],
        _frequent(at, codes, reasons), list(_keys(reasons)), _group_name(reasons), _here(str(place or "")),
        _standing(divided, codes, chosen) if divided else None, _half(divided), _undone(at), may,
        None if waiting else _all_told(place),
    )  # fmt: skip
    title = _("Stops without reason")
    crumbs = [Crumb(_("Equipment"), showing.BOARD), Crumb(title)]
    if place in codes:
        crumbs.insert(1, Crumb(codes[place], f"{showing.BOARD}/{place}"))
    text = plural("{count} stop", "{count} stops", len(waiting))
    return render("mes_equipment/coding.html.jinja", Page(title, text, crumbs, notes), coding=shown)


def _standing(stop: StateInterval, codes: Mapping[int, str], chosen: set[int]) -> Standing:
    ends = stop.ends_at
    when = (
        _("since {time}", time=reader().instant(stop.starts_at))
        if ends is None
        else f"{reader().instant(stop.starts_at)} \N{EN DASH} {reader().time(ends)}"
    )
    return Standing(
        stop.id, codes[stop.equipment_id], showing.look(stop.state), stop.state.label, str(when),
        showing.lasting(stop), stop.order_code or "",
        stop.id in chosen,
        with_query(showing.CODING, [("in", str(stop.equipment_id)), ("divide", str(stop.id))]),
    )  # fmt: skip


def _half(stop: StateInterval | None) -> str:
    """Half of a stop in whole minutes: where a division begins that nobody moved yet."""
    if stop is None:
        return ""
    return str(int(((stop.ends_at or now()) - stop.starts_at).total_seconds() // 120))


def _reasons(at: Env) -> dict[int, Reason]:
    asked = select(Reason).where(Reason.active, Reason.use == ReasonUse.STOP).order_by(Reason.id)
    return {reason.id: reason for reason in at.session.scalars(asked)}


def _frequent(at: Env, codes: Mapping[int, str], reasons: Mapping[int, Reason]) -> list[Key]:
    """What is given most often here; it stands first, unless a group was opened."""
    if not reasons or _open_group(reasons) is not None:
        return []
    counted = at.session.execute(
        select(StateInterval.reason_id, func.count())
        .where(
            StateInterval.equipment_id.in_(codes),
            StateInterval.starts_at >= now() - _LOOK_BACK,
            StateInterval.reason_id.in_(_below(reasons)),
            StateInterval.state.in_(TO_EXPLAIN),
        )
        .group_by(StateInterval.reason_id)
        .order_by(func.count().desc(), StateInterval.reason_id)
        .limit(_FREQUENT)
    )
    return [Key(id_, reasons[id_].name) for id_, _count in counted if id_ is not None]


def _below(reasons: Mapping[int, Reason]) -> list[int]:
    """Reasons that have none below them."""
    above = {reason.parent_id for reason in reasons.values()}
    return [id_ for id_ in reasons if id_ not in above]


def _keys(reasons: Mapping[int, Reason]) -> Iterator[Key]:
    """The opened group's reasons, and itself where none of them fits; else those at the top."""
    opened = _open_group(reasons)
    groups = {reason.parent_id for reason in reasons.values()}
    for reason in reasons.values():
        if reason.parent_id == opened:
            yield Key(reason.id, reason.name, reason.id in groups)
    if opened is not None:
        yield Key(opened, str(_("{group}, nothing of these", group=reasons[opened].name)))


def _open_group(reasons: Mapping[int, Reason]) -> int | None:
    group = request.args.get("group", "")
    return int(group) if group.isdecimal() and int(group) in reasons else None


def _group_name(reasons: Mapping[int, Reason]) -> str:
    opened = _open_group(reasons)
    return reasons[opened].name if opened is not None else ""


def _undone(at: Env) -> Undo | None:
    """The stops that were just given a reason, as long as they have it."""
    ids = _ids("done")
    if not ids:
        return None
    rows = at.session.execute(
        select(StateInterval.id, WorkCenter.code, Reason.name)
        .join(WorkCenter, WorkCenter.id == StateInterval.equipment_id)
        .join(Reason, Reason.id == StateInterval.reason_id)
        .where(StateInterval.id.in_(ids))
    ).all()
    if not rows:
        return None
    codes = ", ".join(sorted({row[1] for row in rows}))
    text = _("{equipment}: {reason}", equipment=codes, reason=rows[0][2])
    return Undo(text, [row[0] for row in rows])


def _all_told(place: int) -> Empty:
    back = f"{showing.BOARD}/{place}" if place else showing.BOARD
    return Empty(
        _("Every stop has its reason"), _("A stop that somebody has to explain will stand here."), "circle-check",
        [Action(_("Equipment"), back)],
    )  # fmt: skip


def _here(place: str) -> str:
    return with_query(showing.CODING, [("in", place)])


def _ids(name: str) -> list[int]:
    return [int(text) for text in request.values.getlist(name) if text.isdecimal()]


def _number(name: str) -> int | None:
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() else None


def _minutes() -> Decimal:
    try:
        return Decimal(request.form["minutes"].strip().replace(",", "."))
    except InvalidOperation as error:
        raise ValidationError({"minutes": _("Write the minutes as a number.")}) from error
