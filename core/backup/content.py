"""What the tables of a database hold, as counts and digests that are the same wherever the same rows are."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import Connection

from core.backup.manifest import Content

_BYTES = 8
#: What a row looks like as text must not depend on who asks.
_AS_TEXT = ("TimeZone = 'UTC'", "DateStyle = 'ISO'", "extra_float_digits = 1", "bytea_output = 'hex'")
_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND n.nspname = current_schema() ORDER BY 1"""
_SQLITE_TABLES = """
SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'
   AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY 1"""


def contents(connection: Connection) -> dict[str, Content]:
    """The content of every table; of a partitioned one that of each partition."""
    if connection.dialect.name == "postgresql":
        steady(connection)
        names = connection.exec_driver_sql(_TABLES).scalars().all()
        return {name: _on_postgresql(connection, name) for name in names}
    driver: Any = connection.connection.driver_connection  # Any: sqlite3's, which mypy does not know here
    driver.create_aggregate("dovetail_digest", -1, _Digest)
    names = connection.exec_driver_sql(_SQLITE_TABLES).scalars().all()
    return {name: _on_sqlite(connection, name) for name in names}


def steady(connection: Connection) -> None:
    """Have PostgreSQL write values as text in one way, whoever asks, until the transaction ends."""
    for setting in _AS_TEXT:
        connection.exec_driver_sql(f"SET LOCAL {setting}")


def _on_postgresql(connection: Connection, name: str) -> Content:
    table = connection.dialect.identifier_preparer.quote(name)
    asked = (
        f"SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0) FROM {table} t"  # noqa: S608 -- a quoted name
    )
    rows, digest = connection.exec_driver_sql(asked).one()
    return Content(rows, str(digest))


def _on_sqlite(connection: Connection, name: str) -> Content:
    quote = connection.dialect.identifier_preparer.quote
    found = connection.exec_driver_sql(f"PRAGMA table_info({quote(name)})")
    columns = ", ".join(quote(row.name) for row in found)
    asked = f"SELECT count(*), dovetail_digest({columns}) FROM {quote(name)}"  # noqa: S608 -- quoted names
    rows, digest = connection.exec_driver_sql(asked).one()
    return Content(rows, str(digest))


class _Digest:
    """The sum of the digests of rows, for SQLite, which has no function of the kind."""

    def __init__(self) -> None:
        self._sum = 0

    def step(self, *values: object) -> None:
        digest = hashlib.blake2b(repr(values).encode("utf-8", "surrogatepass"), digest_size=_BYTES).digest()
        self._sum += int.from_bytes(digest, "big")

    def finalize(self) -> str:
        return str(self._sum)
