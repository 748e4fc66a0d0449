"""Lines of a document from the keyboard, and from a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.orders import a_draft

pytestmark = pytest.mark.browser

ROWS = '[data-lines="lines"] tr[data-line]:not([hidden])'


def editing(page: Page, lines: int = 1) -> Locator:
    """The rows of a draft in edit mode."""
    page.goto(f"{a_draft(page, lines=lines)}?edit=1")
    return page.locator(ROWS)


def cell(row: Locator, name: str) -> Locator:
    return row.locator(f'[name$=".{name}"]')


def focused(page: Page) -> str:
    """The field of the focused input."""
    name: str = page.evaluate(
        "(document.activeElement.dataset.for ?? document.activeElement.name).split('.').pop()"
    )
    return name


def test_tab_goes_from_cell_to_cell_and_back(person: Callable[..., Page]) -> None:
    page = person("maren")
    rows = editing(page)
    cell(rows.first, "description").focus()

    page.keyboard.press("Tab")
    assert focused(page) == "quantity"
    page.keyboard.press("Tab")
    assert focused(page) == "unit_id"
    page.keyboard.press("Shift+Tab")
    assert focused(page) == "quantity"


def test_enter_goes_below_and_makes_a_row_at_the_end(person: Callable[..., Page]) -> None:
    page = person("maren")
    rows = editing(page)

    cell(rows.first, "quantity").press("Enter")

    expect(rows).to_have_count(2)
    assert focused(page) == "quantity"
    expect(rows.nth(1).locator('[data-cell="position"]')).to_have_text("20")


def test_ctrl_d_copies_and_ctrl_delete_removes_with_undo(person: Callable[..., Page]) -> None:
    page = person("maren")
    rows = editing(page)
    cell(rows.first, "quantity").press("Control+d")
    expect(rows).to_have_count(2)
    expect(cell(rows.nth(1), "price")).to_have_value("948.00")

    cell(rows.first, "quantity").press("Control+Delete")
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(2)

    cell(rows.nth(1), "quantity").press("Control+Delete")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-edit-button]")).to_be_visible()
    expect(page.locator(ROWS)).to_have_count(1)


def test_esc_restores_the_row_and_alt_arrows_move_it(person: Callable[..., Page]) -> None:
    page = person("maren")
    rows = editing(page, lines=2)
    cell(rows.first, "quantity").fill("7")
    cell(rows.first, "quantity").press("Escape")
    expect(cell(rows.first, "quantity")).to_have_value("10")

    cell(rows.first, "description").fill("The second now")
    cell(rows.first, "description").press("Alt+ArrowDown")
    expect(cell(rows.nth(1), "description")).to_have_value("The second now")
    expect(rows.nth(1).locator('[data-cell="position"]')).to_have_text("20")
    page.keyboard.press("Control+s")

    expect(page.locator("[data-edit-button]")).to_be_visible()
    expect(page.locator(ROWS).nth(1)).to_contain_text("The second now")


def test_rows_of_a_spreadsheet_are_pasted_by_column_order(person: Callable[..., Page]) -> None:
    page = person("maren")
    rows = editing(page)
    page.evaluate(
        """() => {
            const input = document.querySelector('[data-lines="lines"] [data-line] [name$=".description"]');
            input.focus();
            const data = new DataTransfer();
            data.setData("text/plain", "Casting one\\t12\\tpcs\\t950.5\\nCasting two\\t8\\tpcs\\t940\\n");
            input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )

    expect(rows).to_have_count(2)
    expect(cell(rows.first, "quantity")).to_have_value("12")
    expect(cell(rows.nth(1), "description")).to_have_value("Casting two")
    expect(cell(rows.nth(1), "quantity")).to_have_value("8")
    expect(page.locator("#dt-say")).to_have_text("2 lines pasted")
