"""What a machine did over a shift, a day or a week: chosen by the address, drawn as strips, and as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import request
from markupsafe import Markup
from sqlalchemy import select

from addons.mes_equipment.actions import reading
from addons.mes_equipment.actions.reading import ShiftElements
from addons.mes_equipment.models import Reason, StateInterval
from addons.mes_equipment.rules.shift import Span
from addons.mes_equipment.web import showing
from addons.mes_equipment.web.showing import Band
from core import Env, _, now
from core.web.cells import EMPTY, Column, Row, Value
from core.web.parts import Switch, Words
from core.web.request import reader
from core.web.table import body
from core.web.typed import day
from core.web.urls import record_url, with_query

_DAYS = {"day": 1, "week": 7}
#: Hours between the marks of an axis.
_EVERY = {"shift": 1, "day": 3, "week": 3}


@dataclass(frozen=True)
class Tick:
    """A full hour on an axis."""

    x: str
    label: str


@dataclass(frozen=True)
class Lane:
    """A stretch of time as a strip."""

    label: str
    bands: Sequence[Band]
    now: str


@dataclass(frozen=True)
class History:
    """Its states over the chosen time, drawn and as a table."""

    spans: Sequence[Switch]
    title: Words
    previous_url: str
    next_url: str
    lanes: Sequence[Lane]
    ticks: Sequence[Tick]
    columns: Sequence[Column]
    body: Markup | None


@dataclass(frozen=True)
class Window:
    """The chosen time: its name, lanes and shifts."""

    name: str
    title: Words
    spans: Sequence[tuple[str, Span]]
    shifts: Sequence[ShiftElements]
    previous: dict[str, str]
    next: dict[str, str]

    @property
    def whole(self) -> Span:
        return Span(self.spans[0][1].starts_at, self.spans[-1][1].ends_at)


def window(at: Env, equipment_id: int) -> Window:
    """The time that the address asks for, the running shift unless it says otherwise."""
    name = request.args.get("span", "shift")
    return _days(at, equipment_id, name) if name in _DAYS else _shift(at, equipment_id)


def _shift(at: Env, equipment_id: int) -> Window:
    """The shift that runs or ran last, or one of the week before it."""
    today = reader().today
    shifts = reading.elements_by_shift(at, [equipment_id], today - timedelta(days=7), today)
    asked = request.args.get("shift", "")
    place = next((i for i, s in enumerate(shifts) if str(s.shift_id) == asked), len(shifts) - 1)
    if not shifts:
        span = Span(now() - timedelta(hours=8), now())
        return Window("shift", _("No shift this week"), [("", span)], [], {}, {})
    chosen = shifts[place]
    title = f"{chosen.name}, {reader().day(chosen.day, weekday=True)}"
    before = {"shift": str(shifts[place - 1].shift_id)} if place else {}
    after = {"shift": str(shifts[place + 1].shift_id)} if place + 1 < len(shifts) else {}
    return Window("shift", title, [("", chosen.span)], [chosen], before, after)


def _days(at: Env, equipment_id: int, name: str) -> Window:
    text, today = request.args.get("at", ""), reader().today
    last = min(day(reader(), text), today) if text else today
    first = last - timedelta(days=_DAYS[name] - 1)
    days = [first + timedelta(days=n) for n in range(_DAYS[name])]
    shifts = reading.elements_by_shift(at, [equipment_id], first, last)
    title = reader().day(last, weekday=True) if first == last else _(
        "{first} to {last}", first=reader().day(first), last=reader().day(last)
    )  # fmt: skip
    step = timedelta(days=_DAYS[name])
    after = {"at": (last + step).isoformat()} if last < today else {}
    return Window(
        name, title, [(reader().day(d, weekday=True), _whole_day(d)) for d in days], shifts,
        {"at": (last - step).isoformat()}, after,
    )  # fmt: skip


def _whole_day(value: date) -> Span:
    zone = ZoneInfo(reader().zone)
    starts, ends = (datetime.combine(d, time(), zone) for d in (value, value + timedelta(days=1)))
    return Span(starts, ends)


def _states(at: Env, equipment_id: int, span: Span) -> list[StateInterval]:
    return list(
        at.session.scalars(
            select(StateInterval)
            .where(
                StateInterval.equipment_id == equipment_id,
                StateInterval.starts_at < span.ends_at,
                StateInterval.ends_at.is_(None) | (StateInterval.ends_at > span.starts_at),
            )
            .order_by(StateInterval.starts_at)
        )
    )


def history(at: Env, equipment_id: int, window: Window) -> History:
    """The states within the window, drawn and as rows."""
    states = _states(at, equipment_id, window.whole)
    url = f"{showing.BOARD}/{equipment_id}"
    spans = [
        Switch(label, with_query(url, [("span", name)]), window.name == name)
        for name, label in (("shift", _("Shift")), ("day", _("Day")), ("week", _("Week")))
    ]

    def step(pairs: dict[str, str]) -> str:
        return with_query(url, [("span", window.name), *pairs.items()]) if pairs else ""

    columns, rows = _state_table(at, states)
    return History(
        spans, window.title, step(window.previous), step(window.next),
        [_lane(label, span, states) for label, span in window.spans],
        list(_ticks(window.spans[0][1], _EVERY[window.name])),
        columns, body(columns, rows, selectable=False) if rows else None,
    )  # fmt: skip


def _lane(label: str, span: Span, states: Sequence[StateInterval]) -> Lane:
    here = showing.place(span, now()) if span.holds(now()) else ""
    return Lane(label, showing.bands(states, span), here)


def _ticks(span: Span, every: int) -> Iterator[Tick]:
    """Full hours within, in the reader's zone."""
    at = span.starts_at.astimezone(ZoneInfo(reader().zone)).replace(minute=0, second=0, microsecond=0)
    while at < span.ends_at:
        if at >= span.starts_at and at.hour % every == 0:
            yield Tick(showing.place(span, at), reader().time(at))
        at += timedelta(hours=1)


def _state_table(at: Env, states: Sequence[StateInterval]) -> tuple[list[Column], list[Row]]:
    """The same states as rows, the newest first."""
    columns = [
        Column("from", _("From"), slot="key"), Column("until", _("Until"), slot="date"),
        Column("lasted", _("Lasted"), "end", slot="amount"), Column("state", StateInterval.singular, slot="state"),
        Column("reason", Reason.singular), Column("order", _("Work order"), soft=True),
    ]  # fmt: skip
    asked = select(Reason.id, Reason.name).where(Reason.id.in_({s.reason_id for s in states}))
    reasons = {row[0]: row[1] for row in at.session.execute(asked)}
    rows = [
        Row(s.id, record_url(StateInterval, s.id), reader().moment(s.starts_at), [
            Value("key", reader().instant(s.starts_at), record_url(StateInterval, s.id)),
            Value("date", reader().instant(s.ends_at)) if s.ends_at else EMPTY,
            Value("number", showing.lasting(s)), Value("text", str(s.state.label)),
            Value("text", reasons.get(s.reason_id or 0, "")), Value("text", s.order_code or ""),
        ])
        for s in reversed(states)
    ]  # fmt: skip
    return columns, rows
