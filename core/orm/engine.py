"""Engines for both databases, with the settings that make them behave alike."""

from __future__ import annotations

import threading
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from core.errors import UserError
from core.i18n import _

BUSY_TIMEOUT_MS = 10_000
_TURN = "dovetail_turn"

#: PostgreSQL's numeric_value_out_of_range; SQLite's driver raises OverflowError.
_OUT_OF_RANGE = "22003"


def engine_for(url: str, **options: Any) -> Engine:  # Any: create_engine's options
    """An engine on `url`; SQLite gets WAL, foreign keys, transactional DDL and two kinds of transaction."""
    options = {"hide_parameters": True, **options}  # what people typed is not for messages and logs
    if not url.startswith("sqlite"):
        engine = create_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1),
            pool_pre_ping=True,
            **options,
        )
        event.listen(engine, "handle_error", _refuse)
        return engine
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        **options,
    )
    event.listen(engine, "handle_error", _refuse)
    turns = _Turns()
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", turns.begin)
    event.listen(engine, "commit", turns.end)
    event.listen(engine, "rollback", turns.end)
    event.listen(engine, "checkin", turns.given_back)
    return engine


def _refuse(context: ExceptionContext) -> None:
    """Whoever sends what no database takes hears that it is theirs and not a fault of ours."""
    error = context.original_exception
    if "cannot contain NUL" in str(error):
        raise UserError(_("A text holds the character U+0000, which cannot be searched for or stored."))
    if isinstance(error, OverflowError) or getattr(error, "sqlstate", None) == _OUT_OF_RANGE:
        raise UserError(_("A number is larger than can be searched for or stored."))


def _prepare_sqlite(connection: Any, _record: object) -> None:  # Any: the driver's connection
    """Leave BEGIN to us: the driver's own would not cover DDL."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "recursive_triggers=ON",
                   "cache_size=-65536", f"busy_timeout={BUSY_TIMEOUT_MS}"):  # fmt: skip
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


class _Turns:
    """The order of the writers of one process: SQLite lets them poll, so that who waits longest may wait on."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def begin(self, connection: Connection) -> None:
        """A writer waits for its turn and begins IMMEDIATE; a reader takes a snapshot and waits for nobody."""
        if not connection.get_execution_options().get("dovetail_write", False):
            connection.exec_driver_sql("BEGIN")
            return
        # Past the timeout SQLite itself decides, and says that the database is locked.
        connection.info[_TURN] = self._turn.acquire(timeout=BUSY_TIMEOUT_MS / 1000)
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            self._release(connection.info)
            raise

    def end(self, connection: Connection) -> None:
        """Told just before the transaction ends, so that the next one's BEGIN waits for a moment only."""
        self._release(connection.info)

    def given_back(self, _connection: object, record: ConnectionPoolEntry) -> None:
        """Whatever became of the transaction, a connection in the pool holds up nobody."""
        self._release(record.info)

    def _release(self, info: dict[Any, Any]) -> None:  # Any: what SQLAlchemy and others note of a connection
        if info.pop(_TURN, False):
            self._turn.release()
