"""Somebody orders, another receives, and the stock is there to be seen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.orders import a_draft

pytestmark = pytest.mark.browser

STOCK = "/m/erp_supply.stock_quant"


#: A published invoice over three times ten pieces, of two items.
INVOICE = "peppol_Vat-category-S.xml"


def on_hand(page: Page, code: str = "CS-210-RAW") -> float:
    """How much of an item the rows of the stock list show in all."""
    item = page.request.get(f"/m/base.item/-/pick?q={code}", headers={"Accept": "application/json"})
    page.goto(f"{STOCK}?f.item_id={item.json()['items'][0]['id']}")
    columns = page.locator("table[data-list] thead th").evaluate_all(
        "heads => heads.map((h) => h.dataset.column)"
    )
    place = columns.index("on_hand") + 1
    cells = page.locator(f"table[data-list] tbody tr[data-id] td:nth-child({place})").all_inner_texts()
    return sum(float(re.sub(r"[^\d.]", "", text)) for text in cells)


def test_a_person_receives_an_order_and_sees_the_stock(person: Callable[..., Page]) -> None:
    maren, lena = person("maren"), person("lena")
    before = on_hand(lena)
    url = a_draft(maren)
    maren.get_by_role("button", name="Send").click()
    expect(maren.locator('[aria-current="step"]')).to_have_text("Sent")

    lena.goto(url)
    lena.get_by_role("button", name="Receive goods").click()
    lena.wait_for_url(re.compile(r"/m/erp_supply\.receipt/\d+"))
    lena.get_by_role("button", name="Post").click()
    expect(lena.locator("#dt-notices")).to_contain_text("give the lot of every line. Nothing has changed.")
    lena.keyboard.press("e")
    lena.locator('[name$=".lot_number"]').fill("NG-2026-47")
    lena.keyboard.press("Control+s")
    lena.get_by_role("button", name="Post").click()
    expect(lena.locator('[aria-current="step"]')).to_have_text("Posted")

    assert on_hand(lena) == before + 10
    maren.goto(url)
    expect(maren.locator('[aria-current="step"]')).to_have_text("Received")


def test_a_published_invoice_is_taken_over_received_and_seen_in_stock(
    person: Callable[..., Page], data_dir: Path
) -> None:
    maren, lena = person("maren"), person("lena")
    published = json.loads((data_dir / "finance" / "ubl_expected.json").read_text(encoding="utf-8"))
    (expected,) = (case for case in published if case["file"] == f"ubl/{INVOICE}")

    maren.goto("/supply/invoices")
    maren.set_input_files("#invoice-files", data_dir / "finance" / "ubl" / INVOICE)
    maren.get_by_role("button", name="Check, without writing").click()
    preview = maren.locator("main table tbody tr").first
    for figure in ("vat", "gross"):
        expect(preview).to_contain_text(f"{float(expected[figure]):,.2f}")
    maren.get_by_role("button", name="Import 1 document").click()
    maren.get_by_role("link", name=re.compile("PO-")).first.click()
    expect(maren.locator('[aria-current="step"]')).to_have_text("Confirmed")

    lena.goto(maren.url)
    lena.get_by_role("button", name="Receive goods").click()
    lena.wait_for_url(re.compile(r"/m/erp_supply\.receipt/\d+"))
    lena.get_by_role("button", name="Post").click()
    expect(lena.locator('[aria-current="step"]')).to_have_text("Posted")

    assert on_hand(lena, "item name") == 30


def test_an_order_above_the_limit_waits_for_a_second_person(person: Callable[..., Page]) -> None:
    maren, tove = person("maren"), person("tove")
    url = a_draft(maren)
    maren.goto(f"{url}?edit=1")
    maren.locator('[name$=".quantity"]').first.fill("500")
    maren.keyboard.press("Control+s")
    maren.get_by_role("button", name="Send").click()
    expect(maren.locator('[aria-current="step"]')).to_have_text("To approve")

    tove.goto(url)
    tove.get_by_role("button", name="Approve").click()

    expect(tove.locator('[aria-current="step"]')).to_have_text("Sent")
