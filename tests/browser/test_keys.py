"""Everything that the key sheet of a record promises."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.orders import ORDERS, a_draft

pytestmark = pytest.mark.browser


def _press(page: Page, key: str) -> None:
    """On a page that a key or a link has led to: it hears keys once it is loaded."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def test_e_edits_and_esc_leaves(person: Callable[..., Page]) -> None:
    page = person("maren")
    url = a_draft(page)
    page.goto(url)

    page.keyboard.press("e")
    expect(page.locator("#dt-edit")).to_be_visible()
    page.locator("h1").click()
    _press(page, "Escape")

    expect(page.locator("#dt-edit")).to_have_count(0)
    expect(page).to_have_url(url)


def test_esc_asks_before_it_throws_changes_away(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(f"{a_draft(page)}?edit=1")
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.message)  # type: ignore[attr-defined]  # Playwright's dialog
        dialog.dismiss()  # type: ignore[attr-defined]  # as above

    page.on("dialog", stay)
    page.fill("#supplier_reference", "Typed")
    page.keyboard.press("Escape")

    expect(page.locator("#supplier_reference")).to_have_value("Typed")
    assert asked
    assert "unsaved" in asked[0]
    page.remove_listener("dialog", stay)
    page.on("dialog", lambda dialog: dialog.accept())


def test_ctrl_enter_takes_the_next_step(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(a_draft(page))

    page.keyboard.press("Control+Enter")

    expect(page.locator('[aria-current="step"]')).to_have_text("Sent")


def test_alt_arrows_go_through_the_list_the_person_came_from(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(f"{ORDERS}?sort=number")
    keys = page.locator("a.dt-key").all_inner_texts()[:3]
    page.locator("a.dt-key", has_text=keys[1]).first.click()
    expect(page.locator("h1")).to_have_text(keys[1])

    _press(page, "Alt+ArrowRight")
    expect(page.locator("h1")).to_have_text(keys[2])
    _press(page, "Alt+ArrowLeft")
    expect(page.locator("h1")).to_have_text(keys[1])
    expect(page.locator("[data-previous]")).to_have_attribute(
        "aria-label", re.compile(r"Previous, 2 of|Previous")
    )


def test_m_comments_and_the_comment_stands_in_the_stream(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(a_draft(page))

    page.keyboard.press("m")
    page.keyboard.type("@tov")
    page.locator(".dt-composer .dt-suggest li").first.click()
    page.keyboard.type("can we send this?")
    page.keyboard.press("Control+Enter")

    expect(page.locator(".dt-said")).to_have_text("@tove can we send this?")


def test_letters_do_nothing_while_one_types(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(a_draft(page))

    page.locator("[data-composer] textarea").focus()
    page.keyboard.type("eeee")

    expect(page.locator("#dt-edit")).to_have_count(0)


def test_the_palette_and_the_sheet_of_keys_open_and_close(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(ORDERS)

    page.keyboard.press("Control+k")
    expect(page.locator("#dt-palette")).to_be_visible()
    page.keyboard.type("norrgjut")
    expect(page.locator("#dt-results [role=option]").first).to_contain_text("Norrgjut")
    page.keyboard.press("Escape")
    expect(page.locator("#dt-palette")).not_to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#dt-keys")).to_be_visible()


def test_ctrl_shift_s_saves_and_begins_another_without_the_draft_of_the_first(
    person: Callable[..., Page],
) -> None:
    page = person("maren")
    page.goto("/m/base.payment_term/new")
    page.fill("#code", "N7")
    page.fill("#name", "Saved and followed")
    page.wait_for_timeout(700)  # its draft is kept by now

    page.keyboard.press("Control+Shift+s")

    expect(page.locator("#dt-notices")).to_contain_text("Saved and followed is saved.")
    expect(page.locator("#dt-edit")).to_be_visible()
    expect(page.locator("#name")).to_have_value("")
    assert page.evaluate("document.activeElement.form?.id") == "dt-edit"
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('dt-draft')).length") == 0
