"""Cards are moved with the pointer and with keys; what the server refuses is back in its place and says why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import complaints
from tests.browser.orders import ORDERS

pytestmark = pytest.mark.browser

BOARD = f"{ORDERS}?mode=board&f.state=draft&f.state=to_approve&f.state=sent&f.state=confirmed"


def _lane(page: Page, value: str) -> Locator:
    return page.locator(f'.dt-lane[data-value="{value}"]')


def _first(page: Page, value: str) -> Locator:
    """The first card of a column, by what stays with it when it moves."""
    found = _lane(page, value).locator(".dt-card-rec").first
    return page.locator(f'.dt-card-rec[data-id="{found.get_attribute("data-id")}"]')


def _drag(page: Page, card: Locator, lane: Locator) -> None:
    card.hover(position={"x": 20, "y": 40})
    page.mouse.down()
    box = lane.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60, box["y"] + 90, steps=6)


def test_a_card_is_dragged_into_the_column_of_its_next_state(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(BOARD)
    card = _first(page, "sent")

    _drag(page, card, _lane(page, "confirmed"))
    expect(page.locator(".dt-drop")).to_contain_text("Confirm")
    expect(_lane(page, "to_approve").locator(".dt-lane-why")).to_contain_text("No step leads here")
    page.mouse.up()

    # Confirming asks for the supplier's reference first; until then the card stays.
    page.locator("#dt-sheet input[name=reference]").fill("AB 7001")
    page.locator("#dt-sheet button.dt-primary").click()
    expect(_lane(page, "confirmed").locator(f'[data-id="{card.get_attribute("data-id")}"]')).to_be_visible()


def test_keys_lift_and_drop_a_card_and_a_refusal_stands_on_it(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(BOARD)
    card = _first(page, "to_approve")
    card.locator(".dt-key").focus()

    page.keyboard.press("Space")
    expect(page.locator("#dt-say")).to_contain_text("is lifted")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")

    # Who buys does not approve.
    expect(card.locator(".dt-card-refused")).to_contain_text("Approve")
    expect(_lane(page, "to_approve").locator(f'[data-id="{card.get_attribute("data-id")}"]')).to_be_visible()
    assert list(complaints(page)) == []


def test_the_menu_of_a_card_moves_it_on_a_phone(person: Callable[..., Page]) -> None:
    page = person("maren", width=390)
    page.goto(BOARD)
    card = _first(page, "draft")
    key = str(card.locator(".dt-key").text_content())

    card.locator("summary").click()
    card.get_by_role("button", name="Send").click()

    moved = page.locator(".dt-card-rec", has_text=key)
    expect(moved).to_be_attached()
    expect(_lane(page, "draft").locator(".dt-card-rec", has_text=key)).to_have_count(0)
    page.evaluate("scrollTo(0, 0)")  # else the bar above half covers what happens to be below it
    assert list(complaints(page)) == []
