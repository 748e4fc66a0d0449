"""What is done with the heads of a list."""

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
