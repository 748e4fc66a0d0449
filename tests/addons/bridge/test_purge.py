"""A purge of the bridge takes its messages along, wherever they wait."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from core.orm.engine import engine_for
from core.testing import life
from core.testing.databases import Databases
from core.testing.process import apart
from tests.addons.bridge import servers

#: Tables of base in which the bridge leaves something.
TABLES = ("base_outgoing_message", "base_outgoing_lane", "base_incoming_message", "base_incoming_stream")


def _rows(url: str) -> int:
    engine = engine_for(url)
    with engine.connect() as connection:
        counts = [connection.scalar(text(f"SELECT count(*) FROM {table}")) for table in TABLES]  # noqa: S608 -- ours
    engine.dispose()
    return sum(count or 0 for count in counts)


def test_nothing_of_the_bridge_is_left(
    database_kind: str, fresh_databases: Databases, tmp_path: Path
) -> None:
    url = fresh_databases.fresh(database_kind)
    apart(servers.make_office, str(tmp_path), url, "https://floor.example/api/bridge/partner/1/receive")
    assert _rows(url) > 0

    apart(life.remove, url, "bridge")

    assert _rows(url) == 0
