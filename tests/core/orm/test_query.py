"""Pages follow one another without gap or repeat, whatever they are sorted by; counts, groups and facets agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.base import Item, ItemType, Lot
from core.errors import UserError
from core.orm import query
from core.orm.condition import where
from core.orm.env import Env

FIELDS = ["number", "made_on", "item_id", "origin"]


@pytest.fixture
def lots(make: Callable[..., Any]) -> list[Lot]:
    items = [
        make(Item, type=kind, code=f"I{n}") for n, kind in enumerate((ItemType.MATERIAL, ItemType.PRODUCT))
    ]
    days = [
        None,
        date(2026, 1, 5),
        date(2026, 1, 5),
        date(2026, 2, 1),
        None,
        date(2025, 12, 31),
        date(2026, 2, 1),
    ]
    return [
        make(Lot, number=f"L{i % 4}{i}", item_id=items[i % 2].id, made_on=day, origin=None if i % 3 else "S")
        for i, day in enumerate(days)
    ]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sort=st.lists(st.sampled_from(FIELDS), max_size=4, unique=True),
    down=st.lists(st.booleans(), min_size=4, max_size=4),
    limit=st.integers(1, 4),
)
def test_pages_forward_and_back_give_each_record_once(
    env: Env, lots: list[Lot], sort: list[str], down: list[bool], limit: int
) -> None:
    keys = [("-" if d else "") + name for name, d in zip(sort, down, strict=False)]
    whole = [row[0] for row in query.page(env, Lot, FIELDS, sort=keys, limit=100).rows]

    forward, page = [], query.page(env, Lot, FIELDS, sort=keys, limit=limit)
    forward += [row[0] for row in page.rows]
    while page.after:
        page = query.page(env, Lot, FIELDS, sort=keys, limit=limit, after=page.after)
        forward += [row[0] for row in page.rows]
    back = [row[0] for row in page.rows]
    while page.before:
        page = query.page(env, Lot, FIELDS, sort=keys, limit=limit, before=page.before)
        back = [row[0] for row in page.rows] + back

    assert sorted(whole) == sorted(lot.id for lot in lots)
    assert forward == whole
    assert back == whole


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sort=st.lists(st.sampled_from(FIELDS), max_size=4, unique=True),
    down=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_later_keys_order_what_the_earlier_ones_leave_equal(
    env: Env, lots: list[Lot], sort: list[str], down: list[bool]
) -> None:
    keys = list(zip(sort, down, strict=False))
    nothing_is_first = env.dialect == "sqlite"

    found = query.page(env, Lot, FIELDS, sort=[("-" if d else "") + n for n, d in keys], limit=100)

    expected = sorted(found.rows, key=lambda row: row[0], reverse=bool(keys) and keys[-1][1])
    for name, descending in reversed(keys):
        at = found.selected[name].index
        valued = [row for row in expected if row[at] is not None]
        valued.sort(key=itemgetter(at), reverse=descending)
        absent = [row for row in expected if row[at] is None]
        expected = absent + valued if nothing_is_first != descending else valued + absent
    assert [row[0] for row in found.rows] == [row[0] for row in expected]


def test_a_reference_comes_with_the_name_of_its_record(env: Env, lots: list[Lot]) -> None:
    page = query.page(env, Lot, ["item_id"])
    shown = page.selected["item_id"]

    assert {shown.title(row) for row in page.rows} == {lot.item.label for lot in lots}


def test_a_count_stops_at_its_cap(env: Env, lots: list[Lot]) -> None:
    assert query.count(env, Lot) == query.Count(7, False)
    assert query.count(env, Lot, cap=3) == query.Count(3, True)
    assert query.count(env, Lot, where(Lot.made_on, "empty")).value == 2


def test_groups_by_month_count_what_lies_in_them(env: Env, lots: list[Lot]) -> None:
    found = {g.values[0]: g.count for g in query.groups(env, Lot, ["made_on:month"])}

    assert found == {None: 2, "2025-12-01": 1, "2026-01-01": 2, "2026-02-01": 2}


def test_facets_count_every_value(env: Env, lots: list[Lot]) -> None:
    found = query.facet_counts(env, Lot, {"item_id": None})["item_id"]

    assert {f.title: f.count for f in found} == Counter(lot.item.label for lot in lots)


def test_a_cursor_that_was_tampered_with_is_refused(env: Env, lots: list[Lot]) -> None:
    with pytest.raises(UserError):
        query.page(env, Lot, FIELDS, sort=["number"], after="bm90IGpzb24")
