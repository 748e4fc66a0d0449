"""What is dropped lies within the deviation of the line through what is kept."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.rules.compression import Filter, Point

LONG = 10**15


@st.composite
def walks(draw: st.DrawFn) -> list[Point]:
    step = st.tuples(st.integers(1, 5_000_000), st.floats(-3, 3, allow_nan=False))
    steps = draw(st.lists(step, min_size=2, max_size=300))
    at, value, walk = 0, 0.0, []
    for wait, change in steps:
        at, value = at + wait, value + change
        walk.append(Point(at, value))
    return walk


def kept(walk: list[Point], filter: Filter) -> list[Point]:
    return [*(point for each in walk for point in filter.offer(each)), *filter.close()]


def error(walk: list[Point], points: list[Point]) -> float:
    """How far the line through `points` is from `walk` at most."""
    instants = [point.at for point in points]
    worst = 0.0
    for at, value in walk:
        i = bisect_left(instants, at)
        if points[i].at == at:
            worst = max(worst, abs(points[i].value - value))
            continue
        before, after = points[i - 1], points[i]
        line = before.value + (after.value - before.value) * (at - before.at) / (after.at - before.at)
        worst = max(worst, abs(line - value))
    return worst


@given(walks(), st.sampled_from([0.1, 1.0, 5.0]))
def test_the_door_keeps_its_error_bound_at_every_point(walk: list[Point], deviation: float) -> None:
    points = kept(walk, Filter(None, deviation, LONG))

    assert error(walk, points) <= deviation * (1 + 1e-9)
    assert set(points) <= set(walk)
    assert points == sorted(points)


@given(walks())
def test_deadband_and_door_in_a_row_keep_the_sum_of_their_bounds(walk: list[Point]) -> None:
    assert error(walk, kept(walk, Filter(0.5, 1.0, LONG))) <= 2 * 0.5 + 1.0 + 1e-9


@given(walks(), st.integers(0, 299))
def test_a_filter_taken_up_from_its_state_keeps_the_same_points(walk: list[Point], cut: int) -> None:
    whole = kept(walk, Filter(0.2, 1.0, 60_000_000))
    first, second = Filter(0.2, 1.0, 60_000_000), Filter(0.2, 1.0, 60_000_000)

    points = [point for each in walk[:cut] for point in first.offer(each)]
    second.restore(first.state())
    points += kept(walk[cut:], second)

    assert points == whole


def test_a_ramp_is_two_points() -> None:
    walk = [Point(n * 1_000_000, float(n)) for n in range(1000)]

    assert kept(walk, Filter(None, 0.1, LONG)) == [walk[0], walk[-1]]


def test_a_jump_after_rest_keeps_the_end_of_the_rest() -> None:
    walk = [Point(n, 0.0) for n in range(10)] + [Point(10, 100.0)]

    assert kept(walk, Filter(1.0, None, LONG)) == [walk[0], walk[9], walk[10]]


@given(walks(), st.integers(1_000_000, 20_000_000))
def test_no_two_kept_points_are_farther_apart_than_the_longest_wait_and_a_reading(
    walk: list[Point], wait: int
) -> None:
    points = kept(walk, Filter(None, inf, wait))

    longest = max(b.at - a.at for a, b in pairwise(walk))
    assert all(after.at - before.at < wait + longest for before, after in pairwise(points))


def test_without_deviations_everything_is_kept() -> None:
    walk = [Point(n, 1.0) for n in range(5)]

    assert kept(walk, Filter(None, None, LONG)) == walk


@pytest.mark.parametrize("deviation", [0.0])
def test_a_deviation_of_zero_drops_what_lies_on_the_line(deviation: float) -> None:
    walk = [Point(n, 2.0) for n in range(50)]

    assert kept(walk, Filter(None, deviation, LONG)) == [walk[0], walk[-1]]
