"""Passkeys in a browser that has them: made, used without a password, as a second factor and again, and removed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, expect
from sqlalchemy import select

from core import config
from core.base import User
from core.config import Settings
from core.security import sign_in
from core.security.session import LoginSession
from core.testing.browser import driving
from tests.core.web.conftest import Shop
from tests.core.web.devices import with_device

PASSWORD = "granite teapot umbrella"


def _give_password(page: Page) -> None:
    page.fill("[name=login]", "jonas")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")


@pytest.mark.browser
def test_a_browser_makes_a_passkey_and_signs_in_with_it(shop: Shop, chromium: Chromium) -> None:
    config.write(Settings(shop.site.folder, secure_cookies=False))
    with shop.env(write=True) as env:
        jonas = env.session.scalars(select(User).where(User.login == "jonas")).one()
        sign_in.set_password(env, jonas.id, PASSWORD)
    with driving(shop.site, chromium) as driver:
        # Passkeys are of a host by name: an address of numbers has none.
        driver.address = driver.address.replace("127.0.0.1", "localhost")
        page = driver.open()
        with_device(page)
        page.goto("/-/sign-in")
        _give_password(page)
        page.wait_for_url(f"{driver.address}/")
        page.goto("/-/settings/sign-in")
        page.click("text=New passkey")
        page.fill("[name=name]", "Workshop laptop")
        page.get_by_role("button", name="Make a passkey").click()
        expect(page.get_by_text("Each works once")).to_be_visible()
        expect(page.get_by_text("Workshop laptop")).to_be_visible()

        page.context.clear_cookies()
        page.goto("/-/sign-in?next=/m/workshop.repair")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(f"{driver.address}/m/workshop.repair")

        page.context.clear_cookies()
        page.goto("/-/sign-in")
        _give_password(page)
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{driver.address}/")

        with shop.env(write=True) as env:
            for found in env.session.scalars(select(LoginSession)):
                found.proved_at = found.proved_at.replace(year=2020)
        page.goto("/-/settings/sign-in")
        page.locator("tr", has_text="Workshop laptop").get_by_role("button", name="Remove").click()
        page.get_by_role("button", name="Go on with a passkey").click()
        page.wait_for_url(f"{driver.address}/-/settings/sign-in")
        page.locator("tr", has_text="Workshop laptop").get_by_role("button", name="Remove").click()
        expect(page.get_by_text("Workshop laptop")).to_have_count(0)

        assert driver.complaints == []


@pytest.mark.browser
def test_a_device_that_gives_no_passkey_is_told_of_and_the_password_still_opens(
    shop: Shop, chromium: Chromium
) -> None:
    config.write(Settings(shop.site.folder, secure_cookies=False))
    with driving(shop.site, chromium) as driver:
        driver.address = driver.address.replace("127.0.0.1", "localhost")
        page = driver.open()
        with_device(page)
        page.goto("/-/sign-in")
        page.get_by_role("button", name="Sign in with a passkey").click()

        expect(page.get_by_role("alert")).to_contain_text("The device gave no passkey")
        expect(page.locator("[name=password]")).to_be_visible()
