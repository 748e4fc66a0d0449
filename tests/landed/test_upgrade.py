"""A site of each landed version comes to the version of today, on a Friday afternoon, with every row it had."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.backup.files import found
from core.config import Settings, write
from core.testing import snapshot
from core.testing.databases import Databases
from core.testing.process import apart
from tests.core.cli.typed import dovetail
from tests.core.migrate import steps
from tests.landed import sites

pytestmark = pytest.mark.slow
_OF_A_DAY = re.compile(r"_\d{8}$")


@pytest.mark.parametrize("version", sites.LANDED)
def test_a_site_of_a_landed_version_is_upgraded_with_every_row_it_had(
    version: str, database_kind: str, fresh_databases: Databases, tmp_path: Path
) -> None:
    url = fresh_databases.fresh(database_kind)
    sites.load(version, url)
    folder = tmp_path / "site"
    write(Settings(folder, database=url))
    wanted = sites.columns(url)
    before = sites.rows(url, wanted)

    upgraded = dovetail(folder, "upgrade", "--yes")
    trail = dovetail(folder, "check-audit")
    examined = dovetail(folder, "doctor")

    assert upgraded.returncode == 0, upgraded.stderr
    is_behind = "Nothing to do." not in upgraded.stdout
    assert len(found(folder / "backups")) == is_behind
    after = sites.rows(url, wanted)
    assert {table: lost for table in wanted if (lost := before[table] - after[table])} == {}
    assert "Nobody touched the trail." in trail.stdout
    assert "✓ schema" in examined.stdout
    assert "✗" not in examined.stdout
    assert (
        snapshot.difference(_new(sites.addons(url), fresh_databases.fresh(database_kind)), _lasting(url))
        == []
    )


def _new(addons: list[str], url: str) -> snapshot.Schema:
    """What a new site of today is made of."""
    apart(steps.create, url, addons)
    return _lasting(url)


def _lasting(url: str) -> snapshot.Schema:
    """Without the tables that PostgreSQL gets for each day of telemetry."""
    return {table: parts for table, parts in steps.schema(url).items() if not _OF_A_DAY.search(table)}
