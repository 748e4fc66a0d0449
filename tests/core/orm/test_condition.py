"""A condition means the same in SQL and in Python, and survives its JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import clock
from core.base import Item, ItemType, Lot
from core.errors import NotFound, UserError
from core.orm import query
from core.orm.condition import ALWAYS, AnyOf, Condition, Not, Test, from_json, related, where
from core.orm.env import Env
from core.orm.operand import Relative

TODAY = date(2026, 3, 12)
DAYS = [None, *(TODAY + timedelta(days=n) for n in (-400, -8, -1, 0, 1, 40))]

texts = st.sampled_from(["A1", "a1", "B_2", "50%", "", "c\\d"])
tests_on_lots = st.one_of(
    st.builds(Test, st.just("number"), st.sampled_from(["eq", "ne", "contains", "starts"]), texts),
    st.builds(
        Test, st.just("number"), st.sampled_from(["in", "not_in"]), st.lists(texts, max_size=3).map(tuple)
    ),
    st.builds(Test, st.just("origin"), st.sampled_from(["empty", "not_empty"])),
    st.builds(
        Test,
        st.just("made_on"),
        st.sampled_from(["eq", "lt", "le", "gt", "ge"]),
        st.one_of(
            st.sampled_from(DAYS[1:]),
            st.builds(
                Relative, st.sampled_from(["day", "week", "month", "quarter", "year"]), st.integers(-3, 3)
            ),
        ),
    ),
    st.builds(Test, st.just("made_on"), st.sampled_from(["empty", "not_empty"])),
    st.builds(
        Test, st.just("item_id>type"), st.sampled_from(["eq", "in"]), st.sampled_from([ItemType.MATERIAL])
    ).map(lambda t: t if t.op == "eq" else Test(t.path, "in", (t.value,))),
    st.builds(
        Test, st.just("item_id>erp_supply.lead_days"), st.sampled_from(["gt", "le"]), st.integers(0, 9)
    ),
    st.builds(
        Test,
        st.just("item_id>erp_supply.reorder_point"),
        st.sampled_from(["eq", "lt", "ge"]),
        st.sampled_from([Decimal("0.1"), Decimal(2), Decimal(0)]),
    ),
)
conditions = st.recursive(
    tests_on_lots,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        st.builds(Not, inner),
    ),
    max_leaves=6,
)


@pytest.fixture
def lots(make: Callable[..., Any]) -> list[Lot]:
    """Lots of every kind of value."""
    items = [
        make(Item, type=kind, name=f"I{n}")
        for n, kind in enumerate((ItemType.MATERIAL, ItemType.PRODUCT, ItemType.CONSUMABLE))
    ]
    for n, item in enumerate(items):
        facet = getattr(item, Item.facets["erp_supply"].slot)
        facet.lead_days, facet.reorder_point = n * 4, Decimal("0.1") * n
    names = ["A1", "a1", "B_2", "50%", "c\\d", "Zz"]
    return [
        make(Lot, number=name, item_id=items[i % 3].id, made_on=DAYS[i], origin=None if i % 2 else "O")
        for i, name in enumerate(names)
    ]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condition=conditions)
def test_sql_and_python_choose_the_same_records(env: Env, lots: list[Lot], condition: Condition) -> None:
    with clock.held(datetime(2026, 3, 12, 9, tzinfo=UTC)):
        by_sql = set(query.ids(env, Lot, condition))
        in_python = {lot.id for lot in lots if condition.holds(lot, env)}

    assert by_sql == in_python


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(condition=conditions)
def test_a_condition_comes_back_from_its_json_unchanged(lots: list[Lot], condition: Condition) -> None:
    assert from_json(Lot, condition.to_json()) == condition


def test_what_always_holds_leaves_nothing_out(env: Env, lots: list[Lot]) -> None:
    assert query.ids(env, Lot, ALWAYS) == [lot.id for lot in lots]
    assert query.ids(env, Lot, AnyOf(())) == []


def test_a_path_over_a_reference_asks_the_record_it_leads_to(env: Env, lots: list[Lot]) -> None:
    found = query.ids(env, Lot, related(Lot.item_id, Item.name, op="eq", value="I1"))

    assert found == [lot.id for lot in lots if lot.item.name == "I1"]


@pytest.mark.parametrize(
    "data",
    [
        "text",
        {"op": "like", "path": "number", "value": "x"},
        {"op": "not", "of": []},
        {"op": "in", "path": "number", "value": "A1"},
        {"op": "eq", "path": "made_on", "value": "yesterday"},
        {"op": "eq", "path": "made_on", "value": {"relative": "decade"}},
        {"op": "eq", "path": "number>name", "value": "x"},
    ],
)
def test_what_is_no_condition_is_refused(data: object, env: Env) -> None:
    with pytest.raises(UserError):
        from_json(Lot, data)


def test_a_path_that_leads_nowhere_names_the_fields_there_are(env: Env) -> None:
    with pytest.raises(NotFound, match="number"):
        from_json(Lot, {"op": "eq", "path": "colour", "value": "red"})


def test_an_instant_on_a_day_is_within_it_in_the_readers_zone() -> None:
    condition = where(Lot.made_on, "eq", Relative("day", 0))

    assert condition.to_json()["value"] == {"relative": "day", "offset": 0}
