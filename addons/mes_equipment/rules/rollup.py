"""Summaries of a value by minute and hour, taken of every reading before any is dropped.

A bucket covers the time from its begin (or from the first reading ever) to its last reading; from there to its end
the last value holds, which actions/sampling.py adds. So an empty bucket needs no row, and a bucket in progress is
right as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
_SECOND_US = 1_000_000


@dataclass(slots=True)
class Bucket:
    """What the readings of one tag in one span of time come to; instants are microseconds."""

    low: float
    high: float
    total: float
    count: int
    #: Value times seconds, and the seconds that it covers.
    area: float
    covered: float
    first: float
    first_at: int
    last: float
    last_at: int

    def add(self, at: int, value: float) -> None:
        """Count a reading; `covering` is told apart, since the value before it may lie in another bucket."""
        self.count += 1
        self.total += value
        self.low = min(self.low, value)
        self.high = max(self.high, value)
        if at >= self.last_at:
            self.last, self.last_at = value, at
        if at < self.first_at:
            self.first, self.first_at = value, at


class Held(NamedTuple):
    """The value that held until a reading."""

    at: int
    value: float


def begun(at: int, value: float) -> Bucket:
    """A bucket with its first reading."""
    return Bucket(value, value, value, 1, 0.0, 0.0, value, at, value, at)


def cover(bucket: Bucket, start: int, held: Held | None, at: int) -> None:
    """Add the time until `at` in which `held` was the value, as far as it lies in the bucket that begins at `start`."""
    if held is None:
        return
    seconds = (at - max(held.at, start)) / _SECOND_US
    if seconds > 0:
        bucket.area += held.value * seconds
        bucket.covered += seconds


def covering(points: Iterable[Held], start: int, *, linear: bool) -> tuple[float, float]:
    """Area and covered seconds from `start` to the last of `points`, which may begin before it.

    Points that a swinging door kept stand for lines between them (`linear`), others for steps.
    """
    area = covered = 0.0
    before: Held | None = None
    for point in points:
        if before is not None and point.at > start:
            since = max(before.at, start)
            seconds = (point.at - since) / _SECOND_US
            area += seconds * (_middle(before, point, since) if linear else before.value)
            covered += seconds
        before = point
    return area, covered


def _middle(before: Held, after: Held, since: int) -> float:
    """The mean of the line from `before` to `after`, from `since` on."""
    share = (since - before.at) / (after.at - before.at)
    return (before.value + share * (after.value - before.value) + after.value) / 2
