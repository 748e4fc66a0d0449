"""The floor on which mes_equipment is tested, on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core import addon
from core.migrate import tables
from core.migrate.loading import load
from core.migrate.transaction import changing
from core.orm.engine import engine_for
from core.orm.env import Site, open_env
from core.testing.databases import Databases

# Whose modules are whose is known before any of them is imported.
addon.claim(addon.in_order(["mes_equipment"], addon.discover()))

from tests.addons.mes_equipment.floor import Floor, people_and_machines  # noqa: E402 -- after the claim


def _installed_with_people(url: str) -> None:
    loaded = load(addon.in_order(["mes_equipment"], addon.discover()))
    engine = engine_for(url)
    with changing(engine) as connection:
        tables.make(connection, list(loaded.packages), loaded)
    with open_env(Site(engine, loaded.packages, loaded.plugins, loaded.access, Path()), write=True) as env:
        people_and_machines(env)
    engine.dispose()


@pytest.fixture
def floor(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[Floor]:
    """A floor of its own for each test: a copy of the one made first."""
    url = fresh_databases.cloned(database_kind, "mes_equipment", _installed_with_people)
    loaded = load(addon.in_order(["mes_equipment"], addon.discover()))
    engine = engine_for(url)
    yield Floor(Site(engine, loaded.packages, loaded.plugins, loaded.access, tmp_path))
    engine.dispose()
