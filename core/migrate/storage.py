"""What tables have beside their rows and their schema: the next numbers of their ids, and PostgreSQL's partitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, inspect

from core.orm.series import attach_partition

#: The last number of each counter, and whether it was given out, by `table.column`.
Counters = Mapping[str, tuple[int, bool]]
#: The bounds of each partition by its name, by table.
Partitions = Mapping[str, Mapping[str, str]]

_COUNTED = """
SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(%s) AND a.attnum > 0 AND NOT a.attisdropped
   AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL"""
_PARTITIONED = """
SELECT p.relname, c.relname, pg_get_expr(c.relpartbound, c.oid)
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
 WHERE p.relnamespace = current_schema()::regnamespace AND p.relname = ANY(%s) ORDER BY 1, 2"""

_REFERENCES = """
SELECT c.conrelid::regclass::text, quote_ident(c.conname), pg_get_constraintdef(c.oid)
  FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
 WHERE c.contype = 'f' AND c.conparentid = 0 AND r.relnamespace = current_schema()::regnamespace AND r.relname = ANY(%s)
 ORDER BY 1, 2"""


@contextmanager
def unreferring(connection: Connection, tables: Sequence[str]) -> Iterator[None]:
    """Check what `tables` refer to once at the end: PostgreSQL would ask for each row. SQLite's keys are off anyway."""
    if connection.dialect.name == "sqlite":
        yield
        return
    keys = connection.exec_driver_sql(_REFERENCES, (list(tables),)).all()
    for table, name, _definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    yield
    for table, name, definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def counters(connection: Connection, tables: Sequence[str]) -> Counters:
    """How far the ids of `tables` were counted."""
    if connection.dialect.name == "sqlite":
        if not inspect(connection).has_table("sqlite_sequence"):
            return {}
        rows = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        return {f"{name}.id": (seq, True) for name, seq in rows if name in tables}
    found = {}
    for table, column, sequence in connection.exec_driver_sql(_COUNTED, (list(tables),)).all():
        last, called = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()  # noqa: S608 -- quoted by the server
        found[f"{table}.{column}"] = (last, called)
    return found


def count_on(connection: Connection, wanted: Counters) -> None:
    """Have the ids go on where they were."""
    for name, (last, called) in wanted.items():
        table, _dot, column = name.partition(".")
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, last))
        else:
            connection.exec_driver_sql(
                "SELECT setval(pg_get_serial_sequence(quote_ident(%s), %s)::regclass, %s, %s)",
                (table, column, last, called),
            )


def partitions(connection: Connection, tables: Sequence[str]) -> Partitions:
    """The partitions of `tables`; SQLite has none."""
    found: dict[str, dict[str, str]] = {}
    if connection.dialect.name == "postgresql":
        for table, name, bounds in connection.exec_driver_sql(_PARTITIONED, (list(tables),)):
            found.setdefault(table, {})[name] = bounds
    return found


def divide(connection: Connection, wanted: Partitions) -> None:
    """Make the partitions again."""
    for table, parts in wanted.items():
        for name, bounds in parts.items():
            attach_partition(connection, table, name, bounds)
