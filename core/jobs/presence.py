"""That a worker of a site is alive, told to those that start later by a lock that dies with its process."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from core.orm.env import Site

#: The advisory lock of the workers of a database; any number that nothing else takes.
_LOCK = 0x646F76657461696C
_FILE = "workers.lock"


class Presence:
    """The share that one worker holds in the lock of all of them."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._server: Connection | None = None
        self._file: sqlite3.Connection | None = None

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Take the share; within the block no other worker starts, and it is told whether this one is alone."""
        if self._site.engine.dialect.name == "postgresql":
            yield from self._taken_of_server()
        else:
            yield from self._taken_of_file()

    def leave(self) -> None:
        """Give the share back."""
        if self._server is not None:
            self._server.exec_driver_sql("SELECT pg_advisory_unlock_shared(%s)", (_LOCK,))
            self._server.close()
            self._server = None
        if self._file is not None:
            self._file.close()
            self._file = None

    def _taken_of_server(self) -> Iterator[bool]:
        self._server = self._site.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        asked = self._server.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (_LOCK,))
        alone = bool(asked.scalar_one())
        yield alone
        self._server.exec_driver_sql("SELECT pg_advisory_lock_shared(%s)", (_LOCK,))
        if alone:
            self._server.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (_LOCK,))

    def _taken_of_file(self) -> Iterator[bool]:
        """SQLite's own locks, which every system has, on a file beside the database."""
        path = self._site.folder / _FILE
        self._file = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            self._file.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            yield False
        else:
            yield True
            self._file.execute("COMMIT")
        self._file.execute("PRAGMA busy_timeout = 5000")
        self._file.execute("BEGIN")
        self._file.execute("SELECT count(*) FROM sqlite_master").fetchone()
