"""Where the time of a shift goes: the time elements of ISO 22400-2, the six big losses, and what was made.

All of it adds up: over equipment, shifts, orders and items. Nothing is divided here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import Enum
from itertools import islice

from addons.mes_equipment.rules.ledger import Interval
from addons.mes_equipment.rules.shift import Span
from addons.mes_equipment.rules.state import CountKind, EquipmentState, Loss

ZERO = Decimal(0)


class Element(Enum):
    """A time element of ISO 22400-2, or what stands beside them; its value is the field of Elements."""

    APT = "production"
    AUST = "setup"
    ADET = "delay"
    ADOT = "idle"
    PLANNED = "planned"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Key:
    """What elements are told apart by within a shift."""

    order: str | None = None
    item_id: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """Pieces of a kind."""

    key: Key
    kind: CountKind
    quantity: Decimal
    loss: Loss | None = None
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Elements:
    """Sums over some time, in whole seconds; quantities in the item's unit, `*_run` in seconds of planned run time."""

    #: APT: adding value.
    production: int = 0
    #: AUST: setting up.
    setup: int = 0
    #: ADET: stopped within an order.
    delay: int = 0
    #: ADOT: ready, but without an order.
    idle: int = 0
    #: Breaks, maintenance and whatever was planned; no part of PBT.
    planned: int = 0
    #: Nobody knows.
    unknown: int = 0
    #: L1, L2, L3: what setup, delay and idle come to by their cause.
    breakdown: int = 0
    setup_loss: int = 0
    minor_loss: int = 0
    #: FE: breakdowns that began here.
    failures: int = 0
    good: Decimal = ZERO
    scrap: Decimal = ZERO
    rework: Decimal = ZERO
    #: Of scrap and rework, what was made while starting up.
    startup: Decimal = ZERO
    #: Made without a planned run time, so that no speed can be told.
    unrated: Decimal = ZERO
    #: PRI·PQ, PRI·GQ and PRI times what was rejected while starting up.
    planned_run: Decimal = ZERO
    good_run: Decimal = ZERO
    startup_run: Decimal = ZERO

    def __add__(self, other: Elements) -> Elements:
        return Elements(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def operation_time(self) -> int:
        """POT: the scheduled time, seconds."""
        return self.busy_time + self.idle + self.planned + self.unknown

    @property
    def processing_time(self) -> int:
        """AUPT = APT + AUST, seconds (ISO 22400-2, time elements)."""
        return self.production + self.setup

    @property
    def busy_time(self) -> int:
        """AUBT = AUPT + ADET, seconds (ISO 22400-2, time elements)."""
        return self.processing_time + self.delay

    @property
    def produced(self) -> Decimal:
        """PQ: good, scrap and rework."""
        return self.good + self.scrap + self.rework


def total(parts: Iterable[Elements]) -> Elements:
    """The sum of all."""
    return sum(parts, Elements())


@dataclass(frozen=True, slots=True)
class Window:
    """A shift, or what of it has passed, with its breaks."""

    span: Span
    breaks: Sequence[Span] = ()


def elements(
    window: Window,
    intervals: Sequence[Interval],
    counts: Iterable[Counted],
    loss_of: Callable[[int], Loss],
    run_time: Callable[[Counted], Decimal | None],
) -> dict[Key, Elements]:
    """The elements of a window by order and item.

    An open interval lasts to the window's end; what no interval covers is unknown. `loss_of` gives a reason's loss,
    `run_time` the planned run time of one of the counted units (PRI) in seconds.
    """
    found: dict[Key, Elements] = defaultdict(Elements)
    for piece in _pieces(window, intervals):
        found[piece.key] += _timed(piece, loss_of)
    for counted in counts:
        found[counted.key] += _made(counted, run_time(counted))
    return dict(found)


@dataclass(frozen=True, slots=True)
class Lost:
    """A stretch of a window in which nothing was made: what it counts as, and the entry that began it."""

    span: Span
    seconds: int
    state: EquipmentState
    reason_id: int | None
    element: Element
    #: L1 to L3; None for what is planned or not known.
    loss: Loss | None
    #: None where no interval says anything.
    entry_id: int | None


def lost(window: Window, intervals: Sequence[Interval], loss_of: Callable[[int], Loss]) -> Iterator[Lost]:
    """What lies between the stretches of production, in time; by loss it adds up to `elements` of the same window."""
    for piece in _pieces(window, intervals):
        element, loss = _judged(piece, loss_of)
        if element is not Element.APT:
            yield Lost(piece.span, piece.seconds, piece.state, piece.reason_id, element, loss, piece.entry_id)


@dataclass(frozen=True, slots=True)
class _Piece:
    span: Span
    state: EquipmentState
    reason_id: int | None
    key: Key
    in_break: bool
    entry_id: int | None
    #: Whether the interval itself begins here, not only this piece of it.
    begins: bool

    @property
    def seconds(self) -> int:
        """Between full seconds, so that pieces add up to their window exactly."""
        return int(self.span.ends_at.timestamp()) - int(self.span.starts_at.timestamp())


def _pieces(window: Window, intervals: Sequence[Interval]) -> Iterator[_Piece]:
    """The window cut at every change of state and at every break; `intervals` are in order."""
    reached = window.span.starts_at
    first = max(bisect_right(intervals, reached, key=lambda i: i.starts_at) - 1, 0)
    for interval in islice(intervals, first, None):
        if interval.starts_at >= window.span.ends_at:
            break
        lasting = Span(interval.starts_at, interval.ends_at or window.span.ends_at)
        covered = lasting.within(window.span)
        if covered is None:
            continue
        yield from _unknown(window, reached, covered.starts_at)
        key = Key(interval.work.order, interval.work.item_id)
        for span, in_break in _cut(covered, window.breaks):
            begins = span.starts_at == interval.starts_at
            yield _Piece(span, interval.state, interval.reason_id, key, in_break, interval.entry_id, begins)
        reached = covered.ends_at
    yield from _unknown(window, reached, window.span.ends_at)


def _unknown(window: Window, starts_at: datetime, ends_at: datetime) -> Iterator[_Piece]:
    if starts_at < ends_at:
        for span, in_break in _cut(Span(starts_at, ends_at), window.breaks):
            yield _Piece(span, EquipmentState.UNKNOWN, None, Key(), in_break, None, begins=False)


def _cut(span: Span, breaks: Sequence[Span]) -> Iterator[tuple[Span, bool]]:
    """`span` in pieces, each with whether it lies in a break."""
    reached = span.starts_at
    for pause in sorted(breaks, key=lambda b: b.starts_at):
        inside = pause.within(Span(reached, span.ends_at)) if reached < span.ends_at else None
        if inside is None:
            continue
        if reached < inside.starts_at:
            yield Span(reached, inside.starts_at), False
        yield inside, True
        reached = inside.ends_at
    if reached < span.ends_at:
        yield Span(reached, span.ends_at), False


_TIME_LOSSES = {
    Loss.BREAKDOWN: "breakdown",
    Loss.SETUP: "setup_loss",
    Loss.MINOR_STOP: "minor_loss",
}
_WORKING = (EquipmentState.RUN, EquipmentState.SETUP)


def _timed(piece: _Piece, loss_of: Callable[[int], Loss]) -> Elements:
    element, loss = _judged(piece, loss_of)
    values = {element.value: piece.seconds}
    if loss is not None:
        values[_TIME_LOSSES[loss]] = piece.seconds
        values["failures"] = int(loss is Loss.BREAKDOWN and piece.begins)
    return Elements(**values)  # type: ignore[arg-type]  # none of the named fields is a quantity


def _judged(piece: _Piece, loss_of: Callable[[int], Loss]) -> tuple[Element, Loss | None]:
    given = loss_of(piece.reason_id) if piece.reason_id is not None else Loss.NONE
    return classified(piece.state, given, has_order=piece.key.order is not None, in_break=piece.in_break)


def classified(
    state: EquipmentState, given: Loss, *, has_order: bool, in_break: bool
) -> tuple[Element, Loss | None]:
    """The time element of a state, and which of L1 to L3 it is; `given` is the loss of its reason.

    Whoever works through a break is not on break. Only an order makes a stop a delay (ADET) instead of down time
    (ADOT): the machine alone cannot tell.
    """
    if state is EquipmentState.RUN:
        return Element.APT, None
    if given is Loss.PLANNED or (in_break and state not in _WORKING):
        return Element.PLANNED, None
    if state is EquipmentState.UNKNOWN and given not in _TIME_LOSSES:
        return Element.UNKNOWN, None
    if state in (EquipmentState.PM, EquipmentState.ENG) and given not in _TIME_LOSSES:
        return Element.PLANNED, None
    loss = given if given in _TIME_LOSSES else _loss_by_state(state)
    if state is EquipmentState.SETUP:
        return Element.AUST, loss
    return (Element.ADET if has_order else Element.ADOT), loss


def _loss_by_state(state: EquipmentState) -> Loss:
    if state is EquipmentState.SETUP:
        return Loss.SETUP
    return Loss.BREAKDOWN if state is EquipmentState.DOWN else Loss.MINOR_STOP


def _made(counted: Counted, run_time: Decimal | None) -> Elements:
    quantity = counted.quantity
    startup = quantity if counted.kind is not CountKind.GOOD and counted.loss is Loss.STARTUP else ZERO
    good = quantity if counted.kind is CountKind.GOOD else ZERO
    return Elements(
        good=good,
        scrap=quantity if counted.kind is CountKind.SCRAP else ZERO,
        rework=quantity if counted.kind is CountKind.REWORK else ZERO,
        startup=startup,
        unrated=quantity if run_time is None else ZERO,
        planned_run=quantity * (run_time or ZERO),
        good_run=good * (run_time or ZERO),
        startup_run=startup * (run_time or ZERO),
    )
