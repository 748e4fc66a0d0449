"""A running counter is read right over resets and its own end."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.rules.counter import counted


@pytest.mark.parametrize(
    ("before", "after", "bits", "count"),
    [
        (None, 500, None, 0),
        (10, 13, None, 3),
        (10, 10, None, 0),
        (10, 3, None, 3),
        (10, 0, None, 0),
        (65_530, 4, 16, 10),
        (65_530, 4, None, 4),
        (20, 5, 16, 5),
    ],
)
def test_what_was_counted(before: float | None, after: float, bits: int | None, count: float) -> None:
    assert counted(before, after, bits) == count


@given(st.lists(st.integers(0, 20_000), max_size=50), st.integers(0, 65_535))
def test_a_counter_of_sixteen_bits_loses_nothing_at_its_end(steps: list[int], start: int) -> None:
    readings = [start]
    for step in steps:
        readings.append((readings[-1] + step) % 2**16)

    found = sum(counted(a, b, 16) for a, b in itertools.pairwise(readings))

    assert found == sum(steps)


@given(st.floats(0, 1e9) | st.none(), st.floats(0, 1e9), st.sampled_from([None, 16, 32]))
def test_nothing_is_ever_uncounted(before: float | None, after: float, bits: int | None) -> None:
    assert counted(before, after, bits) >= 0
