"""Which points of a value are worth keeping: the exception deadband, then the swinging door.

Between two points that are kept, the line between them is nowhere farther than the deviation from what was dropped.
The usual door closes when its two sides have turned past each other, which lets the error grow to almost twice the
deviation; this one asks whether the new point itself still lies in the opening.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import NamedTuple


class Point(NamedTuple):
    """A value at an instant in microseconds."""

    at: int
    value: float


@dataclass(slots=True)
class Deadband:
    """Passes a point on when it differs from the last one passed on, with the one before, so that ramps stay ramps."""

    deviation: float
    max_us: int
    last: Point | None = None
    before: Point | None = None

    def offer(self, point: Point) -> Iterator[Point]:
        if self.last is None:
            self.last = point
            yield point
            return
        quiet = abs(point.value - self.last.value) <= self.deviation
        if quiet and point.at - self.last.at < self.max_us:
            self.before = point
            return
        if self.before is not None:
            yield self.before
        self.last, self.before = point, None
        yield point

    def close(self) -> Iterator[Point]:
        """What was held back, and begin anew."""
        if self.before is not None:
            yield self.before
        self.last = self.before = None


@dataclass(slots=True)
class Door:
    """Keeps the points that a line through the kept ones does not come within the deviation of."""

    deviation: float
    max_us: int
    anchor: Point | None = None
    before: Point | None = None
    low: float = -inf
    high: float = inf

    def offer(self, point: Point) -> Iterator[Point]:
        if self.anchor is None:
            yield from self._keep(point)
            return
        slope = (point.value - self.anchor.value) / (point.at - self.anchor.at)
        if not self.low <= slope <= self.high:
            assert self.before is not None
            yield from self._keep(self.before)
        yield from self._narrow(point)

    def close(self) -> Iterator[Point]:
        """The last point, and begin anew."""
        if self.before is not None:
            yield self.before
        self.anchor = self.before = None

    def _keep(self, point: Point) -> Iterator[Point]:
        self.anchor, self.before, self.low, self.high = point, None, -inf, inf
        yield point

    def _narrow(self, point: Point) -> Iterator[Point]:
        assert self.anchor is not None
        elapsed = point.at - self.anchor.at
        if elapsed >= self.max_us:
            yield from self._keep(point)
            return
        rise = point.value - self.anchor.value
        self.low = max(self.low, (rise - self.deviation) / elapsed)
        self.high = min(self.high, (rise + self.deviation) / elapsed)
        self.before = point


class Filter:
    """A deadband and a door in a row; its state can be kept and taken up again."""

    def __init__(self, exception: float | None, deviation: float | None, max_us: int) -> None:
        self._deadband = Deadband(exception, max_us) if exception is not None else None
        self._door = Door(deviation, max_us) if deviation is not None else None

    def offer(self, point: Point) -> list[Point]:
        """The points to keep now that `point` has come; points come in order of time, no two at one instant."""
        passed = [point] if self._deadband is None else list(self._deadband.offer(point))
        return passed if self._door is None else [kept for each in passed for kept in self._door.offer(each)]

    def close(self) -> list[Point]:
        """The points that were still held back: before a gap, a bad value, or a change of the settings."""
        passed = [] if self._deadband is None else list(self._deadband.close())
        if self._door is None:
            return passed
        return [*(kept for each in passed for kept in self._door.offer(each)), *self._door.close()]

    def state(self) -> list[list[float] | None]:
        """What `restore` needs to go on as if nothing had happened."""
        deadband, door = self._deadband, self._door
        return [
            _listed(deadband.last) if deadband else None, _listed(deadband.before) if deadband else None,
            _listed(door.anchor) if door else None, _listed(door.before) if door else None,
            [door.low, door.high] if door and door.before else None,
        ]  # fmt: skip

    def restore(self, state: list[list[float] | None]) -> None:
        """Go on from `state`."""
        last, before, anchor, pending, opening = state
        if self._deadband is not None:
            self._deadband.last, self._deadband.before = _point(last), _point(before)
        if self._door is not None:
            self._door.anchor, self._door.before = _point(anchor), _point(pending)
            self._door.low, self._door.high = opening or (-inf, inf)


def _listed(point: Point | None) -> list[float] | None:
    return None if point is None else [point.at, point.value]


def _point(listed: list[float] | None) -> Point | None:
    return None if listed is None else Point(int(listed[0]), listed[1])
