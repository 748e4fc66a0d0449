"""Purchase orders for browser tests, made as a person makes them."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

ORDERS = "/m/erp_supply.purchase_order"


def choose(page: Page, field: str, typed: str, chosen: str = "") -> None:
    """Type into a link field and take the suggestion."""
    page.fill(f'[data-for="{field}"]', typed)
    page.locator(".dt-suggest li:visible", has_text=chosen or typed).first.click()


def a_draft(page: Page, *, lines: int = 1) -> str:
    """The address of a new draft for Norrgjut AB with castings."""
    page.goto(f"{ORDERS}/new")
    choose(page, "supplier_id", "Norrgjut", "Norrgjut AB")
    for _number in range(lines):
        page.locator("[data-line-add]").first.click()
        row = page.locator('[data-lines="lines"] tr[data-line]').last
        key = row.get_attribute("data-line")
        choose(page, f"lines.{key}.item_id", "CS-210", "CS-210-RAW")
        page.fill(f'[name="lines.{key}.quantity"]', "10")
        expect(page.locator(f'[name="lines.{key}.price"]')).not_to_have_value("")
    page.keyboard.press("Control+s")
    page.wait_for_url(re.compile(r"/m/erp_supply\.purchase_order/\d+$"))
    return page.url
