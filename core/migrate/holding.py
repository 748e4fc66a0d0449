"""How much an addon holds: the rows of its tables and the room that they take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

#: From so many rows on PostgreSQL's estimate is told: to count them would take seconds.
_ESTIMATED = 100_000
#: Pages of an SQLite file above which its tables are not measured: all would have to be read.
_MOST_PAGES = 250_000
_POSTGRESQL = """
SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint, coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
  FROM pg_partition_tree(to_regclass(%s)) p JOIN pg_class c ON c.oid = p.relid"""


@dataclass(frozen=True)
class Holding:
    """Of one table."""

    table: str
    rows: int
    #: None where it was not measured.
    size_bytes: int | None
    is_estimate: bool = False


def holdings(connection: Connection, tables: Sequence[str]) -> list[Holding]:
    """What each of `tables` holds, indexes included."""
    if connection.dialect.name == "postgresql":
        return [_on_postgresql(connection, table) for table in tables]
    sizes = _sqlite_sizes(connection)
    return [Holding(t, _count(connection, t), None if sizes is None else sizes.get(t, 0)) for t in tables]


def _on_postgresql(connection: Connection, table: str) -> Holding:
    quoted = connection.dialect.identifier_preparer.quote(table)
    estimate, size = connection.exec_driver_sql(_POSTGRESQL, (quoted,)).one()
    if estimate >= _ESTIMATED:
        return Holding(table, estimate, size, is_estimate=True)
    return Holding(table, _count(connection, table), size)


def _count(connection: Connection, table: str) -> int:
    quoted = connection.dialect.identifier_preparer.quote(table)
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {quoted}").scalar_one())  # noqa: S608 -- quoted name


def _sqlite_sizes(connection: Connection) -> dict[str, int] | None:
    """Bytes by table; None where SQLite was built without the means, or there is too much to read."""
    if connection.exec_driver_sql("PRAGMA page_count").scalar_one() > _MOST_PAGES:
        return None
    asked = (
        "SELECT coalesce(m.tbl_name, d.name), sum(d.pgsize) FROM dbstat d "
        "LEFT JOIN sqlite_master m ON m.name = d.name WHERE d.aggregate = 1 GROUP BY 1"
    )
    try:
        return {row[0]: row[1] for row in connection.exec_driver_sql(asked)}
    except OperationalError:
        return None
