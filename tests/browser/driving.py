"""Real browsers on a served site: signed-in pages that note every complaint of the browser."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

PASSWORD = "alden-demo"
#: Names a Chromium that is not on the path.
CHROMIUM_VARIABLE = "DOVETAIL_CHROMIUM"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
]  # fmt: skip
HEIGHTS = {1440: 900, 834: 1112, 390: 844}
#: Milliseconds within which a page does what is expected of it, on a machine that runs other tests beside.
PATIENCE = 20_000


def chromium() -> str | None:
    """Where Chromium is, None where there is none."""
    named = os.environ.get(CHROMIUM_VARIABLE)
    return (
        named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    )


@contextmanager
def served(folder: Path, language: str = "en") -> Iterator[str]:
    """The address of a demonstration site of its own, stopped at the end."""
    command = [sys.executable, "-W", "error::DeprecationWarning:core", "-m", "tests.browser.serving"]
    with subprocess.Popen([*command, str(folder), language], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address, f"the site did not start (exit {process.poll()})"
            yield address
        finally:
            process.terminate()


@dataclass
class Driver:
    """A running Chromium and the site that it visits."""

    browser: Browser
    address: str
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)
    _states: dict[str, object] = field(default_factory=dict)

    def page(self, login: str = "", *, width: int = 1440, theme: str = "light") -> Page:
        """A page in a browser profile of its own, signed in as `login`."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme="dark" if theme == "dark" else "light",
            locale="en-GB",
            has_touch=width < 640,
            storage_state=self._states.get(login),  # type: ignore[arg-type]  # what Playwright itself gave
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        if login and login not in self._states:
            self._sign_in(page, login)
            self._states[login] = context.storage_state()
        return page

    def close_pages(self) -> None:
        while self._contexts:
            self._contexts.pop().close()

    def _sign_in(self, page: Page, login: str) -> None:
        page.goto("/-/sign-in")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(self.address + "/")

    def _note(self, message: ConsoleMessage) -> None:
        """An answer of 4xx that a page shows to the person is no complaint of the browser."""
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.complaints.append(message.text)


@contextmanager
def driving(address: str) -> Iterator[Driver]:
    """A Chromium that visits `address`."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        try:
            yield Driver(browser, address)
        finally:
            browser.close()
