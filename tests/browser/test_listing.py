"""What is done with the heads of a list, and its charts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import complaints
from tests.browser.orders import ORDERS

pytestmark = pytest.mark.browser


def test_shift_sorts_by_a_column_after_the_others(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(f"{ORDERS}?f.state=draft")
    page.click('th[data-column="supplier_id"] a')
    expect(page).to_have_url(re.compile(r"sort=supplier_id$"))

    page.click('th[data-column="promised_on"] a', modifiers=["Shift"])

    expect(page).to_have_url(re.compile(r"sort=supplier_id%2Cpromised_on$"))
    page.locator('th[data-column="total"] a').focus()
    page.keyboard.press("Shift+Enter")
    expect(page).to_have_url(re.compile(r"sort=supplier_id%2Cpromised_on%2Ctotal$"))
    assert len(page.context.pages) == 1
    assert list(complaints(page)) == []


@pytest.mark.parametrize(
    "query",
    [
        "group=supplier_id&chart=bar:total",
        "group=supplier_id&chart=pie:",
        "group=ordered_on:month&chart=line:total",
    ],
)
def test_axe_finds_nothing_on_a_chart(person: Callable[..., Page], query: str) -> None:
    page = person("maren")

    page.goto(f"{ORDERS}?mode=chart&{query}")

    expect(page.locator("#dt-charted")).to_be_visible()
    assert list(complaints(page)) == []


def test_a_column_leads_to_its_orders_and_t_opens_the_table(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(f"{ORDERS}?mode=chart&group=ordered_on:month&chart=bar:")
    page.keyboard.press("t")
    row = page.locator("details[data-table] tbody tr").nth(2)
    number = str(row.locator("td").first.text_content())

    page.locator(".dt-graph a").nth(2).click()

    expect(page.locator("tfoot")).to_contain_text(f"{number} purchase orders")
