"""Charts are true to their numbers: columns stand on zero, heights and slices are in proportion, grids are round."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.web.plot import AROUND, BOTTOM, HEIGHT, LEFT, TICKS, TOP, WIDTH, axes, nice_step, ring

numbers = st.decimals(min_value=-(10**6), max_value=10**6, places=2)
SLACK = 0.25


@given(st.lists(numbers, min_size=1, max_size=60))
def test_heights_are_in_proportion_and_stay_in_the_picture(values: list[Decimal]) -> None:
    made = axes(values)

    assert len(made.marks) == len(values)
    first, last = made.ticks[0], made.ticks[-1]
    pixels = (first.y - last.y) / float(last.value - first.value)
    for mark, value in zip(made.marks, values, strict=True):
        assert abs((made.zero - mark.y) - float(value) * pixels) <= SLACK
        assert TOP - SLACK <= mark.y <= HEIGHT - BOTTOM + SLACK
        assert abs(mark.height - abs(made.zero - mark.y)) <= SLACK
        assert LEFT <= mark.x < mark.x + mark.width <= WIDTH
    assert all(a.x + a.width <= b.x for a, b in zip(made.marks, made.marks[1:], strict=False))


@given(st.decimals(min_value=Decimal("0.01"), max_value=10**9, places=2))
def test_a_step_is_round_and_makes_few_of_them(span: Decimal) -> None:
    step = nice_step(span)

    assert step * TICKS >= span
    assert step.normalize().as_tuple().digits in ((1,), (2,), (2, 5), (5,))


@given(st.lists(st.decimals(min_value=0, max_value=10**6, places=2), min_size=1, max_size=8))
def test_slices_follow_each_other_and_make_the_ring_when_there_is_anything(values: list[Decimal]) -> None:
    made = ring(values)

    total = sum(values)
    assert abs(sum(part.length for part in made) - (AROUND if total else 0)) < len(values) * 0.01
    done = 0.0
    for part, value in zip(made, values, strict=True):
        assert abs(-part.offset - done) < SLACK
        done += float(value / total) * AROUND if total else 0
