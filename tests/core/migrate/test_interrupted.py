"""An upgrade that is cut short at any of its statements leaves the old version, whole."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection

from core.testing import postgres, snapshot
from core.testing.process import apart
from tests.core.migrate import interrupting, steps

POINTS = 20

pytestmark = [pytest.mark.fault, pytest.mark.slow]


@pytest.fixture
def own_database_url(database_kind: str, database_url: str) -> Iterator[str]:
    """An empty database on a server that no other test is served by, and that commits at once."""
    if database_kind == "sqlite":
        yield database_url
        return
    with postgres.running_postgres({"fsync": "off"}) as url:
        yield url


def test_an_upgrade_killed_at_any_of_twenty_points_leaves_the_old_version_whole(database_url: str) -> None:
    _holds(database_url, interrupting.kill, -signal.SIGKILL)


def test_an_upgrade_whose_disk_is_full_leaves_the_old_version_whole(
    own_database_url: str,
) -> None:
    _holds(own_database_url, interrupting.fill_disk, interrupting.GAVE_UP)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_an_upgrade_that_loses_its_connection_leaves_the_old_version_whole(
    database_url: str,
) -> None:
    _holds(database_url, interrupting.cut_off, interrupting.GAVE_UP)


def _holds(url: str, befall: Callable[[Connection], None], end: int) -> None:
    apart(steps.at_revision, url, {"library": "0001", "lending": "0001"})
    steps.sql(url, "insert into library_book (id, code, name, version) values (1, 'B1', 'One', 1)")
    schema = steps.schema(url)
    count = apart(steps.count_of_statements, url)

    ends, changed = apart(interrupting.at_each, url, range(1, count + 1, count // POINTS), befall)

    assert ends == {end}
    assert changed == []
    assert snapshot.difference(schema, steps.schema(url)) == []
    assert apart(steps.run_upgrade, url) == ["library 0002", "lending 0002"]
    assert steps.count(url, "library_book") == 1
