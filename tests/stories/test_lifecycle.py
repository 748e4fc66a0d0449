"""An addon that is taken out of use and back, or archived and restored, has every byte of its data again."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.testing import snapshot
from core.testing.databases import Databases
from core.testing.process import apart
from tests.stories import lifecycle


def _plant(url: str) -> None:
    apart(lifecycle.make, url)
    apart(lifecycle.grow, url)


@pytest.mark.story
@pytest.mark.slow
@pytest.mark.parametrize("addon", lifecycle.ADDONS)
def test_over_a_hundred_thousand_rows_an_addon_that_went_comes_back_byte_for_byte(
    database_kind: str, fresh_databases: Databases, tmp_path: Path, addon: str
) -> None:
    url = fresh_databases.cloned(database_kind, "story_lifecycle", _plant)
    (schema, contents), file = apart(lifecycle.state, url), tmp_path / "archive.tar.gz"

    rows = apart(lifecycle.rows_of, url, addon)
    apart(lifecycle.switch_off_and_on, url, addon)
    gone = apart(lifecycle.put_away, url, addon, file)
    left = apart(lifecycle.rows_of, url, addon)
    back = apart(lifecycle.bring_back, url, file)
    came_back_schema, came_back = apart(lifecycle.state, url)

    assert rows > 100_000
    assert (left, sorted(back)) == (0, sorted(gone))
    assert snapshot.difference(schema, came_back_schema) == []
    assert {n for n in {*contents, *came_back} if contents.get(n) != came_back.get(n)} == set()
