"""Whether a database still is what the models say: columns, indexes, constraints and guards."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, inspect

from core.addon import Package
from core.i18n import Text, _
from core.migrate import history
from core.migrate.install import known_addons
from core.orm import guards
from core.orm.model import tables_of

#: How Alembic names what only the database has.
_BESIDES = "remove_"


def drift(connection: Connection, package: Package) -> list[Text]:
    """How the tables of an installed addon differ from its models; empty when they do not."""
    found = [_("{difference}", difference=_shown(d)) for d in history.differences(connection, package.name)]
    found += _behind(connection, package)
    found += guards.drift(connection, package.name, [table.name for table in tables_of(package.name)])
    record = known_addons(connection).get(package.name)
    missing = [t for t in (record.tables if record else ()) if not inspect(connection).has_table(t)]
    return found + [_("Table {table} is gone.", table=table) for table in missing]


def lacking(connection: Connection, package: Package, later: Collection[str] = ()) -> list[str]:
    """What the models need and the tables do not have; what they have besides, such as an index, is the site's own.

    The indexes named in `later` are made when the rest is committed.
    """
    found = history.differences(connection, package.name)
    shown = [_shown(each) for each in found if not (each[0] == "add_index" and each[1].name in later)]
    return [each for each in shown if not each.startswith(_BESIDES)]


def _behind(connection: Connection, package: Package) -> list[Text]:
    return [
        _("Migration {step} has not run. dovetail upgrade runs it.", step=f"{step.id} {step.message}")
        for step in history.pending(connection, package)
    ]


def _shown(difference: object) -> str:
    """One of Alembic's tuples, or its list of them for one column, in a line."""
    if isinstance(difference, list):
        return "; ".join(_shown(part) for part in difference)
    return " ".join(str(part) for part in difference) if isinstance(difference, tuple) else str(difference)
