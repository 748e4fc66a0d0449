"""Steps in the life of a plant's addons over many rows, each for a process of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, inspect

from core.addon import discover
from core.app import create_site, fill, open_site
from core.backup import content
from core.migrate import archive as archiving
from core.migrate import restore as restoring
from core.migrate import switch
from core.migrate.install import load_active
from core.migrate.storage import count_on, counters
from core.orm.engine import engine_for
from core.orm.installed import Record, records
from core.orm.trigram import is_accelerator
from core.testing import life, snapshot

ADDONS = ("erp_supply", "mes_equipment", "bridge")
#: How many copies of its rows a table gets, and what of a copy differs by its number `k`, so that it is one more.
#: The example's machines have run for more or less of today: the copies leave room for that.
_GROWTH: Mapping[str, tuple[int, Mapping[str, str]]] = {
    "erp_supply_stock_move": (10, {}),
    "mes_equipment_state_change": (10, {"corrects_id": "NULL"}),
    "mes_equipment_telemetry": (14, {"mark": "mark + k"}),
    "mes_equipment_count_event": (
        10,
        {"corrects_id": "NULL", "idempotency_key": "idempotency_key || '-' || k"},
    ),
    "bridge_erp_floor_issue": (4_000, {"line": "line + 1000 * k"}),
    "base_comment": (200, {}),
}


def make(url: str) -> None:
    """The example plant."""
    create_site(life.settings(url), ADDONS, demo=True).engine.dispose()


def grow(url: str) -> None:
    """Over 100,000 rows of each addon, and comments on what is theirs."""
    engine = engine_for(url).execution_options(dovetail_write=True)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Copies refer to what their originals do: to ask for each would take a minute.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        _comment(connection)
        for table, (copies, differing) in _GROWTH.items():
            _multiply(connection, table, copies, differing)
    engine.dispose()


def rows_of(url: str, addon: str) -> int:
    """How many rows there are in the tables of an addon and its joins."""
    with engine_for(url).connect() as connection:
        known = records(connection)
        owned = {t for n, r in known.items() if n.partition(".")[0] == addon for t in r.tables}
        return sum(
            connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()  # noqa: S608 -- our own tables
            for table in owned
        )


def state(url: str) -> tuple[snapshot.Schema, dict[str, object]]:
    """The schema with its triggers, and the digest of every table with how far ids were counted."""
    engine = engine_for(url)
    with engine.connect() as connection:
        held = content.contents(connection)
        counted = counters(connection, list(held))
    found: dict[str, object] = {name: each for name, each in held.items() if not is_accelerator(name)}
    return snapshot.schema(engine), {**found, **counted}


def switch_off_and_on(url: str, addon: str) -> None:
    """Disable the addon and enable it."""
    engine = engine_for(url)
    switch.disable(engine, addon, include_dependants=True)
    for name in reversed(switch.concerned(_known(url), addon, include_dependants=True)[0]):
        switch.enable(engine, discover(), name)


def put_away(url: str, addon: str, file: Path) -> list[str]:
    """Archive the addon."""
    engine = engine_for(url)
    load_active(engine, discover())
    return archiving.archive(engine, life.settings(url), addon, file, include_dependants=True)


def bring_back(url: str, file: Path) -> list[str]:
    """Restore what was archived, with its seeds."""
    settings = life.settings(url)
    back = restoring.restore(engine_for(url), discover(), file, settings)
    fill(open_site(settings), back)
    return [package.name for package in back]


def _known(url: str) -> dict[str, Record]:
    with engine_for(url).connect() as connection:
        return records(connection)


def _comment(connection: Connection) -> None:
    for model in ("erp_supply.purchase_order", "mes_equipment.equipment", "bridge.partner"):
        connection.exec_driver_sql(
            "INSERT INTO base_comment (model, record_id, body, version) "  # noqa: S608 -- our own names
            f"VALUES ('{model}', 1, 'See the drawing.', 1)"
        )


def _multiply(connection: Connection, table: str, copies: int, differing: Mapping[str, str]) -> None:
    columns = [column["name"] for column in inspect(connection).get_columns(table)]
    if "id" in columns:
        differing = {"id": f"id + k * (SELECT max(id) FROM {table})", **differing}  # noqa: S608 -- our own tables
    values = ", ".join(differing.get(name, name) for name in columns)
    connection.exec_driver_sql(
        f"WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {copies}) "  # noqa: S608 -- our own tables
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} CROSS JOIN n"
    )
    if "id" in columns and connection.dialect.name == "postgresql":
        last = connection.exec_driver_sql(f"SELECT max(id) FROM {table}").scalar_one()  # noqa: S608 -- our own tables
        count_on(connection, {f"{table}.id": (last, True)})
