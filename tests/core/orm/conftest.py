"""A site of the sample documents on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.orm.env import Site
from core.testing.databases import Databases
from tests.core.orm import orders
from tests.core.orm.shelf import make_site


@pytest.fixture
def order_site(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[Site]:
    """Companies, users and no order yet."""

    def prepare(url: str) -> None:
        make_site(url, tmp_path).engine.dispose()

    url = fresh_databases.cloned(database_kind, "sample.orders", prepare)
    site = make_site(url, tmp_path, *orders.GRANTS, empty=False)
    yield site
    site.engine.dispose()
