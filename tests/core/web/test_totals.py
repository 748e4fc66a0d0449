"""Totals below a list: each column by the aggregate that was chosen, never one number of several currencies."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from statistics import median

import pytest
from sqlalchemy import select

from core.base import Currency
from tests.core.web.conftest import Shop
from tests.core.web.test_lists import MOST_STATEMENTS, REPAIRS, repairs, statements
from tests.core.web.workshop.models import Repair, RepairLine

COLUMNS = {"column": ["code", "hours", "total", "due_on"]}


def foot(shop: Shop, query: str, login: str = "jonas") -> str:
    """The words below the table."""
    page = shop.browser(login).get(f"{REPAIRS}{query}")
    assert page.status == 200, page.text
    return " ".join(page.words("//tfoot"))


def with_hours(shop: Shop, hours: list[int | None]) -> None:
    ids = repairs(shop, len(hours))
    with shop.env(write=True) as env:
        for record_id, number in zip(ids, hours, strict=True):
            env.get(Repair, record_id).hours = number
    shop.browser("jonas").post(f"{REPAIRS}/-/columns", COLUMNS)


def in_two_currencies(shop: Shop) -> None:
    """Totals of 10 and 30 EUR, 100 and 200 SEK."""
    with shop.env(write=True) as env:
        env.add(Currency(code="SEK", name="Krona"))
    ids = repairs(shop, 4)
    with shop.env(write=True) as env:
        krona = env.session.scalars(select(Currency.id).where(Currency.code == "SEK")).one()
        for record_id, price in zip(ids, (10, 30, 100, 200), strict=True):
            env.get(Repair, record_id).lines = [
                RepairLine(text="Seal", quantity=Decimal(1), price=Decimal(price))
            ]
        for record_id in ids[2:]:
            env.get(Repair, record_id).currency_id = krona


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("sum", "15"), ("average", "Average 3.75"), ("least", "Least 1"), ("greatest", "Greatest 8"),
        ("median", "Median 3"), ("count", "Count 4"),
    ],
)  # fmt: skip
def test_each_aggregate_says_what_it_is_and_leaves_absent_values_out(
    shop: Shop, kind: str, shown: str
) -> None:
    with_hours(shop, [8, 4, 1, None, 2])

    assert f"5 repairs {shown}" in foot(shop, f"?total=hours:{kind}")


@pytest.mark.parametrize("seed", range(4))
def test_a_median_is_the_one_in_the_middle_or_the_mean_of_two(shop: Shop, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 -- numbers, no secrets
    hours = [chance.randrange(40) for _ in range(chance.randrange(1, 30))]
    with_hours(shop, [*hours, None])

    expected = f"{Decimal(median(hours)).normalize():f}"

    assert f"Median {expected}" in foot(shop, "?total=hours:median")


def test_several_currencies_each_have_their_total(shop: Shop) -> None:
    in_two_currencies(shop)

    assert "Average 20.00 150.00 EUR SEK" in foot(shop, "?total=total:average")
    assert "Median 20.00 150.00 EUR SEK" in foot(shop, "?total=total:median")
    assert "Count 4" in foot(shop, "?total=total:count")
    # There is no rate between them, so that not even a sum is one number.
    assert "40.00 300.00 EUR SEK" in foot(shop, "?total=total:sum")


def test_totals_are_of_what_the_filter_and_the_scope_leave(shop: Shop) -> None:
    with_hours(shop, [8, 4, 1, 2])

    assert "2 repairs Average 3" in foot(shop, "?f.urgent=1&total=hours:average")
    shop.browser("ines").post(f"{REPAIRS}/-/columns", COLUMNS)
    assert foot(shop, "?total=hours:count", "ines") == ""


def test_the_ends_of_days_are_days(shop: Shop) -> None:
    with_hours(shop, [1])

    assert "Least" not in foot(shop, "?total=due_on:least")
    with shop.env(write=True) as env:
        env.session.scalars(select(Repair)).one().due_on = date(2025, 3, 5)
    assert "Least 5 Mar 2025" in foot(shop, "?total=due_on:least")


def test_groups_keep_their_sums_and_the_foot_has_the_aggregate(shop: Shop) -> None:
    with_hours(shop, [8, 4, 1, 2])

    page = shop.browser("jonas").get(f"{REPAIRS}?group=urgent&total=hours:median")

    assert "Median 3" in " ".join(page.words("//tfoot"))
    assert page.words('//tr[contains(@class, "dt-group")]/td[2]') == ["No2", "Yes2"]


def test_a_person_s_choice_is_kept_goes_into_the_address_and_is_reset(shop: Shop) -> None:
    with_hours(shop, [8, 4, 1, 2])
    browser = shop.browser("jonas")

    answer = browser.post(
        f"{REPAIRS}/-/columns", {**COLUMNS, "total.hours": "average", "query": "sort=-code"}
    )

    assert answer.goes_to == f"{REPAIRS}?sort=-code&total=hours%3Aaverage"
    assert "Average 3.75" in foot(shop, "")
    assert "Average" not in foot(shop, "?total=hours:")
    chosen = browser.get(f"{REPAIRS}/-/columns").tree.xpath(
        '//select[@name="total.hours"]/option[@selected]/@value'
    )
    assert chosen == ["average"]
    browser.post(f"{REPAIRS}/-/columns/reset")
    browser.post(f"{REPAIRS}/-/columns", COLUMNS)
    assert "Average" not in foot(shop, "")


def test_a_saved_view_has_its_totals(shop: Shop) -> None:
    with_hours(shop, [8, 4])
    browser = shop.browser("jonas")

    address = browser.post(
        f"{REPAIRS}/-/views", {"name": "Means", "query": "total=hours:average", "shared": "1"}
    ).goes_to

    assert "Average 6" in " ".join(browser.get(address).words("//tfoot"))


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?total=hours:modus", 422),
        ("?total=nothing:sum", 404),
        ("?total=margin:sum", 404),
        ("?total=code:sum", 422),
    ],
)
def test_a_total_that_cannot_be_is_refused(shop: Shop, query: str, status: int) -> None:
    repairs(shop, 1)

    assert shop.browser("jonas").get(f"{REPAIRS}{query}").status == status


@pytest.mark.parametrize("group", ["", "&group=state"])
def test_totals_cost_one_statement_at_most(shop: Shop, group: str) -> None:
    with_hours(shop, list(range(90)))
    browser = shop.browser("jonas")
    query = f"{REPAIRS}?total=hours:median&total=total:average{group}"
    browser.get(query)

    with statements(shop) as sent:
        browser.get(query)

    assert len(sent) <= MOST_STATEMENTS + 1, "\n".join(sent)
