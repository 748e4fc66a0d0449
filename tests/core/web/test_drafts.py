"""What a browser keeps of a form that was not saved: nothing sensitive, and no longer than the session."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import select

from core import config
from core.base import User, UserRole
from core.config import Settings
from core.orm.env import open_env
from core.security.principal import principal_of
from core.testing.browser import driving
from tests.core.web.conftest import Shop
from tests.core.web.test_forms import REPAIRS, repair

KEPT = "Object.fromEntries(Object.entries(localStorage).filter(([key]) => key.startsWith('dt-draft:')))"


@pytest.fixture
def page_of(shop: Shop, chromium: Chromium) -> Iterator[Callable[[str], Page]]:
    config.write(Settings(shop.site.folder, secure_cookies=False))
    with driving(shop.site, chromium) as driver:

        def page(login: str) -> Page:
            with open_env(shop.site) as system:
                user = system.session.scalars(select(User).where(User.login == login)).one()
                principal = principal_of(system, user.id)
            return driver.page(principal)

        yield page
        assert driver.complaints == []


def _kept(page: Page) -> dict[str, Any]:  # Any: JSON
    return {key: json.loads(text) for key, text in page.evaluate(KEPT).items()}


def _wait_for(page: Page, drafts: int) -> None:
    """Until so many are kept; the policy of our pages lets no test poll from inside."""
    for _time in range(100):
        if len(_kept(page)) == drafts:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{len(_kept(page))} drafts are kept")


def _leave_a_draft(page: Page, shop: Shop) -> None:
    page.goto(f"{REPAIRS}/{repair(shop, by='tove', margin=7)}?edit=1")
    page.fill("#margin", "31")
    page.fill("#hours", "12345")
    _wait_for(page, 1)


@pytest.mark.browser
def test_a_draft_holds_neither_what_asks_for_a_role_nor_the_record_as_it_was(
    shop: Shop, page_of: Callable[[str], Page]
) -> None:
    page = page_of("tove")

    _leave_a_draft(page, shop)

    (draft,) = _kept(page).values()
    names = {name for name, _value in draft["entries"]}
    assert ["hours", "12345"] in draft["entries"]
    assert not {"margin", "_opened", "csrf_token"} & names


@pytest.mark.browser
def test_signing_out_forgets_drafts_though_the_server_is_away(
    shop: Shop, page_of: Callable[[str], Page]
) -> None:
    page = page_of("tove")
    _leave_a_draft(page, shop)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/-/keys")
    assert _kept(page)
    page.route("**/-/sign-out", lambda route: route.fulfill(status=204))

    page.locator("[data-sign-out]").evaluate("form => form.requestSubmit()")

    _wait_for(page, 0)


@pytest.mark.browser
def test_drafts_of_others_and_of_long_ago_are_forgotten(shop: Shop, page_of: Callable[[str], Page]) -> None:
    page = page_of("tove")
    page.goto("/-/keys")
    page.evaluate(
        """() => {
          const user = document.body.dataset.user;
          const hours = (n) => JSON.stringify({ at: Date.now() - n * 3600_000, entries: [] });
          localStorage.setItem(`dt-draft:${user}:workshop.repair:1`, hours(11));
          localStorage.setItem(`dt-draft:${user}:workshop.repair:2`, hours(13));
          localStorage.setItem(`dt-draft:${user}:workshop.repair:3`, "null");
          localStorage.setItem(`dt-draft:${user}0:workshop.repair:4`, hours(0));
        }"""
    )

    page.goto("/-/keys")

    assert [key.rpartition(":")[2] for key in _kept(page)] == ["1"]


def test_a_field_says_that_it_is_not_for_drafts(shop: Shop) -> None:
    with shop.env(write=True) as env:
        tove = env.session.scalars(select(User).where(User.login == "tove")).one()
        env.add(UserRole(user_id=tove.id, role="base.administrator"))
    browser = shop.browser("tove")

    user, repairs = browser.get("/m/base.user/new"), browser.get(f"{REPAIRS}/new")

    assert {"login", "name", "email"} <= set(user.tree.xpath("//*[@data-private]/@name"))
    assert set(repairs.tree.xpath("//*[@data-private]/@name")) == {"margin"}
