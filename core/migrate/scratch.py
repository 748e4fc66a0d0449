"""A throw-away database at the head of an addon's history, to compare its models with."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from core.addon import Package, in_order
from core.errors import AddonError
from core.i18n import _
from core.migrate import history
from core.migrate.loading import load
from core.migrate.transaction import changing
from core.orm.engine import engine_for
from core.orm.model import Base, tables_of


def next_revision(available: Mapping[str, Package], name: str, message: str) -> Path:
    """Write the addon's next migration and return its file; raises AddonError when there is nothing to migrate."""
    package = available[name]
    with at_head(available, name) as connection:
        if not history.differences(connection, name):
            raise AddonError(
                _("The history of {name} gives what its models say; no file was written.", name=name)
            )
        return history.write_revision(connection, package, message)


@contextmanager
def at_head(available: Mapping[str, Package], name: str) -> Iterator[Connection]:
    """A connection to a database that holds what the addon needs, and its own tables as its history makes them."""
    needed = [
        package
        for package in in_order([name], available)
        if package.name == name or not package.addon.is_join
    ]
    load(needed)
    with tempfile.TemporaryDirectory() as folder:
        engine = engine_for(f"sqlite:///{Path(folder) / 'scratch.db'}")
        with changing(engine) as connection:
            others = [
                table for package in needed if package.name != name for table in tables_of(package.name)
            ]
            Base.metadata.create_all(connection, tables=others, checkfirst=False)
            head = history.head(available[name])
            if head:
                history.step_up(connection, available[name], head)
            yield connection
        engine.dispose()
