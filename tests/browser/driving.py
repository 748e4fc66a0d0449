"""Real browsers on a served demonstration: pages that its people are signed in to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, StorageState

from core.testing.browser import Driver

PASSWORD = "alden-demo"


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
class Visitor(Driver):
    """A running Chromium and the demonstration that it visits."""

    _states: dict[str, StorageState] = field(default_factory=dict)

    def page(self, login: str = "", *, width: int = 1440, theme: str = "light") -> Page:
        """A page in a browser profile of its own, signed in as `login`."""
        page = self.open(width=width, theme=theme, state=self._states.get(login))
        if login and login not in self._states:
            self._sign_in(page, login)
            self._states[login] = page.context.storage_state()
        return page

    def _sign_in(self, page: Page, login: str) -> None:
        page.goto("/-/sign-in")
        page.fill("[name=login]", login)
        page.fill("[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(self.address + "/")
