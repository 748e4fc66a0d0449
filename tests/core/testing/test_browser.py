"""A site that a browser visits in a test: nobody uses its database any more once the visit is over."""

from __future__ import annotations

import socket
import time

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine, event

from core.orm.env import Site
from core.testing.browser import driving


def used_slowly(engine: Engine) -> list[str]:
    """Notes who takes a connection of `engine`, and lets them go on only after a while."""
    noted = []

    def note(*_about: object) -> None:
        noted.append("taken")
        time.sleep(1.5)  # longer than the server takes to end
        noted.append("let go on")

    event.listen(engine, "checkout", note)
    return noted


@pytest.mark.browser
def test_what_a_browser_asked_for_last_is_answered_before_the_visit_ends(
    site: Site, chromium: Browser
) -> None:
    noted = used_slowly(site.engine)

    with driving(site, chromium) as driver:
        host, port = driver.address.removeprefix("http://").split(":")
        asking = socket.create_connection((host, int(port)))
        asking.sendall(b"GET /-/sign-in HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while not noted:
            time.sleep(0.01)
    asking.close()

    assert noted.count("taken") == noted.count("let go on")
    assert "Current Checked out connections: 0" in site.engine.pool.status()
