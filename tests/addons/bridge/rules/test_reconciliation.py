"""Two sides compared: what is the same says nothing, and each difference is named once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from addons.bridge.messages import plain
from addons.bridge.messages.reconciliation import Fact, Flow, Held, ShowReconciliation, Stop
from addons.bridge.rules.reconciliation import compared, differences, totals

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
facts = st.lists(
    st.builds(
        Fact, st.sampled_from(list(Flow)), st.from_regex(r"[A-Z][0-9]{1,2}", fullmatch=True),
        st.sampled_from(["FILTER", "COOLANT"]), st.none() | st.integers(-9, 9).map(Decimal),
        st.none() | st.sampled_from(["H87", "KGM"]), st.none() | st.just(AT),
    ),
    unique_by=lambda fact: (fact.flow, fact.key),
)  # fmt: skip


@given(facts, st.randoms())
def test_the_same_in_another_order_is_the_same(found: list[Fact], random: object) -> None:
    other = list(found)
    random.shuffle(other)  # type: ignore[attr-defined]  # a Random

    assert not any(each.differs for each in compared(totals(found), totals(other)))
    assert list(differences(found, other)) == []


@given(facts.filter(bool), st.data())
def test_one_that_is_gone_is_named_with_who_has_it(found: list[Fact], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(found))
    others = [fact for fact in found if fact is not gone]

    (named,) = differences(found, others)
    (reverse,) = differences(others, found)

    assert (named.key, named.erp, named.mes) == (gone.key, gone, None)
    assert (reverse.key, reverse.erp, reverse.mes) == (gone.key, None, gone)
    assert {each.flow for each in compared(totals(found), totals(others)) if each.differs} == {gone.flow}


@given(facts.filter(bool), st.data())
def test_one_that_was_changed_is_named_although_the_sums_are_the_same(
    found: list[Fact], data: st.DataObject
) -> None:
    before = data.draw(st.sampled_from(found))
    after = replace(before, what="OTHER")
    changed = [after if fact is before else fact for fact in found]

    (named,) = differences(found, changed)

    assert (named.erp, named.mes) == (before, after)
    assert any(each.differs for each in compared(totals(found), totals(changed)))


@given(facts)
def test_an_answer_arrives_as_it_was_told(found: list[Fact]) -> None:
    told = ShowReconciliation(totals(found), tuple(found))

    assert plain.from_plain(ShowReconciliation, plain.to_plain(told)) == told


def test_a_difference_says_where_its_message_stays() -> None:
    use = Fact(Flow.USES, "m-1/1", "FILTER", Decimal(3), "H87", AT, "m-1")
    parked = Held("m-1", "ProcessOperationsPerformance", Stop.PARKED, "A-01 is closed.")

    (named,) = differences([], [use], [parked])

    assert named.held == parked
