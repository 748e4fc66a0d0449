"""Transactions that let go of their locks before the disk has them, for work that everybody waits for in turn.

PostgreSQL keeps a transaction's locks until its commit is on the disk. Behind a lock that all writers need, such as
that of a gapless counter, each of them then waits for a disk write of its own. With `synchronous_commit` off the locks
are let go before; whoever committed waits for the disk afterwards, together with the others. Nothing is answered
sooner, and nothing is lost that another one built on: the log is written in order.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

#: Selected in the statement that takes the lock, so that it costs no round trip of its own.
LET_GO = "set_config('synchronous_commit', 'off', true)"
_LATE = "dovetail_let_go"
#: Writes to the log, so that this transaction's own commit waits until the log is on the disk up to here.
_WAIT = "SELECT pg_logical_emit_message(true, 'dovetail', '')"


def lets_go(connection: Connection) -> None:
    """Note that the transaction has selected `LET_GO`."""
    connection.info[_LATE] = True


def commit(connection: Connection) -> None:
    """Commit, and return when the disk has it."""
    late = connection.info.pop(_LATE, False)
    driver: Any = connection.connection.driver_connection  # Any: psycopg's or sqlite3's
    connection.commit()
    if late:
        _wait(driver)


def rollback(connection: Connection) -> None:
    connection.info.pop(_LATE, None)
    connection.rollback()


def _wait(driver: Any) -> None:  # Any: as above
    driver.autocommit = True
    try:
        driver.execute(_WAIT)
    finally:
        driver.autocommit = False
