"""The pages of the floor in a browser: axe finds nothing, the board follows what happens, a slip is taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import complaints
from tests.browser.scenes import board, coding, losses, machine, oee

pytestmark = pytest.mark.browser

Person = Callable[..., Page]


@pytest.mark.parametrize("width", [1440, 834, 390])
@pytest.mark.parametrize("go", [board, machine, coding, oee, losses], ids=lambda step: step.__name__)
def test_axe_finds_nothing_on_the_floor(person: Person, go: Callable[[Page], None], width: int) -> None:
    page = person("jonas", width=width)

    go(page)

    assert list(complaints(page)) == []


def test_the_board_follows_what_others_say(person: Person) -> None:
    page, other = person("jonas"), person("amina")
    board(page)
    tile = page.locator("a.dt-station", has_text="A-01")
    expect(tile).to_contain_text("Producing")
    expect(page.locator("#dt-live")).to_contain_text("Live")

    other.goto(str(tile.get_attribute("href")))
    other.get_by_role("link", name="Set state").click()
    other.locator("#dt-sheet select[name=state]").select_option("pm")
    other.locator("#dt-sheet button.dt-primary").click()

    expect(tile).to_contain_text("Maintenance")


def test_one_press_gives_a_reason_and_offers_to_take_it_back_for_a_while(person: Person) -> None:
    page = person("amina")
    coding(page)
    before = str(page.locator(".dt-head .dt-quiet").text_content())

    page.locator("button[name=reason]").first.click()
    expect(page.locator("[data-expires]")).to_be_visible()
    expect(page.locator(".dt-head .dt-quiet")).not_to_have_text(before)
    page.get_by_role("button", name="Undo").click()

    expect(page.locator(".dt-head .dt-quiet")).to_have_text(before)
    page.locator("button[name=reason]").first.click()
    expect(page.locator("[data-expires]")).to_be_visible()
    expect(page.locator("[data-expires]")).to_have_count(0)


def test_keys_of_reasons_are_large_enough_for_gloves(person: Person) -> None:
    page = person("amina", width=390)
    coding(page)

    for target in page.locator(".dt-key-large:visible, .dt-stand:visible, .dt-stand-cut:visible").all():
        box = target.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 64


def test_t_opens_the_table_of_the_strips(person: Person) -> None:
    page = person("jonas")
    machine(page)
    table = page.locator("details[data-table] table")
    expect(table).to_be_hidden()

    page.keyboard.press("t")

    expect(table).to_be_visible()
