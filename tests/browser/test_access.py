"""axe finds nothing, and the strict content policy is never violated, on every kind of page in each theme and width."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import scenes
from tests.browser.looking import complaints
from tests.browser.orders import ORDERS, a_draft
from tests.browser.scenes import home, login

pytestmark = pytest.mark.browser


def listed(page: Page) -> None:
    page.goto(f"{ORDERS}?q=-0113")  # few enough to stand above the floating bar, which rows scroll under
    ticks = page.locator("table[data-list] tbody tr input[type=checkbox]:visible")
    if ticks.count():
        ticks.first.check()


def reading(page: Page) -> None:
    page.goto(ORDERS)
    page.goto(str(page.locator("a.dt-key").first.get_attribute("href")))


def editing(page: Page) -> None:
    reading(page)
    page.goto(f"{page.url}?edit=1")
    expect(page.locator("#dt-edit")).to_be_visible()
    page.fill("#promised_on", "2020-01-01")
    expect(page.locator("[data-savebar]")).to_be_visible()
    page.wait_for_timeout(1_000)  # until the preview has answered


def conflict(page: Page) -> None:
    url = a_draft(page)
    page.goto(f"{url}?edit=1")
    other = page.context.new_page()
    other.goto(f"{url}?edit=1")
    other.fill("#supplier_reference", "Theirs")
    other.keyboard.press("Control+s")
    expect(other.locator("#dt-edit")).to_have_count(0)
    other.close()
    page.fill("#supplier_reference", "Mine")
    page.keyboard.press("Control+s")
    expect(page.locator("h1")).to_contain_text("was changed meanwhile")


def palette(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Control+k")
    page.keyboard.type("norr")
    expect(page.locator("#dt-results [role=option]").first).to_be_visible()


def asking(page: Page) -> None:
    reading(page)
    page.locator(".dt-head details[data-menu] summary").first.click()
    page.locator(".dt-pop button.dt-item", has_text="Cancel").first.click()
    expect(page.locator("#dt-sheet")).to_be_visible()


PAGES = (login, home, listed, reading, editing, conflict, palette, asking)


@pytest.mark.parametrize("width", [1440, 834, 390])
@pytest.mark.parametrize("go", PAGES, ids=lambda step: step.__name__)
def test_axe_finds_nothing(person: Callable[..., Page], go: Callable[[Page], None], width: int) -> None:
    page = person("maren", width=width)

    go(page)

    assert list(complaints(page)) == []


@pytest.mark.parametrize("width", [834, 390])
@pytest.mark.parametrize("name", [
    "mail", "passkeys", "rule", "dry-run", "webhook", "erasing", "template", "first-steps",
])  # fmt: skip
def test_axe_finds_nothing_on_a_scene_of_the_pictures(
    person: Callable[..., Page], name: str, width: int
) -> None:
    login, go = scenes.PAGES[name]
    page = person(login, width=width)
    go(page)

    assert list(complaints(page)) == []
