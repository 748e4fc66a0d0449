"""Transactions that let go of their locks before the disk has them, for work that everybody waits for in turn.

PostgreSQL keeps a transaction's locks until its commit is on the disk. Behind a lock that all writers need, such as
that of a gapless counter, each of them then waits for a disk write of its own. With `synchronous_commit` off the locks
are let go before; whoever committed waits for the disk afterwards, together with the others. Nothing is answered
sooner, and nothing is lost that another one built on: the log is written in order.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

#: Selected in the statement that takes the lock, so that it costs no round trip of its own.
LET_GO = "set_config('synchronous_commit', 'off', true)"
_LATE = "dovetail_let_go"
#: The second writes to the log, so that its own commit waits until the log is on the disk up to here.
_COMMIT = "COMMIT; SELECT pg_logical_emit_message(true, 'dovetail', '')"


def lets_go(connection: Connection) -> None:
    """Note that the transaction has selected `LET_GO`."""
    connection.info[_LATE] = True


def commit(connection: Connection) -> None:
    """Commit, and return when the disk has it."""
    if connection.info.pop(_LATE, False):
        _commit_and_wait(connection)
    connection.commit()


def rollback(connection: Connection) -> None:
    connection.info.pop(_LATE, None)
    connection.rollback()


def _commit_and_wait(connection: Connection) -> None:
    """Both in one message to the server; the driver then knows that its transaction is over."""
    driver: Any = connection.connection.driver_connection  # Any: psycopg's
    base = connection.dialect.loaded_dbapi.Error
    try:
        driver.execute(_COMMIT, prepare=False)  # two statements cannot be prepared
    except base as error:
        raise DBAPIError.instance(_COMMIT, None, error, base, dialect=connection.dialect) from error
