"""Two installations with one world each, as processes that are killed: every fact has its effect once, in its order."""

from __future__ import annotations

from pathlib import Path

from core.testing.databases import Databases
from tests.addons.bridge import servers
from tests.addons.bridge.servers import server


def test_each_use_is_issued_once_and_in_order_whoever_is_killed_meanwhile(
    database_kind: str, fresh_databases: Databases, tmp_path: Path
) -> None:
    urls = [fresh_databases.fresh(database_kind) for _side in range(2)]
    with server(tmp_path / "erp", urls[0]) as office, server(tmp_path / "mes", urls[1]) as floor:
        for here, there, make, name in (
            (office, floor, servers.make_office, "erp"), (floor, office, servers.make_floor, "mes"),
        ):  # fmt: skip
            token = here.does(make, here.database, there.url)
            (there.folder / "bridge").mkdir()
            (there.folder / "bridge" / f"{name}.token").write_text(token)
        office.start()
        floor.start()
        for table, count in (("base_item", 3), ("base_work_center", 3), ("bridge_mes_delivery", 1)):
            floor.has(table, count)

        floor.does(servers.use, (1, 2, 3))
        office.kill()
        floor.does(servers.use, (4, 5, 6))
        floor.kill()
        office.start()
        floor.start()
        floor.does(servers.hurry)
        office.has("bridge_erp_floor_issue", 6)

        assert office.does(servers.issued) == ([1, 2, 3, 4, 5, 6], 100 - 21)
        assert [*office.does(servers.agrees), *floor.does(servers.agrees)] == []
