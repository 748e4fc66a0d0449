"""The indexes that an upgrade on PostgreSQL makes when it is committed: others read and write meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, Engine, Index, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateIndex

from core.addon import Package
from core.orm.model import tables_of
from core.orm.trigram import accelerators, has_extension

#: How long each step waits for transactions that are open on the table.
PATIENCE = "60s"
#: Of this schema, with whether it is whole: one whose making was cut off is not.
_THERE = text(
    "SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
    "WHERE c.relnamespace = current_schema()::regnamespace"
)
log = logging.getLogger("dovetail.migrate")


def missing(connection: Connection, packages: Iterable[Package]) -> dict[str, str]:
    """The statements that make the indexes which models of `packages` have and the database lacks, by name."""
    if connection.dialect.name != "postgresql":
        return {}
    there: Mapping[str, bool] = {row[0]: row[1] for row in connection.execute(_THERE)}
    wanted = {name: on for package in packages for name, on in _wanted(connection, package)}
    return {name: statement for name, statement in wanted.items() if not there.get(name)}


def make(engine: Engine, packages: Iterable[Package]) -> None:
    """Make what is missing, each on its own.

    Where a transaction stays open for longer than PATIENCE one is left, as the log tells; the next upgrade tries again.
    """
    if engine.dialect.name != "postgresql":
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}'")
        try:
            for name, statement in missing(connection, packages).items():
                _make(connection, name, statement)
        finally:
            connection.exec_driver_sql("RESET lock_timeout")


def _make(connection: Connection, name: str, statement: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(name)
    try:
        # What was cut off is there, and not whole.
        connection.exec_driver_sql(f"DROP INDEX CONCURRENTLY IF EXISTS {quoted}")
        connection.exec_driver_sql(statement)
    except OperationalError as error:
        log.warning("the index %s could not be made while others work: %s", name, error.orig)


def _wanted(connection: Connection, package: Package) -> Iterator[tuple[str, str]]:
    tables = tables_of(package.name)
    for table in tables:
        for index in table.indexes:
            if not index.unique and index.name is not None:
                yield index.name, _statement(connection, index)
    for name, on in accelerators(tables) if has_extension(connection) else ():
        yield name, f"CREATE INDEX CONCURRENTLY {name} ON {on}"


def _statement(connection: Connection, index: Index) -> str:
    plain = str(CreateIndex(index).compile(dialect=connection.dialect))
    return plain.replace("CREATE INDEX", "CREATE INDEX CONCURRENTLY", 1)
