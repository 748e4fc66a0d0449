"""One demonstration site and one Chromium for all browser tests; every complaint of the browser fails its test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.driving import Visitor, served


@pytest.fixture(scope="session")
def driver(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    with served(tmp_path_factory.mktemp("browser") / "site") as address:
        yield Visitor(chromium, address)


@pytest.fixture
def person(driver: Visitor) -> Iterator[Callable[..., Page]]:
    """`person("maren", width=390, theme="dark")`: a page of somebody who has signed in."""
    driver.complaints.clear()
    yield driver.page
    driver.close_pages()
    assert driver.complaints == []
