"""axe finds nothing on any page that a menu leads to: every list, a record of it read and edited, a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import Page

from tests.browser.looking import complaints
from tests.browser.orders import ORDERS

pytestmark = pytest.mark.browser

#: In so many tests the lists of the menu are looked at, so that they can be at once.
PARTS = 6
#: Pages of every person, and those of one list that are alike for all lists.
ALONE = (
    "/", "/-/inbox", "/-/search?q=norr", "/-/keys", "/-/settings", "/-/settings/sign-in", "/-/password", "/-/explain",
    "/no/such/page", f"{ORDERS}/999999999", f"{ORDERS}/-/filter", f"{ORDERS}/-/columns", f"{ORDERS}/-/views",
    "/-/export/erp_supply.purchase_order", "/-/import/erp_supply.purchase_order", "/-/import/base.item",
    f"{ORDERS}?group=supplier_id", f"{ORDERS}?q=nothing-is-called-so", "/supply/forecast", "/supply/invoices",
)  # fmt: skip


def _open(page: Page, url: str) -> None:
    answer = page.goto(url)
    assert answer is not None
    assert answer.status < 500, url


def _found(page: Page, url: str) -> Iterator[str]:
    _open(page, url)
    yield from complaints(page)


def _of_list(page: Page, url: str) -> Iterator[str]:
    """What is wrong with the pages of a kind of record that the person may open: the list, a record, a form."""
    yield from _found(page, url)
    record = page.locator("a.dt-key").first
    first = str(record.get_attribute("href")).partition("?")[0] if record.count() else ""
    can_make = page.locator("a.dt-new").count()
    if first:
        yield from _found(page, first)
        _open(page, f"{first}?edit=1")
        if page.locator("form#dt-edit").count():
            yield from complaints(page)
            return
    if can_make:
        yield from _found(page, f"{url}/new")


def _menu(page: Page) -> list[str]:
    page.goto("/")
    links = page.locator("#dt-nav nav a").all()
    return [href for link in links if (href := str(link.get_attribute("href"))).startswith("/m/")]


def _wrong(page: Page, lists: Sequence[str]) -> str:
    return "\n".join(words for url in lists for words in _of_list(page, url))


@pytest.mark.parametrize("part", range(PARTS))
def test_axe_finds_nothing_on_a_part_of_the_menu(person: Callable[..., Page], part: int) -> None:
    page = person("maren")
    lists = _menu(page)[part::PARTS]

    assert lists
    assert _wrong(page, lists) == ""


@pytest.mark.parametrize("login", ["lena", "admin"])
def test_axe_finds_nothing_on_what_others_have_in_the_menu(person: Callable[..., Page], login: str) -> None:
    page, known = person(login), set(_menu(person("maren")))
    lists = [url for url in _menu(page) if url not in known and not url.startswith("/m/bridge")]

    assert lists
    assert list(_found(page, "/")) == []
    assert _wrong(page, lists) == ""


def test_axe_finds_nothing_on_the_pages_of_the_bridge(person: Callable[..., Page]) -> None:
    page = person("jonas")
    lists = [url for url in _menu(page) if url.startswith("/m/bridge")]

    assert len(lists) > 3
    assert [*_found(page, "/bridge"), *_found(page, "/bridge/reconciliation")] == []
    assert _wrong(page, lists) == ""


@pytest.mark.parametrize("url", ALONE)
def test_axe_finds_nothing_on_a_page_of_its_own(person: Callable[..., Page], url: str) -> None:
    assert list(_found(person("maren"), url)) == []


@pytest.mark.parametrize("url", ["/-/addons", "/-/addons/erp_supply?plan=purge", "/-/shipped"])
def test_axe_finds_nothing_on_a_page_of_administrators(person: Callable[..., Page], url: str) -> None:
    assert list(_found(person("admin"), url)) == []


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
