"""One demonstration site and one Chromium for all browser tests; every complaint of the browser fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.driving import Driver, chromium, driving, served


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driver]:
    if chromium() is None:
        pytest.skip("no Chromium: install it, or name it in DOVETAIL_CHROMIUM")
    with served(tmp_path_factory.mktemp("browser") / "site") as address, driving(address) as found:
        yield found


@pytest.fixture
def person(driver: Driver) -> Iterator[Callable[..., Page]]:
    """`person("maren", width=390, theme="dark")`: a page of somebody who has signed in."""
    driver.complaints.clear()
    yield driver.page
    driver.close_pages()
    assert driver.complaints == []
