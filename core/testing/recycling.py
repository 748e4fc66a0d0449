"""Bringing a PostgreSQL database that a test has used back to its template, which takes a tenth of a new copy's time.

What the server counted as written is emptied and filled again from files. A database whose schema changed is left to
be dropped.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from core.testing.postgres import administering

#: From this release on the counters are exact as soon as whoever wrote is gone.
SINCE = 150_000
#: How long the connections of a test may take to end.
_PATIENCE_SECONDS = 2.0
_INDEX = "index.json"

# Anything made, changed or truncated has a newer number than all before it.
_SCHEMA = """
SELECT (SELECT max(oid::bigint) FROM pg_class), (SELECT max(relfilenode::bigint) FROM pg_class),
       (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_attribute), (SELECT max(oid::bigint) FROM pg_proc),
       (SELECT max(oid::bigint) FROM pg_constraint), (SELECT max(oid::bigint) FROM pg_trigger)
"""
_TABLES = (
    "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
_WRITTEN = "SELECT relid::regclass::text FROM pg_stat_user_tables WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
_OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def remember(url: str, folder: Path) -> None:
    """Keep in `folder` what the database of `url` holds, for `restored`."""
    folder.mkdir()
    with administering(url) as connection:
        filled = {
            name: number
            for number, (name,) in enumerate(connection.execute(_TABLES).fetchall())
            if connection.execute(f"SELECT 1 FROM {name} LIMIT 1".encode()).fetchone()  # noqa: S608 -- quoted by the server
        }
        for name, number in filled.items():
            with (
                (folder / str(number)).open("wb") as file,
                connection.cursor().copy(f"COPY {name} TO STDOUT (FORMAT binary)".encode()) as copy,
            ):
                for data in copy:
                    file.write(data)
        index = {"schema": _schema(connection), "tables": filled, "sequences": _sequences(connection)}
    (folder / _INDEX).write_text(json.dumps(index))


def restored(url: str, folder: Path) -> bool:
    """Make the database of `url` what `folder` remembers; whether that could be done."""
    index = json.loads((folder / _INDEX).read_text())
    with administering(url) as connection:
        if connection.info.server_version < SINCE or not _is_left(connection):
            return False
        if _schema(connection) != index["schema"]:
            return False
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")  # no key, no trigger
            for (name,) in connection.execute(_WRITTEN).fetchall():
                _refill(connection, name, index["tables"], folder)
            _wind_back(connection, index["sequences"])
        connection.execute("SELECT pg_stat_force_next_flush()")
        connection.execute("SELECT pg_stat_reset()")
    return True


def _is_left(connection: psycopg.Connection) -> bool:
    """Wait until nobody else is connected."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while connection.execute(_OTHERS).fetchone() != (0,):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def _refill(connection: psycopg.Connection, name: str, tables: dict[str, int], folder: Path) -> None:
    connection.execute(f"DELETE FROM {name}".encode())  # noqa: S608 -- quoted by the server
    if name in tables:
        with connection.cursor().copy(f"COPY {name} FROM STDIN (FORMAT binary)".encode()) as copy:
            copy.write((folder / str(tables[name])).read_bytes())


def _wind_back(connection: psycopg.Connection, before: dict[str, int | None]) -> None:
    for name, value in _sequences(connection).items():
        if value != before[name]:
            connection.execute(
                "SELECT setval(%s::regclass, %s, %s)",
                [sql.Identifier(name).as_string(connection), before[name] or 1, before[name] is not None],
            )


def _schema(connection: psycopg.Connection) -> Sequence[Any]:
    return list(connection.execute(_SCHEMA).fetchone() or ())


def _sequences(connection: psycopg.Connection) -> dict[str, int | None]:
    return dict(connection.execute(_SEQUENCES).fetchall())
