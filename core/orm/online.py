"""Indexes that may come later: an upgrade on PostgreSQL makes them when it is committed, while people work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

#: The names of those that are put off; None where each is made at once.
_put_off: ContextVar[set[str] | None] = ContextVar("put_off", default=None)


def create_index(name: str, table: str, columns: Sequence[str]) -> None:
    """In a migration: make an index that is not unique, and that a model has.

    On a table of many rows that takes long. An upgrade on PostgreSQL makes it last, and nobody waits for it.
    """
    from alembic import op  # noqa: PLC0415 -- for migrations alone, and slow to import

    if not is_put_off(name):
        op.create_index(name, table, columns)


@contextmanager
def putting_off(dialect: str) -> Iterator[set[str]]:
    """What indexes are put off within, by name: none on SQLite, where one writes at a time anyway."""
    names: set[str] = set()
    token = _put_off.set(names if dialect == "postgresql" else None)
    try:
        yield names
    finally:
        _put_off.reset(token)


def is_put_off(name: str) -> bool:
    """Whether the index `name` is made later, which is noted."""
    names = _put_off.get()
    if names is not None:
        names.add(name)
    return names is not None
