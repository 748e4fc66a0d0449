"""Signing in by an identity provider, with the whole dance of redirects, and what a person sees of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from sqlalchemy import select

from core import config
from core.base import Company, User
from core.config import Settings
from core.security import sign_in
from core.security.provider import ClaimedRole, Identity, IdentityProvider
from core.testing import HeldClock
from core.testing.browser import driving
from core.web.app import create_app
from tests.core.security.issuer import SECRET, Issuer, serving
from tests.core.web.browsing import Browsed, Browser
from tests.core.web.conftest import Shop

PASSWORD = "granite teapot umbrella"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def issuer(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    """A provider that makes accounts for menders; Jonas is signed in there, and has a password here."""
    monkeypatch.setenv("DOVETAIL_OIDC_SECRET_CORP", SECRET)
    with serving() as found:
        found.person = {"sub": "j-1", "preferred_username": "jb", "name": "Jonas Berg", "groups": ["menders"]}
        with shop.env(write=True) as env:
            user = env.session.scalars(select(User).where(User.login == "jonas")).one()
            sign_in.set_password(env, user.id, PASSWORD)
            company = env.session.scalars(select(Company.id).where(Company.code == "KH")).one()
            gives = [ClaimedRole(value="menders", role="workshop.clerk", seen_company_id=company)]
            env.add(IdentityProvider(code="corp", name="Corporate", issuer=found.url, client_id="dovetail",
                                     provisions=True, gives=gives))  # fmt: skip
        yield found


def _dance(browser: Browser, url: str, **headers: str) -> Browsed:
    """Leave by `url`, be sent back by the provider at once, and arrive."""
    left = browser.get(url, **headers)
    answer = httpx.get(left.goes_to)
    back = urlsplit(answer.headers["Location"])
    return browser.get(f"{back.path}?{back.query}", **{"Sec-Fetch-Site": "cross-site"})


def _jonas(shop: Shop) -> Browser:
    browser = Browser(shop.app.test_client())
    browser.post("/-/sign-in", {"login": "jonas", "password": PASSWORD})
    return Browser(browser._client)


def test_a_person_comes_in_by_the_button_and_lands_where_they_wanted_to(shop: Shop, issuer: Issuer) -> None:
    browser = Browser(shop.app.test_client())
    page = browser.get("/-/sign-in?next=/m/workshop.repair")
    (url,) = page.tree.xpath('//a[text()="Sign in with Corporate"]/@href')

    arrived = _dance(browser, url)

    assert (arrived.status, arrived.goes_to) == (303, "/m/workshop.repair")
    assert browser.get("/m/workshop.repair").status == 200
    cookies = arrived.response.headers.getlist("Set-Cookie")
    assert any(c.startswith("dovetail-away=;") for c in cookies)
    assert all("HttpOnly" in c and "SameSite=Lax" in c for c in cookies)


@pytest.mark.parametrize("goes_to", ["//evil.test", "https://evil.test/", "/\\evil.test"])
def test_a_provider_brings_nobody_to_another_site(shop: Shop, issuer: Issuer, goes_to: str) -> None:
    assert _dance(Browser(shop.app.test_client()), f"/-/sign-in/with/corp?next={goes_to}").goes_to == "/"


def test_what_is_refused_is_told_on_the_sign_in_page_and_opens_nothing(shop: Shop, issuer: Issuer) -> None:
    browser = Browser(shop.app.test_client())
    issuer.person["groups"] = []
    unknown = _dance(browser, "/-/sign-in/with/corp")
    forged = browser.get("/-/sign-in/with/corp/back?code=x&state=y")
    issuer.away = True
    away = browser.get("/-/sign-in/with/corp?next=/m/workshop.repair")

    assert (unknown.status, forged.status) == (403, 401)
    assert "none of your groups has access here" in unknown.text
    assert "not begun in this browser" in forged.text
    assert browser.get("/-/sign-in/with/nobody").status == 404
    assert browser.get("/m/workshop.repair").goes_to.startswith("/-/sign-in")
    assert away.goes_to or away.status == 503


def test_an_account_is_linked_and_unlinked_on_the_page_of_the_person(shop: Shop, issuer: Issuer) -> None:
    browser = _jonas(shop)
    here = "/-/settings/sign-in"
    (url,) = browser.get(here).tree.xpath('//a[text()="Link Corporate"]/@href')

    planted = browser.get(url, **{"Sec-Fetch-Site": "cross-site"})
    linked = _dance(browser, url, **OURS)
    page = browser.get(here)

    assert planted.status == 403
    assert linked.goes_to == here
    assert "j-1" in page.text
    (remove,) = page.tree.xpath('//form[contains(@action, "/-/settings/identities/")]/@action')
    assert shop.browser("tove").post(remove).status in (303, 404)
    with shop.env() as env:
        assert env.session.query(Identity).count() == 1
    browser.post(remove)
    assert "j-1" not in browser.get(here).text


def test_sensitive_things_are_opened_by_signing_in_there_again(
    shop: Shop, clock: HeldClock, issuer: Issuer
) -> None:
    browser = _jonas(shop)
    _dance(browser, "/-/settings/sign-in/link/corp", **OURS)
    clock.set(clock.now() + timedelta(minutes=30))
    issuer.at = clock.now()
    asked = browser.post("/-/settings/tokens")
    (url,) = browser.get(asked.goes_to).tree.xpath('//a[text()="Go on by Corporate"]/@href')

    assert _dance(browser, url, **OURS).status == 303

    assert browser.post("/-/settings/tokens").status == 200


def test_two_factors_at_the_provider_are_those_that_the_site_requires(shop: Shop, issuer: Issuer) -> None:
    settings = Settings(shop.site.folder, secure_cookies=False, require_second_factor=True)
    app = create_app(shop.site, settings)
    one, two = Browser(app.test_client()), Browser(app.test_client())
    _dance(one, "/-/sign-in/with/corp")
    issuer.person["amr"] = ["pwd", "mfa"]
    _dance(two, "/-/sign-in/with/corp")

    assert one.get("/m/workshop.repair").goes_to == "/-/settings/sign-in"
    assert two.get("/m/workshop.repair").status == 200


def test_signing_out_ends_the_session_here_and_leads_to_its_end_there(shop: Shop, issuer: Issuer) -> None:
    browser = Browser(shop.app.test_client())
    _dance(browser, "/-/sign-in/with/corp")

    page = Browser(browser._client).post("/-/sign-out")

    (url,) = page.tree.xpath('//a[contains(text(), "Sign out of the identity provider")]/@href')
    assert url.startswith(f"{issuer.url}/end?id_token_hint=")
    assert httpx.get(url).text == "You are signed out here."
    assert browser.get("/").goes_to.startswith("/-/sign-in")


def test_the_providers_own_word_ends_a_session_without_any_cookie(shop: Shop, issuer: Issuer) -> None:
    browser = Browser(shop.app.test_client())
    issuer.person["sid"] = "s-1"
    _dance(browser, "/-/sign-in/with/corp")
    provider = shop.app.test_client()

    forged = provider.post("/-/sign-in/with/corp/ended", data={"logout_token": "forged"})
    assert browser.get("/").status == 200
    told = provider.post("/-/sign-in/with/corp/ended", data={"logout_token": issuer.logout_token(sid="s-1")})

    assert (forged.status_code, told.status_code) == (400, 200)
    assert browser.get("/").status == 303


def test_who_is_no_administrator_changes_no_provider(shop: Shop, issuer: Issuer) -> None:
    jonas = shop.browser("jonas")

    assert jonas.get("/m/base.identity_provider").status == 403
    assert jonas.get("/m/base.identity_provider/1").status in (403, 404)


@pytest.mark.browser
def test_a_browser_goes_there_and_comes_back_signed_in(
    shop: Shop, issuer: Issuer, chromium: Chromium
) -> None:
    """The policy of our pages, cookies between two origins and the button there are a browser's matter."""
    config.write(Settings(shop.site.folder, secure_cookies=False))
    issuer.asks = True
    with driving(shop.site, chromium) as driver:
        page = driver.open()
        page.goto("/-/sign-in?next=/m/workshop.repair")
        page.click("text=Sign in with Corporate")
        page.click("text=I am Jonas Berg")
        page.wait_for_url(f"{driver.address}/m/workshop.repair")

        page.goto("/-/settings/sign-in")
        expect(page.get_by_text("j-1")).to_be_visible()

        assert driver.complaints == []
