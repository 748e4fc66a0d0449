"""An upgrade that is killed at any of its statements leaves the old version, whole."""

from __future__ import annotations

import signal

import pytest

from core.testing import snapshot
from core.testing.process import apart
from tests.core.migrate import steps

POINTS = 20


@pytest.mark.fault
@pytest.mark.slow
def test_an_upgrade_killed_at_any_of_twenty_points_leaves_the_old_version_whole(database_url: str) -> None:
    apart(steps.at_revision, database_url, {"library": "0001", "lending": "0001"})
    steps.sql(database_url, "insert into library_book (id, code, name, version) values (1, 'B1', 'One', 1)")
    schema = steps.schema(database_url)
    count = apart(steps.count_of_statements, database_url)

    ends, changed = apart(steps.kill_at, database_url, range(1, count + 1, count // POINTS))

    assert ends == {signal.SIGKILL}
    assert changed == []
    assert snapshot.difference(schema, steps.schema(database_url)) == []
    assert apart(steps.run_upgrade, database_url) == ["library 0002", "lending 0002"]
    assert steps.count(database_url, "library_book") == 1
