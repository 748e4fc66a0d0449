"""Which addons a database holds, and the refusal to write when this process loaded others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, cast

from sqlalchemy import Connection, String, Table, Text, inspect, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from core.addon import CUSTOM
from core.errors import AddonError, ReadOnly
from core.i18n import _
from core.orm.model import Base
from core.orm.types import Choice, Instant

#: The advisory lock of PostgreSQL that writers share and that a change of the addons takes alone.
LOCK = 0x646F7665
#: How long a change of the tables waits for writers to finish before it gives up.
PATIENCE_SECONDS = 30


class AddonState(Choice):
    """What has become of an addon in this database."""

    INSTALLED = "installed", _("Installed")
    DISABLED = "disabled", _("Disabled")
    QUARANTINED = "quarantined", _("In quarantine")


class InstalledAddon(Base):
    """An addon whose tables this database holds."""

    __tablename__ = "base_addon"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    state: Mapped[AddonState]
    version: Mapped[str] = mapped_column(String(40))
    #: The head of its migrations that the schema has; empty for an addon without any.
    revision: Mapped[str] = mapped_column(String(40))
    installed_at: Mapped[Instant]
    #: The addons it depends on, and a join's partners.
    needs: Mapped[list[str]] = mapped_column(JSON)
    #: Its tables, so that a purge needs none of its code.
    tables: Mapped[list[str]] = mapped_column(JSON)
    #: Names of the models that must not be written while it is missing; "*" stands for all.
    guards: Mapped[list[str]] = mapped_column(JSON)
    #: Why it is in quarantine.
    reason: Mapped[str] = mapped_column(Text)


@dataclass(frozen=True)
class Record:
    """A row of InstalledAddon, read before any model can be."""

    name: str
    state: AddonState
    version: str
    revision: str
    installed_at: datetime
    needs: list[str]
    tables: list[str]
    guards: list[str]
    reason: str


class Installed(NamedTuple):
    """What a process must agree upon with the database about an addon or a custom field before it may write."""

    name: str
    state: str
    revision: str


TABLE = cast("Table", InstalledAddon.__table__)  # declared as FromClause, made as Table


def is_site(connection: Connection) -> bool:
    """Whether this database was set up as a site."""
    return inspect(connection).has_table(TABLE.name)


def records(connection: Connection) -> dict[str, Record]:
    """The recorded addons by name, in order of installation."""
    rows = connection.execute(select(TABLE).order_by(TABLE.c.installed_at, TABLE.c.name)).mappings()
    return {row["name"]: Record(**row) for row in rows}


def dependants(name: str, among: Mapping[str, Record]) -> list[str]:
    """The recorded addons that need `name`, directly or through others, nearest first."""
    found: list[str] = []
    queue = [name]
    while queue:
        current = queue.pop(0)
        nearest = [r.name for r in among.values() if current in r.needs and r.name not in found]
        found += nearest
        queue += nearest
    return found


#: Marks the rows that say what changed among those who are told of changes.
_LISTENING = "listening"
#: A custom field that went and came again is another one, though it is called the same.
_AGREED = (
    "select name, state, revision from base_addon union all select model || '.' || key, 'custom', "
    "cast(version as text) || ' ' || cast(created_at as text) from base_custom_field"
)
_STAMPED = " union all ".join(
    [
        _AGREED,
        *(
            f"select '{table}', '{_LISTENING}', cast(max(changed_at) as text) || ' ' || cast(count(*) as text) "  # noqa: S608 -- our own names
            f"from {table}"
            for table in ("base_webhook", "base_automation_rule")
        ),
    ]
)


def loaded_set(connection: Connection) -> frozenset[Installed]:
    """The addons and custom fields as recorded, for `require_same`."""
    return frozenset(Installed(*row) for row in connection.exec_driver_sql(_AGREED))


def differ_in_fields(loaded: frozenset[Installed], now: frozenset[Installed]) -> bool:
    """Whether custom fields changed, and the addons did not."""
    changed = loaded ^ now
    return bool(changed) and all(each.state == CUSTOM for each in changed)


def be_alone(connection: Connection) -> None:
    """Keep every other writer out until the transaction ends; raises AddonError where they do not pause."""
    if connection.dialect.name != "postgresql":
        return  # there is one writer anyway
    connection.exec_driver_sql(f"set local lock_timeout = '{PATIENCE_SECONDS}s'")
    try:
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({LOCK})")
    except OperationalError as error:
        raise AddonError(
            _(
                "Others have been writing for {seconds} seconds without a pause. Nothing has changed; try again "
                "when the site is quiet.",
                seconds=PATIENCE_SECONDS,
            )
        ) from error


def require_same(connection: Connection, loaded: frozenset[Installed]) -> str:
    """Raise ReadOnly unless the database's addons are those that this process loaded.

    Returns what changes with every change of a webhook or rule, "" while there is none: it costs no further statement.

    A row written without an installed addon would miss its facet and pass its rules by. On PostgreSQL the
    shared lock makes a change of the addons wait for this transaction, and this transaction for a change under
    way; on SQLite there is one writer.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"select pg_advisory_xact_lock_shared({LOCK})")
    rows = [Installed(*row) for row in connection.exec_driver_sql(_STAMPED)]
    if frozenset(row for row in rows if row.state != _LISTENING) != loaded:
        raise ReadOnly(
            _(
                "The addons or the custom fields of this site changed while this process ran. Nothing was written; "
                "restart it."
            )
        )
    stamps = (f"{row.name} {row.revision}" for row in rows if row.state == _LISTENING and row.revision)
    return ", ".join(sorted(stamps))
