"""A list as a chart: its numbers are the list's, each mark leads to its records, and units are never mixed."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.base import Currency
from tests.core.web.browsing import Browsed
from tests.core.web.conftest import Shop
from tests.core.web.test_lists import MOST_STATEMENTS, REPAIRS, ROWS, repairs, statements
from tests.core.web.workshop.models import Repair, RepairLine, RepairState

CHART = f"{REPAIRS}?mode=chart"
MONTHS = "&group=due_on:month"


def table(page: Browsed) -> list[list[str]]:
    """The rows of the chart's table."""
    return [
        [" ".join(cell.text_content().split()) for cell in row.xpath("th|td")]
        for row in page.tree.xpath('//*[@id="dt-charted"]//tbody/tr')
    ]


def priced(shop: Shop, *prices: int) -> list[int]:
    ids = repairs(shop, len(prices))
    with shop.env(write=True) as env:
        for record_id, price in zip(ids, prices, strict=True):
            env.get(Repair, record_id).lines = [
                RepairLine(text="Seal", quantity=Decimal(1), price=Decimal(price))
            ]
    return ids


def due(shop: Shop, ids: list[int], *days: date | None) -> None:
    with shop.env(write=True) as env:
        for record_id, day in zip(ids, days, strict=True):
            env.get(Repair, record_id).due_on = day


def test_categories_are_bars_in_their_order_that_lead_to_their_records(shop: Shop) -> None:
    ids = repairs(shop, 3)
    with shop.env(write=True) as env:
        env.get(Repair, ids[0]).state = RepairState.DROPPED
    browser = shop.browser("jonas")

    page = browser.get(f"{CHART}&group=state")

    assert table(page) == [["Draft", "", "2", "66.7"], ["Dropped", "", "1", "33.3"]]
    assert page.tree.xpath('//rect[contains(@class, "dt-h-done")]/@width') == ["100.0%", "50.0%"]
    there = page.tree.xpath('//*[@id="dt-charted"]//a[text()="Dropped"]/@href')[0]
    assert browser.get(there).words(ROWS) == ["R-01"]


def test_months_without_records_stand_between_those_with_some(shop: Shop) -> None:
    ids = priced(shop, 10, 20, 5, 1)
    due(shop, ids, date(2025, 1, 31), date(2025, 1, 1), date(2025, 4, 2), None)
    browser = shop.browser("jonas")

    page = browser.get(f"{CHART}{MONTHS}&chart=bar:total")

    assert table(page) == [
        ["January 2025", "30.00"], ["February 2025", "0.00"], ["March 2025", "0.00"], ["April 2025", "5.00"],
        ["No Due", "1.00"],
    ]  # fmt: skip
    assert len(page.tree.xpath('//rect[@class="dt-g-bar"]')) == 5
    there = page.tree.xpath('//svg//a[starts-with(@aria-label, "January")]/@href')[0]
    assert browser.get(there).words(ROWS) == ["R-01", "R-02"]


@pytest.mark.parametrize(
    ("period", "count"), [("day", 92), ("week", 14), ("month", 4), ("quarter", 2), ("year", 1)]
)
def test_dates_are_as_fine_as_one_asks(shop: Shop, period: str, count: int) -> None:
    due(shop, repairs(shop, 2), date(2025, 1, 1), date(2025, 4, 2))

    page = shop.browser("jonas").get(f"{CHART}&group=due_on:{period}&chart=line:")

    assert len(table(page)) == count
    assert len(page.tree.xpath("//polyline/@points")[0].split()) == count
    assert sum(int(row[1]) for row in table(page)) == 2


def test_a_ring_shows_the_greatest_and_the_rest_as_one(shop: Shop) -> None:
    ids = repairs(shop, 10)
    due(shop, ids, *[date(2024, month, 1) for month in range(1, 11)])

    page = shop.browser("jonas").get(f"{CHART}{MONTHS}&chart=pie:")

    assert len(page.tree.xpath('//svg[contains(@class, "dt-ring")]/circle')) == 8
    assert table(page)[-1][:2] == ["Others", "3"]


def test_currencies_without_a_rate_have_a_chart_each(shop: Shop) -> None:
    with shop.env(write=True) as env:
        env.add(Currency(code="SEK", name="Krona"))
    ids = priced(shop, 10, 200)
    with shop.env(write=True) as env:
        krona = env.session.scalars(select(Currency.id).where(Currency.code == "SEK")).one()
        env.get(Repair, ids[1]).currency_id = krona

    page = shop.browser("jonas").get(f"{CHART}&group=state&chart=bar:total")

    assert page.words('//section[@class="dt-figure"]/h3') == ["EUR", "SEK"]
    assert [row[2] for row in table(page)] == ["10.00", "200.00"]
    assert "210" not in page.text


def test_a_chart_is_of_what_the_filter_and_the_scope_leave(shop: Shop) -> None:
    repairs(shop, 5)

    page = shop.browser("jonas").get(f"{CHART}&group=state&f.urgent=1")

    assert table(page) == [["Draft", "", "2", "100.0"]]
    assert "No repairs yet" in shop.browser("ines").get(CHART).text


def test_a_chart_s_numbers_are_a_file_as_well(shop: Shop) -> None:
    due(shop, priced(shop, 10, 20), date(2025, 1, 31), date(2025, 2, 1))
    browser = shop.browser("jonas")
    page = browser.get(f"{CHART}{MONTHS}&chart=line:total")

    answer = browser.get(page.tree.xpath("//a[@download]/@href")[0])

    rows = list(csv.reader(io.StringIO(answer.response.get_data().decode("utf-8-sig"))))
    assert rows == [
        ["Due", "Total", "Unit"], ["January 2025", "10.0000", "EUR"], ["February 2025", "20.0000", "EUR"]
    ]  # fmt: skip


def test_a_field_of_another_role_is_neither_measured_nor_grouped_by(shop: Shop) -> None:
    repairs(shop, 1)
    browser = shop.browser("jonas")

    assert table(browser.get(f"{CHART}&group=state&chart=bar:margin")) == [["Draft", "", "1", "100.0"]]
    assert browser.get(f"{CHART}&group=margin").status == 404
    assert "Margin" not in browser.get(CHART).text


def test_a_chart_keeps_its_budget_of_statements(shop: Shop) -> None:
    due(shop, priced(shop, 10, 20), date(2025, 1, 31), date(2025, 2, 1))
    browser = shop.browser("jonas")
    browser.get(f"{CHART}{MONTHS}&chart=bar:total")

    with statements(shop) as sent:
        browser.get(f"{CHART}{MONTHS}&chart=bar:total")

    assert len(sent) <= MOST_STATEMENTS, "\n".join(sent)
