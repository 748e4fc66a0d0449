"""How the floor looks on all of its pages: states, bands of time, durations, figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from addons.mes_equipment.models import EquipmentState, StateInterval
from addons.mes_equipment.rules.shift import Span
from core import model_name, now
from core.web.lists import readable_model
from core.web.request import reader

S = EquipmentState
BOARD, CODING, OEE, LOSSES = "/equipment", "/equipment/stops", "/equipment/oee", "/equipment/losses"
#: Topics of the event stream on which pages of the floor change.
LIVE = "mes_equipment.state_interval mes_equipment.count_event mes_equipment.shift_instance"
NO_FIGURE = "\N{EN DASH}"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is drawn: the tile, its mark, its band in a strip."""

    tile: str
    mark: str
    band: str


_LOOKS = {
    S.RUN: Look("run", "run", "run"), S.SETUP: Look("", "setup", "setup"),
    S.IDLE: Look("", "idle", "idle"), S.MINOR_STOP: Look("", "idle", "idle"),
    S.STARVED: Look("wait", "warn", "idle"), S.BLOCKED: Look("wait", "warn", "idle"),
    S.DOWN: Look("alarm", "bad", "down"), S.PM: Look("", "work", "planned"), S.ENG: Look("", "work", "planned"),
    S.OFF: Look("off", "off", "off"), S.UNKNOWN: Look("stale", "off", "unknown"),
}  # fmt: skip


class Lasting(Protocol):
    """A stretch of one state, an interval or its record."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime | None: ...
    @property
    def state(self) -> EquipmentState: ...


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of a strip, in percent of its length."""

    look: str
    x: str
    width: str
    title: str = ""


def require_reader() -> None:
    """The pages are for whoever may read states; raises Forbidden."""
    readable_model(model_name(StateInterval))


def look(state: EquipmentState) -> Look:
    return _LOOKS[state]


def bands(intervals: Sequence[Lasting], span: Span) -> list[Band]:
    """What of `span` has passed, by state; what nobody said is unknown, what is to come is left empty."""
    found: list[Band] = []
    reached = span.starts_at
    for starts, ends, state, lasts in _covered(intervals, span):
        if reached < starts:
            found.append(_band("unknown", span, reached, starts, str(S.UNKNOWN.label)))
        shape = "alarm" if lasts and state is S.DOWN else look(state).band
        found.append(_band(shape, span, starts, ends, str(state.label)))
        reached = ends
    passed = min(now(), span.ends_at)
    if reached < passed:
        found.append(_band("unknown", span, reached, passed, str(S.UNKNOWN.label)))
    return found


def _covered(
    intervals: Sequence[Lasting], span: Span
) -> Iterator[tuple[datetime, datetime, EquipmentState, bool]]:
    for interval in intervals:
        inside = Span(interval.starts_at, interval.ends_at or now()).within(span)
        if inside is not None:
            yield inside.starts_at, inside.ends_at, interval.state, interval.ends_at is None


def _band(shape: str, span: Span, starts: datetime, ends: datetime, state: str) -> Band:
    title = f"{state}, {reader().time(starts)} \N{EN DASH} {reader().time(ends)}, {lasted(_seconds(starts, ends))}"
    return Band(shape, place(span, starts), part(_seconds(starts, ends), _length(span)), title)


def place(span: Span, at: datetime) -> str:
    """Where an instant stands on a strip."""
    return part(_seconds(span.starts_at, at), _length(span))


def part(value: Decimal | float, whole: Decimal | float) -> str:
    """A share as a length in SVG."""
    return f"{float(value) / float(whole) * 100 if whole else 0:.3f}%"


def _length(span: Span) -> float:
    return _seconds(span.starts_at, span.ends_at)


def _seconds(starts: datetime, ends: datetime) -> float:
    return (ends - starts).total_seconds()


def lasting(state: Lasting) -> str:
    """How long a state lasted, or lasts by now."""
    return lasted(_seconds(state.starts_at, state.ends_at or now()))


def lasted(seconds: float) -> str:
    """`40 s`, `23 min`, `1 h 04`, `2 d 3 h`; core/web/static/js/passing.js writes the same while it lasts."""
    whole = max(int(seconds), 0)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min"
    if whole < _DAY:
        return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02}"
    return f"{whole // _DAY} d {whole % _DAY // _HOUR} h"


def hours(seconds: Decimal | int) -> str:
    """`4.5`, in hours."""
    return reader().number(Decimal(seconds) / _HOUR, 1)


def percent(value: Decimal | None, places: int = 1) -> str:
    """`71.2`; a dash where there is no figure."""
    return NO_FIGURE if value is None else reader().number(value * 100, places)


def pieces(quantity: Decimal) -> str:
    """Without decimals, unless there are some."""
    return reader().number(quantity, 0 if quantity == quantity.to_integral_value() else 2)
