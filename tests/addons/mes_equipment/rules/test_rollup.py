"""Buckets come to the same as a computation from all readings at once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.rules import rollup
from addons.mes_equipment.rules.rollup import MINUTE_US, Bucket, Held

SECOND = 1_000_000


@st.composite
def series(draw: st.DrawFn) -> list[Held]:
    instants = draw(st.lists(st.integers(0, 5 * MINUTE_US), min_size=1, max_size=80, unique=True))
    return [Held(at, draw(st.floats(-100, 100))) for at in sorted(instants)]


def buckets(readings: list[Held]) -> dict[int, Bucket]:
    made: dict[int, Bucket] = {}
    held: Held | None = None
    for at, value in readings:
        start = at - at % MINUTE_US
        if start in made:
            made[start].add(at, value)
        else:
            made[start] = rollup.begun(at, value)
        rollup.cover(made[start], start, held, at)
        held = Held(at, value)
    return made


@given(series())
def test_a_bucket_is_what_its_readings_come_to(readings: list[Held]) -> None:
    for start, bucket in buckets(readings).items():
        inside = [r for r in readings if start <= r.at < start + MINUTE_US]
        values = [r.value for r in inside]

        assert (bucket.low, bucket.high, bucket.count) == (min(values), max(values), len(values))
        assert bucket.total == pytest.approx(sum(values), abs=1e-6)
        assert (bucket.first, bucket.last) == (values[0], values[-1])


@given(series())
def test_its_mean_is_weighted_by_time_from_its_begin_to_its_end(readings: list[Held]) -> None:
    for start, bucket in buckets(readings).items():
        end = start + MINUTE_US
        spans = [*pairwise(readings), (readings[-1], Held(10**12, 0))]
        parts = [(a.value, min(b.at, end) - max(a.at, start)) for a, b in spans]
        inside = [(value, us) for value, us in parts if us > 0]
        expected = sum(value * us for value, us in inside) / sum(us for _value, us in inside)

        held = (end - bucket.last_at) / 1_000_000
        found = (bucket.area + bucket.last * held) / (bucket.covered + held)

        assert found == pytest.approx(expected, abs=1e-6)


@given(series())
def test_computed_anew_from_stored_steps_it_is_the_same(readings: list[Held]) -> None:
    for start, bucket in buckets(readings).items():
        points = [r for r in readings if r.at < start + MINUTE_US]

        assert rollup.covering(points, start, linear=False) == pytest.approx(
            (bucket.area, bucket.covered), abs=1e-6
        )


def test_kept_points_of_a_ramp_cover_the_area_below_the_line() -> None:
    points = [Held(0, 0.0), Held(10 * SECOND, 10.0)]

    assert rollup.covering(points, 0, linear=True) == (50.0, 10.0)
    assert rollup.covering(points, 5 * SECOND, linear=True) == (37.5, 5.0)
