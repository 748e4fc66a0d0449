"""The houses in which the bridge is tested, on each database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from core import addon
from core.orm.env import Env
from core.testing.databases import Databases

BOTH = ("bridge", "erp_supply", "mes_equipment")
# Whose modules are whose is known before any of them is imported.
addon.claim(addon.in_order(BOTH, addon.discover()))

from tests.addons.bridge.house import House, items, machines, people_and_places, supplier  # noqa: E402 -- as above
from tests.addons.bridge.machine import watch  # noqa: E402 -- as above
from tests.addons.bridge.store import store  # noqa: E402 -- as above
from tests.addons.sites import opened, prepared  # noqa: E402 -- as above


def _house(
    kind: str, databases: Databases, name: str, folder: Path, *steps: Callable[[Env], None]
) -> Iterator[House]:
    url = databases.cloned(kind, name, partial(prepared, BOTH, partial(_fill, (people_and_places, *steps))))
    house = House(opened(BOTH, url, folder))
    yield house
    house.site.engine.dispose()


def _fill(steps: tuple[Callable[[Env], None], ...], env: Env) -> None:
    for step in steps:
        step(env)


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
