"""Columns are read as they were written, and a silence parts them."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.rules.curve import Column, parted

STEP, MOST = 60, 90
SCALE = 1000


def _column(numbers: list[int | None], scale: float) -> Column:
    return Column(",".join("null" if number is None else str(number) for number in numbers), scale)


def test_values_are_the_numbers_by_their_scale_and_nothing_stays_nothing() -> None:
    assert _column([125, None, -50], 100).values == [1.25, None, -0.5]


def test_without_a_silence_columns_stay_as_they_are() -> None:
    at, value = _column([0, 60_000, 150_000], SCALE), _column([1, 2, 3], 1)

    assert parted(at, [value], STEP, MOST) == [at, value]


def test_a_point_without_value_stands_where_the_one_before_the_silence_ends() -> None:
    at, value, edge = _column([0, 151_000, 400_000], SCALE), _column([1, 2, 3], 1), _column([4, 5, 6], 1)

    found = [column.values for column in parted(at, [value, edge], STEP, MOST)]

    assert found == [[0, 60, 151, 211, 400], [1, None, 2, None, 3], [4, None, 5, None, 6]]


@given(st.lists(st.integers(min_value=1, max_value=400), min_size=1))
def test_every_silence_is_parted_and_nothing_else_is_changed(steps: list[int]) -> None:
    times = [sum(steps[:n]) for n in range(len(steps))]
    at, value = _column([time * SCALE for time in times], SCALE), _column(list(range(len(times))), 1)

    parted_at, parted_value = (column.values for column in parted(at, [value], STEP, MOST))

    points = list(zip(parted_at, parted_value, strict=True))
    assert [point for point in points if point[1] is not None] == list(zip(times, value.values, strict=True))
    assert all((b[0] or 0) - (a[0] or 0) <= MOST or a[1] is None for a, b in pairwise(points))
    assert parted_at == sorted(parted_at, key=lambda time: time or 0)
