"""Whoever approves an order that is signed gives the password in the dialog, and the order shows the signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import PASSWORD
from tests.browser.orders import ORDERS

pytestmark = pytest.mark.browser

MEANING = "I have checked this order and approve it."


def _choose(admin: Page, value: str) -> None:
    admin.goto("/-/settings/site")
    admin.select_option('[name="erp_supply.sign_approvals"]', value)
    admin.get_by_role("button", name="Save").click()
    admin.wait_for_load_state()


@pytest.fixture
def admin(person: Callable[..., Page]) -> Iterator[Page]:
    """An administrator, who has approvals signed while the test runs."""
    page = person("admin")
    _choose(page, "true")
    yield page
    _choose(page, "")


@pytest.mark.usefixtures("admin")
def test_an_approval_is_signed_in_its_dialog_and_seen_on_the_order(person: Callable[..., Page]) -> None:
    tove = person("tove")
    tove.goto(f"{ORDERS}?f.state=to_approve")
    tove.locator("a.dt-key").first.click()

    tove.get_by_role("button", name="Approve").click()
    dialog = tove.locator("form", has=tove.locator('[name="_signed"]'))
    expect(dialog).to_contain_text(MEANING)
    expect(dialog.locator('[name="_login"]')).to_be_focused()
    dialog.locator('[name="_login"]').fill("tove")
    dialog.locator('[name="_password"]').fill("not hers")
    tove.get_by_role("button", name="Sign: Approve").click()
    expect(dialog).to_contain_text("The login or the password is wrong.")
    expect(dialog.locator('[name="_password"]')).to_have_value("")

    dialog.locator('[name="_password"]').fill(PASSWORD)
    tove.get_by_role("button", name="Sign: Approve").click()

    expect(tove.locator('[aria-current="step"]')).to_have_text("Sent")
    expect(tove.locator("#dt-timeline")).to_contain_text(f"signed: “{MEANING}”")
    expect(tove.locator("#dt-timeline")).to_contain_text("Unchanged since then")
