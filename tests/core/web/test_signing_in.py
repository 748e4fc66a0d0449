"""Signing in and out in the browser, and what a person keeps about their own account."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import delete, select

from core.base import User, UserRole
from core.clock import held, now
from core.config import Settings
from core.security import sign_in
from core.security.session import LoginSession
from core.testing import HeldClock
from core.web.app import create_app
from tests.core.web.browsing import Browsed, Browser
from tests.core.web.conftest import Shop

PASSWORD = "granite teapot umbrella"


@pytest.fixture
def jonas(shop: Shop) -> Browser:
    """A browser in which Jonas gave his password just now."""
    with shop.env(write=True) as env:
        user = env.session.scalars(select(User).where(User.login == "jonas")).one()
        sign_in.set_password(env, user.id, PASSWORD)
    browser = Browser(shop.app.test_client())
    assert enter(browser).goes_to == "/"
    return Browser(browser._client)


def enter(browser: Browser, password: str = PASSWORD, goes_to: str = "/") -> Browsed:
    return browser.post("/-/sign-in", {"login": "jonas", "password": password, "next": goes_to})


def test_a_wrong_password_and_an_unknown_login_are_told_alike(shop: Shop, jonas: Browser) -> None:
    stranger = Browser(shop.app.test_client())

    wrong = enter(stranger, "wrong")
    unknown = stranger.post("/-/sign-in", {"login": "nobody", "password": "wrong"})

    assert wrong.status == unknown.status == 401
    notes = '//div[contains(@class, "dt-note")]'
    assert wrong.words(notes) == unknown.words(notes)


@pytest.mark.parametrize(
    "goes_to",
    [
        "//evil.test",
        "https://evil.test/",
        "/\\evil.test",
        "/\t/evil.test",
        "/\n/evil.test",
        "javascript:alert(1)",
    ],
)
def test_after_sign_in_nobody_is_sent_to_another_site(shop: Shop, jonas: Browser, goes_to: str) -> None:
    assert enter(Browser(shop.app.test_client()), goes_to=goes_to).goes_to == "/"


def test_the_cookie_is_not_for_scripts_nor_for_other_sites(shop: Shop, jonas: Browser) -> None:
    answer = enter(Browser(shop.app.test_client()))

    cookie = next(c for c in answer.response.headers.getlist("Set-Cookie") if c.startswith("dovetail="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_after_signing_out_the_session_is_worth_nothing(jonas: Browser) -> None:
    assert jonas.get("/").status == 200
    kept = jonas._client.get_cookie("dovetail")
    assert kept is not None

    answer = jonas.post("/-/sign-out")
    jonas._client.set_cookie("dovetail", kept.value)

    assert jonas.get("/").goes_to.startswith("/-/sign-in")
    assert answer.response.headers["Clear-Site-Data"] == '"cache", "storage"'


def test_an_ended_session_and_a_user_made_inactive_are_out_at_once(shop: Shop, jonas: Browser) -> None:
    other = Browser(shop.app.test_client())
    enter(other)
    jonas.post("/-/settings/sessions/end-others")
    assert other.get("/").status == 303
    assert jonas.get("/").status == 200

    with shop.env(write=True) as env:
        env.session.scalars(select(User).where(User.login == "jonas")).one().active = False

    assert jonas.get("/").status == 303


def test_a_role_taken_away_is_gone_with_the_next_page(shop: Shop, jonas: Browser) -> None:
    assert jonas.get("/m/workshop.repair").status == 200

    with shop.env(write=True) as env:
        env.session.scalars(select(User).where(User.login == "jonas")).one().roles = []

    assert jonas.get("/m/workshop.repair").status == 403


def test_the_second_factor_is_set_up_asked_for_and_turned_off(shop: Shop, jonas: Browser) -> None:
    page = jonas.post("/-/settings/second-factor")
    secret = page.tree.xpath('//input[@name="secret"]/@value')[0]
    assert page.tree.xpath('//*[local-name()="svg" and contains(@class, "segno")]')

    wrong = jonas.post(
        "/-/settings/second-factor/confirm", {"code": "000000", "secret": secret, "address": "x"}
    )
    right = jonas.post("/-/settings/second-factor/confirm", {"code": pyotp.TOTP(secret).now()})

    assert wrong.status == 422
    assert len(re.findall(r"(?:[A-Z2-7]{8}-){2}[A-Z2-7]{8}", right.text)) == 10
    other = Browser(shop.app.test_client())
    asked = enter(other)
    challenge = asked.tree.xpath('//input[@name="challenge"]/@value')[0]
    assert other.post("/-/sign-in/code", {"challenge": challenge, "code": "123"}).status == 401
    with held(now() + timedelta(seconds=30)):
        code = pyotp.TOTP(secret).at(now())
        assert other.post("/-/sign-in/code", {"challenge": challenge, "code": code}).status == 303
    jonas.post("/-/settings/second-factor/remove")
    assert enter(Browser(shop.app.test_client())).goes_to == "/"


def test_where_a_second_factor_is_required_nothing_is_seen_without_one(shop: Shop, jonas: Browser) -> None:
    settings = Settings(shop.site.folder, secure_cookies=False, require_second_factor=True)
    browser = Browser(create_app(shop.site, settings).test_client())
    enter(browser)
    browser = Browser(browser._client)
    here = "/-/settings/sign-in"

    for url in ("/", "/m/workshop.repair", "/-/palette", "/-/settings", "/-/bell"):
        assert browser.get(url).goes_to == here
    assert browser.post("/-/settings/tokens", {"name": "ETL", "scopes": "*:read"}).goes_to == here
    assert "Set up a second factor before you go on." in browser.get(here).text
    page = browser.post("/-/settings/second-factor")
    secret = page.tree.xpath('//input[@name="secret"]/@value')[0]
    done = browser.post("/-/settings/second-factor/confirm", {"code": pyotp.TOTP(secret).now()})

    assert "before you go on" not in done.text
    assert browser.get("/m/workshop.repair").status == 200


def test_sensitive_things_ask_for_the_password_again(shop: Shop, clock: HeldClock) -> None:
    with shop.env(write=True) as env:
        user = env.session.scalars(select(User).where(User.login == "jonas")).one()
        sign_in.set_password(env, user.id, PASSWORD)
    at = datetime(2026, 3, 12, 9, tzinfo=UTC)
    clock.set(at)
    browser = Browser(shop.app.test_client())
    enter(browser)
    browser = Browser(browser._client)
    clock.set(at + timedelta(minutes=30))

    asked = browser.post("/-/settings/tokens", {"name": "ETL", "scopes": "*:read", "days": "30"})

    assert asked.goes_to.startswith("/-/prove")
    assert browser.post("/-/prove", {"password": "wrong"}).status == 401
    assert (
        browser.post("/-/prove", {"password": PASSWORD, "next": "/-/settings/sign-in"}).goes_to
        == "/-/settings/sign-in"
    )
    assert (
        "dovetail_"
        in browser.post("/-/settings/tokens", {"name": "ETL", "scopes": "*:read", "days": "30"}).text
    )


@pytest.mark.parametrize("which", ["{other}/end", "end-others"])
def test_sessions_are_ended_by_who_gave_the_password_lately(
    shop: Shop, clock: HeldClock, jonas: Browser, which: str
) -> None:
    other = Browser(shop.app.test_client())
    enter(other)
    with shop.env() as env:
        url = which.format(other=max(env.session.scalars(select(LoginSession.id))))
    clock.set(clock.now() + timedelta(minutes=30))

    asked = jonas.post(f"/-/settings/sessions/{url}")

    assert asked.goes_to.startswith("/-/prove")
    assert other.get("/").status == 200
    jonas.post("/-/prove", {"password": PASSWORD})
    assert jonas.post(f"/-/settings/sessions/{url}").goes_to == "/-/settings/sign-in"
    assert other.get("/").status == 303


def test_the_token_of_before_the_password_was_given_again_is_worth_nothing_and_forms_of_other_tabs_go_on(
    shop: Shop, jonas: Browser
) -> None:
    form_of_other_tab = jonas.token
    before = jonas._client.get_cookie("dovetail")
    stolen = Browser(shop.app.test_client())

    jonas.post("/-/prove", {"password": PASSWORD})

    after = jonas._client.get_cookie("dovetail")
    assert before is not None
    assert after is not None
    assert after.value != before.value
    stolen._client.set_cookie("dovetail", before.value)
    assert stolen.get("/").goes_to.startswith("/-/sign-in")
    assert jonas.post("/-/settings", {"theme": "dark"}, token=form_of_other_tab).status == 303


def test_a_form_of_a_session_that_has_ended_leads_to_the_sign_in(shop: Shop, jonas: Browser) -> None:
    form = jonas.token
    with shop.env(write=True) as env:
        env.session.execute(delete(LoginSession))

    for url in ("/-/settings", "/-/sign-out"):
        assert jonas.post(url, {"theme": "dark"}, token=form).goes_to.startswith("/-/sign-in")


def test_no_cookie_that_somebody_sends_before_signing_in_makes_a_token_of_a_session(
    shop: Shop, jonas: Browser
) -> None:
    with shop.env() as env:
        at = max(env.session.scalars(select(LoginSession)), key=lambda found: found.id)
        bound = f"session:{at.id}:{at.started_at.isoformat()}"
    stranger = Browser(shop.app.test_client())
    for cookie in (bound, bound.removeprefix("session:")):
        stranger._client.set_cookie("dovetail-visit", cookie)
        forged = Browser(stranger._client).token

        assert jonas.post("/-/settings", {"theme": "dark"}, token=forged).status == 403


def test_a_new_password_is_given_twice_and_ends_the_other_sessions(shop: Shop, jonas: Browser) -> None:
    other = Browser(shop.app.test_client())
    enter(other)
    new = "walnut harbour seventeen"

    unlike = jonas.post("/-/password", {"old": PASSWORD, "password": new, "again": "other"})
    known = jonas.post("/-/password", {"old": PASSWORD, "password": "password1", "again": "password1"})
    done = jonas.post("/-/password", {"old": PASSWORD, "password": new, "again": new})

    assert (unlike.status, known.status, done.status) == (422, 422, 303)
    assert unlike.error_at("again")
    assert known.error_at("password")
    assert other.get("/").status == 303
    assert jonas.get("/").status == 200


def test_who_must_choose_a_password_sees_nothing_before_that(shop: Shop, jonas: Browser) -> None:
    with shop.env(write=True) as env:
        env.session.scalars(select(User).where(User.login == "jonas")).one().must_change_password = True

    assert jonas.get("/m/workshop.repair").goes_to == "/-/password"
    assert jonas.get("/-/password").status == 200


def test_preferences_are_kept_with_the_person(jonas: Browser) -> None:
    sent = {"locale": "de", "zone": "Europe/Berlin", "theme": "dark", "density": "roomy", "single_keys": "0"}

    assert jonas.post("/-/settings", sent).status == 303

    page = jonas.get("/-/keys").html
    for mark in ('lang="de"', 'data-theme="dark"', 'data-density="roomy"', 'data-keys="chords"'):
        assert mark in page


def test_settings_of_the_site_are_an_administrator_s(jonas: Browser) -> None:
    for level in ("site", "company"):
        assert jonas.get(f"/-/settings/{level}").status == 403
        assert jonas.post(f"/-/settings/{level}").status == 403


def test_an_administrator_is_shown_a_one_time_password_once_and_its_owner_replaces_it(shop: Shop) -> None:
    with shop.env(write=True) as env:
        tove = env.session.scalars(select(User).where(User.login == "tove")).one()
        jonas = env.session.scalars(select(User).where(User.login == "jonas")).one()
        env.add(UserRole(user_id=tove.id, role="base.administrator"))
        chosen = {"ids": str(jonas.id), "_asked": "1"}

    page = shop.browser("tove").post("/m/base.user/-/action/give_password", chosen, **{"HX-Request": "true"})

    assert page.status == 200
    found = re.search(r"(?:[a-z2-9]{5}-){2}[a-z2-9]{5}", page.html)
    assert found is not None
    assert page.tree.xpath('//*[@class="dt-dialog-body"]')
    assert enter(Browser(shop.app.test_client()), found.group()).goes_to == "/-/password"
