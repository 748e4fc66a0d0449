"""Lots as a graph."""

from hypothesis import given
from hypothesis import strategies as st

from acme_traceability.rules.genealogy import made_of_itself, steps_from

numbers = st.integers(0, 12)
graphs = st.lists(st.tuples(numbers, numbers), max_size=40)


def test_the_shortest_way_counts() -> None:
    assert steps_from(1, [(1, 2), (2, 3), (3, 4), (1, 4), (9, 1)]) == {1: 0, 2: 1, 4: 1, 3: 2}


def test_what_went_into_itself_by_a_detour_is_found() -> None:
    assert made_of_itself([(3, 1)], [(1, 2), (2, 3), (3, 1)]) == [(3, 1)]
    assert made_of_itself([(1, 3)], [(1, 2), (2, 3), (1, 3)]) == []


@given(numbers, graphs)
def test_no_use_leads_further_than_one_step_on(start: int, pairs: list[tuple[int, int]]) -> None:
    steps = steps_from(start, pairs)

    assert all(steps[there] <= steps[here] + 1 for here, there in pairs if here in steps)
    assert all(there in steps for here, there in pairs if here in steps)
    assert all(
        far == 0 or any(steps.get(h) == far - 1 for h, t in pairs if t == at) for at, far in steps.items()
    )


@given(graphs)
def test_forward_and_back_agree(pairs: list[tuple[int, int]]) -> None:
    backward = [(there, here) for here, there in pairs]

    for here, there in pairs:
        assert there in steps_from(here, pairs)
        assert here in steps_from(there, backward)
