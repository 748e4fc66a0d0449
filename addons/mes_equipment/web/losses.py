"""The page of causes: what stops came to by reason, the longest first, and the stops behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, Response, request
from markupsafe import Markup
from sqlalchemy import select

from addons.mes_equipment.actions import losing
from addons.mes_equipment.actions.losing import Cause, Stop
from addons.mes_equipment.models import Loss, Reason, StateInterval
from addons.mes_equipment.rules.element import Element
from addons.mes_equipment.rules.state import TO_EXPLAIN
from addons.mes_equipment.web import showing
from addons.mes_equipment.web.asking import Asked, asked
from core import Env, _, plural
from core.base import WorkCenter
from core.web.cells import Column, Row, Value
from core.web.parts import Action, Crumb, Empty, Page, Switch, Words
from core.web.request import env, reader
from core.web.table import body
from core.web.templating import render
from core.web.urls import record_url

blueprint = Blueprint("losses", __name__)

#: Stops that are listed; sums are of all.
MOST = 200


@dataclass(frozen=True)
class Bar:
    """A cause with its bar and its piece of the cumulative line."""

    label: str
    url: str
    width: str
    line_from: str
    line_to: str
    hours: str
    percent: str
    cumulated: str
    stops: str
    is_open: bool


@dataclass(frozen=True)
class LossPage:
    """What losses.html.jinja shows."""

    asked: Asked
    kinds: Sequence[Switch]
    loss: str
    total: str
    count: Words
    bars: Sequence[Bar]
    stops_title: Words
    columns: Sequence[Column]
    body: Markup | None
    more: Words
    back: Action | None
    empty: Empty | None


_KINDS: Mapping[str, Words] = {
    "": _("All losses"), Loss.BREAKDOWN.value: Loss.BREAKDOWN.label, Loss.SETUP.value: Loss.SETUP.label,
    Loss.MINOR_STOP.value: Loss.MINOR_STOP.label, "unknown": _("Unknown"), Loss.PLANNED.value: Loss.PLANNED.label,
}  # fmt: skip


@blueprint.get(showing.LOSSES)
def show() -> Response:
    """Causes of a place over a period; `loss` narrows them to one kind, `cause` opens the stops of one."""
    showing.require_reader()
    at = env()
    about = asked(at, showing.LOSSES)
    kind = request.args.get("loss", "") if request.args.get("loss", "") in _KINDS else ""
    found = [s for s in losing.stops(at, about.equipment_ids, about.first, about.last) if _is(s, kind)]
    causes = losing.by_cause(found)
    names = _names(at, causes)
    cause = request.args.get("cause", "")
    behind = [stop for stop in found if not cause or _key_of(stop) == cause]
    columns, rows = _stop_table(at, about, behind[:MOST], names)
    shown = LossPage(
        about, [Switch(label, about.link(loss=name), name == kind) for name, label in _KINDS.items()], kind,
        showing.hours(sum(c.seconds for c in causes)), plural("{count} stop", "{count} stops", len(found)),
        _bars(about, causes, names, cause), names.get(cause, str(_("Stops"))), columns,
        body(columns, rows, selectable=False) if rows else None,
        _("The newest {most} of {count}", most=MOST, count=len(behind)) if len(behind) > MOST else "",
        Action(_("All causes"), about.link()) if cause else None, None if found else _nothing(),
    )  # fmt: skip
    title = _("Losses")
    crumbs = [Crumb(_("Equipment"), showing.BOARD), Crumb(_("OEE"), about.link(showing.OEE)), Crumb(title)]
    return render("mes_equipment/losses.html.jinja", Page(title, about.text, crumbs), losses=shown)


def _is(stop: Stop, kind: str) -> bool:
    """Whether a stop is of a kind; planned downtime is no loss and shown alone."""
    if kind == "unknown":
        return stop.element is Element.UNKNOWN
    if kind == Loss.PLANNED.value:
        return stop.element is Element.PLANNED
    return stop.element is not Element.PLANNED and kind in ("", stop.loss.value if stop.loss else "-")


def _key_of(stop: Stop | Cause) -> str:
    """How an address names a cause: by its reason, else by the state."""
    if stop.reason_id is not None:
        return str(stop.reason_id)
    return stop.state.value if stop.state is not None else ""


def _names(at: Env, causes: Sequence[Cause]) -> dict[str, str]:
    asked_for = [cause.reason_id for cause in causes if cause.reason_id is not None]
    rows = at.session.execute(select(Reason.id, Reason.name).where(Reason.id.in_(asked_for)))
    named = {str(row[0]): row[1] for row in rows}
    for cause in causes:
        if cause.state is not None:
            asks = cause.state in TO_EXPLAIN
            words = _("{state}, no reason", state=cause.state.label) if asks else cause.state.label
            named[_key_of(cause)] = str(words)
    return named


def _bars(about: Asked, causes: Sequence[Cause], names: Mapping[str, str], opened: str) -> list[Bar]:
    whole = Decimal(sum(cause.seconds for cause in causes))
    found, reached = [], Decimal(0)
    for cause in causes:
        before, reached = reached, reached + cause.seconds
        key = _key_of(cause)
        found.append(
            Bar(
                names.get(key, ""), about.link(cause=key), showing.part(cause.seconds, whole),
                showing.part(before, whole), showing.part(reached, whole), showing.hours(cause.seconds),
                showing.percent(cause.seconds / whole if whole else None),
                showing.percent(reached / whole if whole else None, 0), reader().number(cause.stops), key == opened,
            )
        )  # fmt: skip
    return found


def _stop_table(
    at: Env, about: Asked, found: Sequence[Stop], names: Mapping[str, str]
) -> tuple[list[Column], list[Row]]:
    """Stops, each leading to its state."""
    columns = [
        Column("from", _("From"), slot="key"), Column("until", _("Until"), slot="date"),
        Column("equipment", WorkCenter.singular, slot="about"), Column("cause", _("Cause"), slot="state"),
        Column("loss", _("Loss"), soft=True), Column("lasted", _("Lost"), "end", slot="amount"),
    ]  # fmt: skip
    intervals = losing.interval_ids(at, found)
    rows = []
    for n, stop in enumerate(found):
        id_ = intervals.get(stop.entry_id or 0)
        url = record_url(StateInterval, id_) if id_ else ""
        begun = reader().instant(stop.starts_at)
        label = (
            stop.loss.label if stop.loss else _("Planned downtime") if stop.element is Element.PLANNED else ""
        )
        rows.append(
            Row(id_ or -n, url, begun, [
                Value("key" if url else "text", begun, url), Value("date", reader().instant(stop.ends_at)),
                Value("text", about.labels.get(stop.equipment_id, "")), Value("text", names.get(_key_of(stop), "")),
                Value("text", str(label)), Value("number", showing.lasted(stop.seconds)),
            ])
        )  # fmt: skip
    return columns, rows


def _nothing() -> Empty:
    return Empty(
        _("No losses of this kind"), _("In the shifts of this period nothing of the kind was recorded."), "circle-check"
    )  # fmt: skip
