"""Orders are moved to another day with the pointer and with keys, and moved back in place."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import complaints
from tests.browser.orders import ORDERS

pytestmark = pytest.mark.browser

CALENDAR = f"{ORDERS}?mode=calendar&f.state=draft&group=promised_on"


def _at(page: Page) -> str:
    """The address of the month of the first draft."""
    page.goto(f"{CALENDAR}&at=2000-01-01")
    return str(page.locator(".dt-cal-empty a").get_attribute("href"))


def _key(chip: Locator) -> str:
    return str(chip.get_attribute("data-key"))


def test_a_chip_is_dragged_to_another_day_and_back_by_undo(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(_at(page))
    key = _key(page.locator(".dt-chip").first)
    chip = page.locator(f'.dt-chip[data-key="{key}"]')
    first = str(chip.get_attribute("data-first"))
    other = page.locator(f'.dt-cal-day[data-day="{date.fromisoformat(first) - timedelta(days=7)}"]')

    chip.hover()
    page.mouse.down()
    box = other.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 60, steps=6)
    page.mouse.up()

    moved = str(date.fromisoformat(first) - timedelta(days=7))
    expect(chip).to_have_attribute("data-first", moved)
    assert list(complaints(page)) == []
    page.get_by_role("button", name="Undo").click()
    expect(chip).to_have_attribute("data-first", first)


def test_keys_move_a_chip_and_keep_the_focus_on_it(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(_at(page))
    key = _key(page.locator(".dt-chip").first)
    chip = page.locator(f'.dt-chip[data-key="{key}"]')
    first = date.fromisoformat(str(chip.get_attribute("data-first")))
    chip.focus()

    page.keyboard.press("Alt+ArrowUp")

    expect(chip).to_have_attribute("data-first", str(first - timedelta(days=7)))
    expect(chip).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(chip).to_have_attribute("data-first", str(first))


def test_the_phone_has_the_days_as_a_list(person: Callable[..., Page]) -> None:
    page = person("maren", width=390)
    page.goto(_at(page))

    expect(page.locator(".dt-agenda")).to_be_visible()
    expect(page.locator(".dt-cal-grid")).to_be_hidden()
    assert list(complaints(page)) == []
    heading = str(page.locator(".dt-cal-bar h2").text_content())
    page.get_by_role("link", name="Later").click()
    expect(page.locator(".dt-cal-bar h2")).not_to_have_text(re.compile(re.escape(heading)))
