"""Figures side by side."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from addons.bridge.rules.figure import Figure, is_zero, summed

numbers = st.integers(-50, 50).map(Decimal)
figures = st.lists(
    st.builds(Figure, st.just("Use"), st.sampled_from("AB"), numbers, numbers, st.sampled_from(["", "IN"]))
)


@given(figures)
def test_a_sum_loses_nothing_and_names_everything_once(found: list[Figure]) -> None:
    together = summed(found)

    assert sum(f.difference for f in together) == sum(f.difference for f in found)
    assert len({(f.what, f.where) for f in together}) == len(together)


@given(figures)
def test_only_without_any_difference_is_it_zero(found: list[Figure]) -> None:
    assert is_zero(found) == all(f.told == f.done for f in found)
