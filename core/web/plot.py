"""The geometry of a chart: columns or a line on an axis, and the slices of a ring; numbers in, places out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import pi

WIDTH, HEIGHT = 960, 300
LEFT, RIGHT, TOP, BOTTOM = 84, 12, 24, 28
#: Labels below the axis that do not run into each other, and values above columns.
MOST_LABELS, MOST_VALUES = 12, 14
TICKS = 4
#: The ring: its radius and the length of its line.
RADIUS = 60
AROUND = 2 * pi * RADIUS


@dataclass(frozen=True)
class Tick:
    """A line of the grid and the value that it stands for."""

    y: float
    value: Decimal


@dataclass(frozen=True)
class Mark:
    """A point of the chart: its column, and where its value is."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    labelled: bool


@dataclass(frozen=True)
class Axes:
    """A chart of marks side by side."""

    ticks: Sequence[Tick]
    marks: Sequence[Mark]
    zero: float
    with_values: bool

    @property
    def line(self) -> str:
        """The marks joined, as the points of a polyline."""
        return " ".join(f"{mark.middle:.1f},{mark.y:.1f}" for mark in self.marks)


@dataclass(frozen=True)
class Slice:
    """A part of a ring: its length and where it begins, along the ring's line."""

    length: float
    offset: float


def nice_step(span: Decimal) -> Decimal:
    """A round number (1, 2, 2.5 or 5 times a power of ten) that divides `span` into at most four."""
    rough = span / TICKS
    power = Decimal(1).scaleb(rough.adjusted())
    return next(
        power * f
        for f in (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
        if power * f >= rough
    )


def axes(values: Sequence[Decimal]) -> Axes:
    """Columns from zero, as many as there are values, under a grid of round numbers."""
    low, high = min(Decimal(0), *values), max(Decimal(0), *values)
    step = nice_step((high - low) or Decimal(1))
    first, last = (
        (low / step).to_integral_value("ROUND_FLOOR"),
        (high / step).to_integral_value("ROUND_CEILING"),
    )
    last = max(last, first + 1)
    scale = (HEIGHT - TOP - BOTTOM) / float((last - first) * step)

    def at(value: Decimal) -> float:
        return round(HEIGHT - BOTTOM - float(value - first * step) * scale, 1)

    band = (WIDTH - LEFT - RIGHT) / max(len(values), 1)
    every = -(-len(values) // MOST_LABELS)
    marks = [
        Mark(
            round(LEFT + n * band + band * 0.15, 1), at(value), round(band * 0.7, 1),
            round(abs(at(value) - at(Decimal(0))), 1), round(LEFT + (n + 0.5) * band, 1), n % every == 0,
        )
        for n, value in enumerate(values)
    ]  # fmt: skip
    ticks = [Tick(at(n * step), n * step) for n in _whole(first, last)]
    return Axes(ticks, marks, at(Decimal(0)), len(values) <= MOST_VALUES)


def ring(values: Sequence[Decimal]) -> list[Slice]:
    """Slices in proportion to values, none of which is below zero."""
    total = float(sum(values)) or 1.0
    made, done = [], 0.0
    for value in values:
        length = float(value) / total * AROUND
        made.append(Slice(round(length, 2), round(-done, 2)))
        done += length
    return made


def _whole(first: Decimal, last: Decimal) -> list[Decimal]:
    return [Decimal(n) for n in range(int(first), int(last) + 1)]
