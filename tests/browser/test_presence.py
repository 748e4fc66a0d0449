"""Who has the same record open is seen in its head, live, and who changed it is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import complaints
from tests.browser.orders import a_draft

pytestmark = pytest.mark.browser

PEOPLE = "#dt-presence li"


def test_people_on_a_record_see_each_other_come_edit_save_and_leave(person: Callable[..., Page]) -> None:
    maren, ruth = person("maren"), person("ruth")
    url = a_draft(maren)
    maren.goto(url)
    expect(maren.locator("#dt-live")).to_have_text("Live")

    ruth.goto(url)
    expect(ruth.locator(PEOPLE)).to_have_count(1)
    expect(maren.locator(PEOPLE)).to_have_attribute("title", "Ruth Okafor is looking at it")
    ruth.keyboard.press("e")
    expect(maren.locator(PEOPLE)).to_have_attribute("title", "Ruth Okafor is editing")
    assert list(complaints(maren)) == []
    ruth.fill("#supplier_reference", "From Ruth, live")
    ruth.keyboard.press("Control+s")

    expect(maren.locator("[data-news]")).to_have_text("Changed by Ruth Okafor just now, show")
    expect(ruth.locator("[data-edit-button]")).to_be_visible()
    ruth.goto("/")
    expect(maren.locator(PEOPLE)).to_have_count(0)
