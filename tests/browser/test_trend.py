"""The page of trends in a browser: axe finds nothing, a drag zooms, Back undoes it, keys move, T shows the table."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.looking import complaints
from tests.browser.scenes import trend

pytestmark = pytest.mark.browser

Person = Callable[..., Page]


@pytest.mark.parametrize("width", [1440, 834, 390])
def test_axe_finds_nothing_on_a_trend(person: Person, width: int) -> None:
    page = person("jonas", width=width)

    trend(page)

    assert list(complaints(page)) == []


def test_a_chart_stays_within_the_page_of_a_phone(person: Person) -> None:
    page = person("jonas", width=390)

    trend(page)

    card = page.locator(".dt-trend-chart").bounding_box()
    plot = page.locator(".uplot").first.bounding_box()
    assert card is not None
    assert plot is not None
    assert plot["x"] + plot["width"] <= card["x"] + card["width"]


def test_a_drag_zooms_and_back_undoes_it(person: Person) -> None:
    page = person("jonas")
    trend(page)
    before = page.url

    _drag(page, page.locator(".u-over").first)
    expect(page).to_have_url(re.compile("from=.*to="))
    expect(page.locator(".uplot")).to_have_count(4)
    expect(page.locator(".dt-trend .dt-seg [aria-current]")).to_have_count(0)
    page.go_back()

    expect(page).to_have_url(before)
    expect(page.locator(".dt-trend .dt-seg [aria-current]")).to_have_text("Week")
    expect(page.locator(".uplot")).to_have_count(4)


def _drag(page: Page, chart: Locator) -> None:
    box = chart.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, y, steps=4)
    page.mouse.up()


def test_keys_move_and_zoom(person: Person) -> None:
    page = person("jonas")
    trend(page)
    words = page.locator(".dt-head .dt-quiet")
    week = str(words.text_content())

    page.keyboard.press("ArrowLeft")
    expect(words).not_to_have_text(week)
    page.keyboard.press("ArrowRight")
    expect(words).to_have_text(week)
    page.keyboard.press("-")

    expect(words).not_to_have_text(week)


def test_double_click_shows_twice_as_much(person: Person) -> None:
    page = person("jonas")
    trend(page)

    page.locator(".u-over").first.dblclick()

    expect(page).to_have_url(re.compile("from=.*to="))


def test_the_cursor_shows_the_values_of_all_charts(person: Person) -> None:
    page = person("jonas")
    trend(page)

    page.locator(".u-over").first.hover()

    for label in page.locator(".dt-chart-labels b").all():
        expect(label).not_to_be_empty()


def test_the_table_is_one_key_away(person: Person) -> None:
    page = person("jonas")
    trend(page)

    page.keyboard.press("t")

    expect(page.locator("#trend-table table tbody tr").first).to_be_visible()
    expect(page.locator(".uplot")).to_have_count(4)


def test_a_tick_draws_a_tag(person: Person) -> None:
    page = person("jonas")
    trend(page)

    page.get_by_label("Spindle temperature").check()

    expect(page.locator(".dt-chart-labels", has_text="Spindle temperature")).to_have_count(1)
    expect(page).to_have_url(re.compile("tags="))


def test_pages_without_a_chart_load_nothing_of_it(person: Person) -> None:
    page = person("jonas")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/equipment")
    trend(page)

    assert [url.endswith("/chart.js") for url in asked].count(True) == 1
