"""The trail of a site that is older than its sealing, and of one that goes back there, stays whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from core.addon import discover
from core.audit import heads
from core.audit.check import check
from core.audit.sealer import Sealer
from core.migrate import history
from core.testing import snapshot
from core.testing.databases import Databases
from core.testing.process import apart
from tests.core.migrate import steps


def sealed(url: str, folder: str) -> dict[str, object]:
    """Seal the trail and say what a check finds."""
    site = replace(steps.opened(url), folder=Path(folder))
    Sealer(site).run_waiting()
    return check(site, heads.file_of(site.folder)).as_json()


def test_the_trail_is_whole_after_going_down_and_up(
    database_kind: str, fresh_databases: Databases, tmp_path: Path
) -> None:
    url = fresh_databases.fresh(database_kind)
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
    apart(steps.create, url, ["library"])
    before = apart(sealed, url, str(first))
    schema, head = steps.schema(url), history.head(discover()["base"])

    apart(steps.walk, url, "base", "0004")
    unsealed = steps.count(url, "base_change_batch WHERE seal_no IS NULL")
    apart(steps.walk, url, "base", head)
    after = apart(sealed, url, str(second))

    assert snapshot.difference(schema, steps.schema(url)) == []
    assert before["sound"]
    assert before["before_sealing"] == 0
    assert unsealed == before["batches"] != 0
    assert after["sound"], after["problems"]
    assert after["before_sealing"] == after["sealed"] == before["sealed"]
