"""Telling a database that could not go on from a statement that was wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError

from core.errors import DatabaseGaveUp
from core.i18n import _


def gave_up(error: Exception) -> bool:
    """Whether it was the database that could not go on: a full disk, a lost connection, a lock that never came.

    SQLite raises OperationalError for a table that is not there, too; PostgreSQL has no class of its own for every
    answer of the system (SQLSTATE XX: internal error).
    """
    if not isinstance(error, DBAPIError):
        return False
    if (getattr(error.orig, "sqlstate", None) or "").startswith("XX"):
        return True
    is_operational = isinstance(error, OperationalError)
    return is_operational and getattr(error.orig, "sqlite_errorcode", None) != sqlite3.SQLITE_ERROR


@contextmanager
def explained() -> Iterator[None]:
    """Raise DatabaseGaveUp where the database gives up.

    Nobody can tell whether a commit was lost on its way there, or its answer on the way back: hence the wording.
    """
    try:
        yield
    except DBAPIError as error:
        if not gave_up(error):
            raise
        raise DatabaseGaveUp(
            _(
                "The database gave up: {reason} What was begun is done whole or undone whole, never half: see to the "
                "cause, then begin again.",
                reason=str(error.orig).strip().partition("\n")[0].rstrip(".") + ".",
            )
        ) from error
