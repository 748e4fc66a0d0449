"""Two browsers save one form: the second sees both versions, and nothing of either is lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.orders import a_draft

pytestmark = pytest.mark.browser


def test_two_browsers_save_one_form_and_nothing_is_lost(person: Callable[..., Page]) -> None:
    maren, ruth = person("maren"), person("ruth")
    url = a_draft(maren)
    for page in (maren, ruth):
        page.goto(f"{url}?edit=1")

    ruth.fill("#supplier_reference", "From Ruth")
    ruth.fill("#promised_on", "2027-03-18")
    ruth.keyboard.press("Control+s")
    expect(ruth.locator("[data-edit-button]")).to_be_visible()
    maren.fill("#supplier_reference", "From Maren")
    maren.locator("#tab-notes").click()
    maren.fill("#note", "Two hours of typing")
    maren.keyboard.press("Control+s")

    expect(maren.locator("h1")).to_contain_text("was changed meanwhile")
    expect(maren.get_by_text("Ruth Okafor saved this record")).to_be_visible()
    expect(maren.locator("tr", has_text="Their reference").locator("td")).to_have_text(
        ["", "From Ruth", "From Maren"]
    )
    maren.get_by_role("radio", name="From Maren").check()
    maren.get_by_role("button", name="Save these").click()

    expect(maren.locator("[data-field=supplier_reference]")).to_contain_text("From Maren")
    expect(maren.locator("[data-field=promised_on]")).to_contain_text("18 Mar")
    maren.locator("#tab-notes").click()
    expect(maren.locator("[data-field=note]")).to_contain_text("Two hours of typing")


def test_back_to_the_form_has_what_was_typed(person: Callable[..., Page]) -> None:
    maren, ruth = person("maren"), person("ruth")
    url = a_draft(maren)
    for page, words in ((maren, ""), (ruth, "From Ruth")):
        page.goto(f"{url}?edit=1")
        if words:
            page.fill("#supplier_reference", words)
            page.keyboard.press("Control+s")
            expect(page.locator("[data-edit-button]")).to_be_visible()

    maren.fill("#supplier_reference", "From Maren")
    maren.keyboard.press("Control+s")
    maren.get_by_role("button", name="Back to my form").click()

    expect(maren.locator("#supplier_reference")).to_have_value("From Maren")
    expect(maren.locator("[data-savebar]")).to_be_visible()
