"""The plant in which erp_supply is tested, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from core import addon
from core.testing.databases import Databases

NAMES = ("erp_supply",)
# Whose modules are whose is known before any of them is imported.
addon.claim(addon.in_order(NAMES, addon.discover()))

from tests.addons.erp_supply.plant import Plant, people_and_places  # noqa: E402 -- after the claim
from tests.addons.sites import opened, prepared  # noqa: E402 -- as above


@pytest.fixture
def plant(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[Plant]:
    """A plant of its own for each test: a copy of the one made first."""
    url = fresh_databases.cloned(database_kind, "erp_supply", partial(prepared, NAMES, people_and_places))
    site = opened(NAMES, url, tmp_path)
    yield Plant(site)
    site.engine.dispose()
