"""What moves add up to, and which stock is taken first."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from addons.erp_supply.rules.stock import Available, Movement, Place, allot, differences, order_proposal

quantities = st.decimals(min_value=Decimal("0.001"), max_value=Decimal(1000), places=3)
movements = st.builds(
    Movement, item_id=st.integers(1, 2), lot_id=st.sampled_from((None, 7)), quantity=quantities,
    source_id=st.integers(1, 3), target_id=st.integers(4, 6),
)  # fmt: skip


@given(st.lists(movements, max_size=20))
def test_over_all_locations_moves_come_to_nothing(moved: list[Movement]) -> None:
    assert sum(differences(moved, set(range(1, 7))).values(), Decimal(0)) == 0


def test_only_kept_locations_change() -> None:
    moved = [Movement(1, None, Decimal(5), source_id=1, target_id=2)]

    assert differences(moved, {2}) == {Place(1, 2): Decimal(5)}


@given(quantities, st.lists(quantities, max_size=8))
def test_never_more_is_allotted_than_is_wanted_or_there(wanted: Decimal, there: list[Decimal]) -> None:
    parts = allot(wanted, [Available(i, quantity) for i, quantity in enumerate(there)])

    assert sum((taken for _id, taken in parts), Decimal(0)) == min(wanted, sum(there, Decimal(0)))
    assert all(0 < taken <= there[quant_id] for quant_id, taken in parts)


def test_what_expires_first_goes_first_and_what_never_expires_last() -> None:
    stock = [
        Available(1, Decimal(5)),
        Available(2, Decimal(5), date(2027, 1, 1)),
        Available(3, Decimal(5), date(2026, 6, 1)),
    ]

    assert allot(Decimal(12), stock) == [(3, Decimal(5)), (2, Decimal(5)), (1, Decimal(2))]


def test_nothing_is_proposed_at_the_reorder_point_and_the_least_below_it() -> None:
    assert order_proposal(Decimal(50), Decimal(50), Decimal(100)) == 0
    assert order_proposal(Decimal(49), Decimal(50), Decimal(100)) == 100
    assert order_proposal(Decimal(-200), Decimal(50), Decimal(100)) == 250
