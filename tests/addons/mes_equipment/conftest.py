"""The floor on which mes_equipment is tested, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from core import addon
from core.testing.databases import Databases

NAMES = ("mes_equipment",)
# Whose modules are whose is known before any of them is imported.
addon.claim(addon.in_order(NAMES, addon.discover()))

from tests.addons.mes_equipment.floor import Floor, people_and_machines, work_a_shift  # noqa: E402 -- after the claim
from tests.addons.sites import opened, prepared  # noqa: E402 -- as above


@pytest.fixture
def floor(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[Floor]:
    """A floor of its own for each test: a copy of the one made first."""
    url = fresh_databases.cloned(
        database_kind, "mes_equipment", partial(prepared, NAMES, people_and_machines)
    )
    site = opened(NAMES, url, tmp_path)
    yield Floor(site)
    site.engine.dispose()


@pytest.fixture
def worked(floor: Floor) -> Floor:
    """The floor on which M-1 worked a shift."""
    work_a_shift(floor)
    return floor
