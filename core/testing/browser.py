"""A real Chromium on the site of a test: pages that somebody is signed in to, and every complaint of the browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from core.app import web
from core.orm.env import Principal, Site
from core.testing.browsing import compiled, cookie_of

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import StorageState

#: Names a Chromium that is not on the path.
CHROMIUM_VARIABLE = "DOVETAIL_CHROMIUM"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
]  # fmt: skip
HEIGHTS = {1440: 900, 834: 1112, 390: 844}
#: Milliseconds within which a page does what is expected of it, on a machine that runs other tests beside.
PATIENCE = 20_000


def find_chromium() -> str | None:
    """Where Chromium is, None where there is none."""
    named = os.environ.get(CHROMIUM_VARIABLE)
    return (
        named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    )


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium; one at a time in a process."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Driver:
    """A running Chromium and the address that it visits."""

    browser: Browser
    address: str
    complaints: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, *, width: int = 1440, theme: str = "light", state: StorageState | None = None) -> Page:
        """A page in a browser profile of its own, which begins with the cookies of `state`."""
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme="dark" if theme == "dark" else "light",
            locale="en-GB",
            has_touch=width < 640,  # noqa: PLR2004 -- a phone
            storage_state=state,
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        return page

    def close_pages(self) -> None:
        while self._contexts:
            self._contexts.pop().close()

    def _note(self, message: ConsoleMessage) -> None:
        """An answer of 4xx that a page shows to the person is no complaint of the browser."""
        if message.type == "error" and "the server responded with a status of 4" not in message.text:
            self.complaints.append(message.text)


@dataclass
class SiteDriver(Driver):
    """A Chromium that visits the site of a test."""

    site: Site = field(kw_only=True)
    app: Flask = field(kw_only=True)

    def page(self, principal: Principal, *, width: int = 1440, theme: str = "light") -> Page:
        """A page that the user is signed in to."""
        name, token = cookie_of(self.site, principal, self.app)
        page = self.open(width=width, theme=theme)
        page.context.add_cookies([{"name": name, "value": token, "url": self.address}])
        return page


class _Server(ThreadedWSGIServer):
    """Closing it waits for requests that are being answered: they use a database that whoever closes it gives back."""

    daemon_threads = False


class _Handler(WSGIRequestHandler):
    #: Seconds: a browser may hold a connection open on which it says nothing.
    timeout = 5


@contextmanager
def driving(site: Site, browser: Browser) -> Iterator[SiteDriver]:
    """`browser` on `site`, which threads of this process serve meanwhile: its pages and API, without live updates."""
    app = compiled(web(site))
    server = _Server("127.0.0.1", 0, app, _Handler)
    thread = Thread(target=server.serve_forever, name="dovetail-test-server", daemon=True)
    thread.start()
    driver = SiteDriver(browser, f"http://127.0.0.1:{server.port}", site=site, app=app)
    try:
        yield driver
    finally:
        driver.close_pages()
        server.shutdown()
        thread.join()
        server.server_close()
