"""Editing in a list by the keyboard, in Chromium."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import complaints

pytestmark = pytest.mark.browser

ITEMS = "/m/base.item?sort=code"


def test_cells_are_edited_by_keys_and_what_is_wrong_is_said_there(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(ITEMS)
    row = page.locator("table[data-list] tbody tr").first
    page.keyboard.press("j")
    page.keyboard.press("F2")
    expect(row.locator("[data-cell-form] input[name=name]")).to_be_focused()
    found = list(complaints(page))
    assert found == [], found

    page.keyboard.press("Escape")
    expect(row.locator("a[data-cell=name]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row.locator("[data-cell-form] input[name=name]")).to_be_focused()
    page.keyboard.type("Renamed in the list")
    page.keyboard.press("Tab")

    expect(row.locator("[data-cell-form] select[name=type]")).to_be_focused()
    expect(row.locator("a[data-cell=name]")).to_contain_text("Renamed in the list")
    page.keyboard.press("Shift+Tab")
    expect(row.locator("[data-cell-form] input[name=name]")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    expect(row.locator("[data-message]")).to_be_visible()
    page.keyboard.press("Escape")
    expect(row.locator("a[data-cell=name]")).to_contain_text("Renamed in the list")


def test_a_phone_shows_the_record_instead(person: Callable[..., Page]) -> None:
    page = person("maren", width=390)
    page.goto(ITEMS)

    page.locator("table[data-list] tbody tr").first.click(position={"x": 60, "y": 44})

    expect(page.locator("[data-cell-form]")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/m/base\.item/\d+"))
