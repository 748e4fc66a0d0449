"""The houses in which the bridge is tested, on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from core import addon
from core.migrate import tables
from core.migrate.loading import load
from core.migrate.transaction import changing
from core.orm.engine import engine_for
from core.orm.env import Env, Site, open_env
from core.testing.databases import Databases

BOTH = ("bridge", "erp_supply", "mes_equipment")
# Whose modules are whose is known before any of them is imported.
addon.claim(addon.in_order(BOTH, addon.discover()))

from tests.addons.bridge.house import House, items, machines, people_and_places, supplier  # noqa: E402 -- as above
from tests.addons.bridge.machine import watch  # noqa: E402 -- as above
from tests.addons.bridge.store import store  # noqa: E402 -- as above


def _site(url: str, folder: Path) -> Site:
    loaded = load(addon.in_order(BOTH, addon.discover()))
    return Site(engine_for(url), loaded.packages, loaded.plugins, loaded.access, folder, b"secret")


def _filled(steps: tuple[Callable[[Env], None], ...], url: str) -> None:
    site = _site(url, Path())
    with changing(site.engine) as connection:
        tables.make(connection, list(site.packages), load(addon.in_order(BOTH, addon.discover())))
    with open_env(site, write=True) as env:
        for step in (people_and_places, *steps):
            step(env)
    site.engine.dispose()


def _house(
    kind: str, databases: Databases, name: str, folder: Path, *steps: Callable[[Env], None]
) -> Iterator[House]:
    url = databases.cloned(kind, name, partial(_filled, steps))
    house = House(_site(url, folder))
    yield house
    house.site.engine.dispose()


@pytest.fixture
def house(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[House]:
    """Both worlds in one database, with items, machines and goods to receive."""
    yield from _house(
        database_kind, fresh_databases, "bridge_both", tmp_path, items, machines, supplier, store, watch
    )


@pytest.fixture
def office(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[House]:
    """The ERP's database: items, work centres and a store."""
    yield from _house(
        database_kind, fresh_databases, "bridge_erp", tmp_path / "erp", items, machines, supplier, store
    )


@pytest.fixture
def floor(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[House]:
    """The MES's database: a company and its people, and nothing to work with yet."""
    yield from _house(database_kind, fresh_databases, "bridge_mes", tmp_path / "mes")
