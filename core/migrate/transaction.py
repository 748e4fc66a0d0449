"""The transaction in which addons change: alone, all or nothing, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from core.errors import AddonError
from core.i18n import _
from core.orm.installed import be_alone


@contextmanager
def changing(engine: Engine, *, moves_rows: bool = False) -> Iterator[Connection]:
    """A transaction that no writer shares; `moves_rows` has SQLite check every reference before it commits.

    SQLite's foreign keys are off meanwhile: with them on, a table that is rebuilt takes the rows that refer to it
    along (ON DELETE CASCADE).
    """
    with engine.connect() as plain:
        sqlite = engine.dialect.name == "sqlite"
        if sqlite:
            _switch_foreign_keys(plain, on=False)
        try:
            connection = plain.execution_options(dovetail_write=True)
            with connection.begin():
                be_alone(connection)
                yield connection
                if sqlite and moves_rows:
                    _check_foreign_keys(connection)
        finally:
            if sqlite:
                _switch_foreign_keys(plain, on=True)


def _switch_foreign_keys(connection: Connection, *, on: bool) -> None:
    """On the driver's connection: within a transaction SQLite would ignore it."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5)
    if broken:
        raise AddonError(
            _(
                "Rows would refer to rows that are gone ({tables}). Everything was undone; nothing has changed.",
                tables=", ".join(sorted({f"{row[0]} > {row[2]}" for row in broken})),
            )
        )
