"""axe finds nothing on any page that a menu leads to: every list, a record of it read and edited, a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.orders import ORDERS
from tests.browser.test_access import RULES

pytestmark = pytest.mark.browser

#: Colours fade into the other theme; axe is to see where they arrive.
IN_THEME = """theme => {
    document.documentElement.dataset.bsTheme = theme;
    document.body.offsetWidth;
    for (const fading of document.getAnimations()) fading.finish();
}"""
#: Pages of every person, and those of one list that are alike for all lists.
ALONE = (
    "/", "/-/inbox", "/-/search?q=norr", "/-/keys", "/-/settings", "/-/settings/sign-in", "/-/password", "/-/explain",
    "/no/such/page", f"{ORDERS}/999999999", f"{ORDERS}/-/filter", f"{ORDERS}/-/columns", f"{ORDERS}/-/views",
    "/-/export/erp_supply.purchase_order", "/-/import/erp_supply.purchase_order", "/-/import/base.item",
    f"{ORDERS}?group=supplier_id", f"{ORDERS}?q=nothing-is-called-so", "/supply/forecast", "/supply/invoices",
)  # fmt: skip


def _found(page: Page, url: str) -> Iterator[str]:
    """What axe says of the page in light, and of its colours in dark."""
    answer = page.goto(url)
    assert answer is not None
    assert answer.status < 500, url
    runs = {"light": {"type": "tag", "values": RULES}, "dark": {"type": "rule", "values": ["color-contrast"]}}
    for theme, rules in runs.items():
        page.evaluate(IN_THEME, theme)
        said = Axe().run(page, options={"runOnly": rules})
        if said.violations_count:
            yield f"{url} in {theme}: {said.generate_report()}"


def _of_list(page: Page, url: str) -> Iterator[str]:
    """The pages of a kind of record, as far as the person may open them."""
    page.goto(url)
    yield url
    record = page.locator("a.dt-key").first
    first = str(record.get_attribute("href")).partition("?")[0] if record.count() else ""
    if page.locator("a.dt-new").count():
        yield f"{url}/new"
    if first:
        yield from (first, f"{first}?edit=1")


def _menu(page: Page) -> list[str]:
    page.goto("/")
    links = page.locator("#dt-nav nav a").all()
    return [href for link in links if (href := str(link.get_attribute("href"))).startswith("/m/")]


@pytest.mark.parametrize("login", ["maren", "lena", "admin"])
def test_axe_finds_nothing_on_any_page_of_the_menu(person: Callable[..., Page], login: str) -> None:
    page, seen = person(login), person("maren") if login != "maren" else None
    known = set() if seen is None else set(_menu(seen))
    lists = [url for url in _menu(page) if url not in known]

    wrong = [words for url in lists for each in list(_of_list(page, url)) for words in _found(page, each)]

    assert lists
    assert wrong == [], "\n".join(wrong)


def test_axe_finds_nothing_on_the_pages_of_the_bridge(person: Callable[..., Page]) -> None:
    page = person("jonas")
    lists = [url for url in _menu(page) if url.startswith("/m/bridge")]
    pages = [
        "/bridge",
        "/bridge/reconciliation",
        *(each for url in lists for each in list(_of_list(page, url))),
    ]

    wrong = [words for url in pages for words in _found(page, url)]

    assert len(lists) > 3
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("url", ALONE)
def test_axe_finds_nothing_on_a_page_of_its_own(person: Callable[..., Page], url: str) -> None:
    assert list(_found(person("maren"), url)) == []


def test_axe_finds_nothing_where_one_signs_in(person: Callable[..., Page]) -> None:
    assert list(_found(person(), "/-/sign-in?next=/-/keys")) == []


def test_axe_finds_nothing_on_a_printed_record(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto(ORDERS)
    first = str(page.locator("a.dt-key").first.get_attribute("href")).partition("?")[0]

    assert list(_found(page, f"{first}/-/print")) == []


def test_axe_finds_nothing_on_a_job(person: Callable[..., Page]) -> None:
    page = person("maren")
    page.goto("/-/export/erp_supply.purchase_order")
    page.locator("main button.dt-primary").click()
    page.wait_for_url("**/-/jobs/*")

    assert list(_found(page, page.url)) == []
