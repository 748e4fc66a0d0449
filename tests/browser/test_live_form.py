"""A form that answers while one types: proposals, totals, errors, drafts; and nothing is sent that was not saved."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.orders import ORDERS, a_draft, choose

pytestmark = pytest.mark.browser


def test_supplier_item_and_quantity_bring_terms_price_and_totals(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(f"{ORDERS}/new")

    choose(page, "supplier_id", "Norrgjut", "Norrgjut AB")
    expect(page.locator('[data-for="currency_id"]')).to_have_value("SEK")
    expect(page.locator('[data-for="payment_term_id"]')).to_have_value("30 days net")
    page.locator("[data-line-add]").first.click()
    key = page.locator('[data-lines="lines"] tr[data-line]').last.get_attribute("data-line")
    choose(page, f"lines.{key}.item_id", "CS-210", "CS-210-RAW")
    page.fill(f'[name="lines.{key}.quantity"]', "120")

    expect(page.locator(f'[name="lines.{key}.description"]')).to_have_value("Casting VB-210, EN-GJS-400-15")
    expect(page.locator(f'[data-for="lines.{key}.unit_id"]')).to_have_value("pcs")
    expect(page.locator(f'[name="lines.{key}.price"]')).to_have_value("948.00")
    expect(page.locator(f'[data-line="{key}"] [data-cell="amount"]')).to_have_text("113,760.00")
    expect(page.locator("#totals-lines .dt-sum").last).to_have_text("113,760.00")
    expect(page.locator("[data-changes]")).to_contain_text("unsaved change")


def test_what_is_typed_at_once_loses_no_proposal(person: Callable[..., Page]) -> None:
    page = person("maren")

    page.goto(a_draft(page))

    expect(page.locator('td[data-cell="price"]')).to_have_text("948.00")


def test_an_empty_field_that_is_needed_is_told_before_anything_is_sent(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(f"{a_draft(page)}?edit=1")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if "preview" not in request.url else None)

    page.fill('[data-for="supplier_id"]', "")
    page.keyboard.press("Control+s")

    expect(page.locator("#supplier_id-msg")).to_contain_text("A value is needed here")
    expect(page.locator("[data-errors]")).to_contain_text("1 field to correct")
    expect(page.locator('[data-for="supplier_id"]')).to_be_focused()
    assert "POST" not in sent


def test_an_error_of_the_server_is_focused_and_counted(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(f"{a_draft(page)}?edit=1")

    price = page.locator('[name$=".price"]').first
    price.fill("cheap")
    page.keyboard.press("Control+s")

    expect(page.locator("[data-errors]")).to_contain_text("1 field to correct")
    expect(page.locator('[name$=".price"]').first).to_have_value("cheap")
    expect(page.locator('[name$=".price"]').first).to_be_focused()


def test_what_was_not_saved_is_offered_again(person: Callable[..., Page]) -> None:
    page = person("maren")
    url = a_draft(page)
    page.goto(f"{url}?edit=1")
    page.fill("#supplier_reference", "Half a thought")
    page.wait_for_timeout(1_200)  # drafts are kept a moment after the last key
    page.on("dialog", lambda dialog: dialog.accept())

    page.goto(url)
    page.goto(f"{url}?edit=1")
    page.get_by_role("button", name="Take it back").click()

    expect(page.locator("#supplier_reference")).to_have_value("Half a thought")


def test_a_clicked_value_becomes_an_input_where_it_stands(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(a_draft(page))
    value = page.locator('[data-edit="supplier_reference"]')
    before = value.bounding_box()

    value.click()

    expect(page.locator("#supplier_reference")).to_be_focused()
    after = page.locator("#supplier_reference").bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["x"] - after["x"]) <= 1
    assert abs(before["y"] - after["y"]) <= 2
    expect(page).to_have_url(re.compile(r"\?edit=1$"))


def test_a_press_that_leaves_a_field_with_help_reaches_what_was_pressed(person: Callable[..., Page]) -> None:
    page = person("admin")
    page.goto("/m/base.bom/new")
    page.locator(".dt-field:has(.dt-help) input:not([type=hidden])").first.focus()
    expect(page.locator(".dt-help:visible")).to_have_count(1)
    lines = page.locator("[data-lines] tr[data-line]")
    before = lines.count()

    box = page.locator("[data-line-add]").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 3)  # what moves up is missed here
    page.mouse.down()
    page.mouse.up()

    expect(lines).to_have_count(before + 1)
    expect(page.locator(".dt-help:visible")).to_have_count(0)
