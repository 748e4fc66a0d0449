"""Exact numbers are exact on both databases, instants are in UTC, choices keep their order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from addons.erp_supply.models import SuppliedItem
from core.base import Item, ItemType
from core.errors import ValidationError
from core.orm.env import Env
from core.orm.types import ExactNumber, UtcDateTime, is_web_address

amounts = st.decimals(min_value=-(10**6), max_value=10**6, places=6)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(amounts, min_size=1, max_size=5))
def test_a_sum_in_sql_is_the_sum_in_python(env: Env, make: Callable[..., Any], values: list[Decimal]) -> None:
    items = [make(Item) for _value in values]
    for item, value in zip(items, values, strict=True):
        SuppliedItem.of(item).reorder_point = abs(value)
    env.flush()
    ids = [item.id for item in items]

    total = env.session.scalar(select(func.sum(SuppliedItem.reorder_point)).where(SuppliedItem.id.in_(ids)))

    assert total == sum(abs(value) for value in values)


def test_the_product_of_exact_numbers_is_refused_in_sql() -> None:
    with pytest.raises(TypeError, match="compute it in Python"):
        SuppliedItem.reorder_point * 2


@pytest.mark.parametrize("value", ["1e30", "NaN", "Infinity", "twelve", 10**12])
def test_what_is_no_storable_number_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        ExactNumber(6).exact(value)


def test_a_number_is_rounded_half_up_to_its_places() -> None:
    assert ExactNumber(2).exact("0.125") == Decimal("0.13")
    assert ExactNumber(2).exact("-0.125") == Decimal("-0.13")


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), None)  # type: ignore[arg-type]  # noqa: DTZ001 -- that is the point


def test_an_instant_comes_back_in_utc(env: Env, make: Callable[..., Any]) -> None:
    item = make(Item)
    item.created_at = datetime(2026, 3, 29, 3, tzinfo=timezone(timedelta(hours=2)))
    env.flush()
    env.session.expire(item)

    assert item.created_at == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert item.created_at.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("https://kestrel.example/de?a=1", True),
        ("http://localhost:8080", True),
        ("javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("https://kestrel.example/\n", False),
        ("data:text/html,x", False),
        ("//kestrel.example", False),
        ("https://", False),
        ("http://[", False),
        ("www.kestrel.example", False),
    ],
)
def test_a_web_address_is_no_script_and_no_path_of_ours(text: str, is_one: bool) -> None:
    assert is_web_address(text) is is_one


def test_choices_keep_the_order_of_their_members() -> None:
    assert [member.ordinal for member in ItemType] == list(range(len(ItemType)))
