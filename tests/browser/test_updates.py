"""What others change is said quietly, what an addon's page follows is brought up to date, and a cut is shown."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import PASSWORD
from tests.browser.orders import ORDERS, a_draft

pytestmark = pytest.mark.browser

LIVE = "#dt-live"
NEWS = "[data-news]"


def rename(page: Page, url: str, words: str) -> None:
    page.goto(f"{url}?edit=1")
    page.fill("#supplier_reference", words)
    page.keyboard.press("Control+s")
    expect(page.locator("[data-edit-button]")).to_be_visible()


def test_a_list_and_a_record_say_that_others_changed_them(person: Callable[..., Page]) -> None:
    maren, ruth = person("maren"), person("ruth")
    url = a_draft(maren)
    maren.goto(url)
    expect(maren.locator(LIVE)).to_have_text("Live")

    rename(ruth, url, "From Ruth")
    expect(maren.locator(NEWS)).to_have_text(
        re.compile("^Changed by (somebody else|Ruth Okafor just now), show$")
    )
    expect(maren.locator("[data-field=supplier_reference]")).not_to_contain_text("From Ruth")
    maren.locator(NEWS).click()
    expect(maren.locator("[data-field=supplier_reference]")).to_contain_text("From Ruth")

    maren.goto(f"{ORDERS}?q=From+Ruth")
    expect(maren.locator(LIVE)).to_have_text("Live")
    rename(ruth, url, "From Ruth again")
    expect(maren.locator(NEWS)).to_have_text("1 changed, show")
    maren.locator(NEWS).click()
    expect(maren.locator(NEWS)).to_have_count(0)


def test_own_changes_are_no_news(person: Callable[..., Page]) -> None:
    maren = person("maren")
    url = a_draft(maren)
    other = maren.context.new_page()
    other.goto(url)
    expect(other.locator(LIVE)).to_have_text("Live")
    other.evaluate("""() => {
        const place = document.createElement("div");
        place.id = "place";
        place.dataset.live = "erp_supply.purchase_order";
        place.addEventListener("dt:live", ({ detail }) => { place.dataset.heard = detail.topic; });
        document.body.append(place);
    }""")

    rename(maren, url, "My own")

    expect(other.locator("#place")).to_have_attribute("data-heard", "erp_supply.purchase_order")
    expect(other.locator(NEWS)).to_have_count(0)


def test_an_element_that_follows_a_topic_gets_its_fragment(person: Callable[..., Page]) -> None:
    maren, ruth = person("maren"), person("ruth")
    url = a_draft(ruth)
    maren.goto("/-/keys")
    expect(maren.locator(LIVE)).to_have_text("Live")
    maren.evaluate("""() => {
        const place = document.createElement("a");
        place.id = "dt-bell";
        place.dataset.live = "erp_supply.purchase_order";
        place.dataset.liveUrl = "/-/bell";
        document.getElementById("dt-bell").replaceWith(place);
    }""")

    rename(ruth, url, "For the fragment")

    expect(maren.locator("#dt-bell")).to_have_attribute("aria-label", re.compile("Notifications"))


def test_a_stream_that_ended_is_shown_with_the_last_value_kept(person: Callable[..., Page]) -> None:
    page = person()
    page.goto("/-/sign-in")
    page.fill("[name=login]", "idris")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(LIVE)).to_have_text("Live")
    page.evaluate("""() => {
        const place = document.createElement("p");
        place.id = "gauge";
        place.dataset.live = "pressure";
        place.textContent = "4.2 bar";
        document.querySelector("main").append(place);
    }""")

    other = page.context.new_page()
    other.goto("/")
    other.evaluate("""() => document.querySelector('form[action="/-/sign-out"]').submit()""")

    expect(page.locator(LIVE)).to_have_text(re.compile(r"^No connection since \d\d:\d\d$"))
    expect(page.locator("#gauge")).to_have_text("4.2 bar")
    expect(page.locator("#gauge")).to_have_attribute("data-signal", re.compile("^No signal since"))
