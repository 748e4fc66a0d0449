"""Purging: the addon's tables and every row of others that names it go; the audit's own record stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import Column, ColumnElement, Connection, Engine, MetaData, Table, delete, func, or_, select

from core.base.content import remove_unnamed
from core.base.models.record import Attachment
from core.custom import schema as custom
from core.custom.naming import table_name, table_of_model
from core.i18n import _
from core.migrate import history, tables
from core.migrate.install import known_addons
from core.migrate.plan import Plan
from core.migrate.switch import concerned
from core.migrate.transaction import changing
from core.orm import guards, installed
from core.orm.installed import Record
from core.orm.model import Base
from core.orm.types import ChoiceType

#: Columns that hold the name of something an addon declares (`erp_supply.buyer`), wherever they stand.
_NAMING_COLUMNS = ("model", "record_model", "role", "shared_role")
#: Others that do, by table.
_NAMING_COLUMN_OF = {
    "base_setting": "name", "base_sequence": "name", "base_job": "task", "base_outgoing_message": "type",
    "base_incoming_message": "type", "base_incoming_stream": "sender",
}  # fmt: skip
#: Columns that hold the name of an addon itself.
_ADDON_COLUMN_OF = {"base_external_id": "system", "base_outgoing_lane": "channel"}
#: What happened stays on record.
KEPT = ("base_change", "base_change_batch", "base_personal_key", "base_redaction", "base_signature")


def plan_purge(engine: Engine, name: str, *, include_dependants: bool = False) -> Plan:
    """What purging `name` will do; the addons that stay must be loaded, the purged one need not be."""
    with engine.connect() as connection:
        known = known_addons(connection)
        names, others = concerned(known, name, include_dependants=include_dependants)
        owned = owned_tables(known, names)
        dropped = {
            table: _count(connection, table) for table in (*custom.tables_of(connection, owned), *owned)
        }
        referring = custom.referring(connection, names)
        deleted = [
            (table.name, rows)
            for table, condition in going_rows(connection, names)
            if (rows := connection.scalar(select(func.count()).select_from(table).where(condition)))
        ]
        ledgers = guards.ledgers(connection, owned)
    return Plan(
        _("Purge"),
        tuple(names),
        joins=tuple(n for n in names if "." in n),
        dependants=tuple(others),
        dropped=tuple(dropped.items()),
        columns=tuple(f"{table_name(table_of_model(each.model))}.{each.key}" for each in referring),
        deleted=tuple(deleted),
        ledgers=tuple((table, dropped[table]) for table in ledgers if dropped[table]),
        locks=(_("This cannot be undone. The audit trail keeps what it says about these records."),),
    )


def purge(engine: Engine, name: str, attachments: Path, *, include_dependants: bool = False) -> list[str]:
    """Remove `name` with its joins and, if they are included, its dependants; returns their names.

    What was attached to their records goes from the folder `attachments` when all else is durable.
    """
    with changing(engine, moves_rows=True) as connection:
        names, _others = concerned(known_addons(connection), name, include_dependants=include_dependants)
        contents = take_out(connection, names)
    remove_unnamed(engine, attachments, contents)
    return names


def take_out(connection: Connection, names: Sequence[str]) -> set[str]:
    """Remove the addons `names` and return the digests of what was attached to what went."""
    contents: set[str] = set()
    owned = owned_tables(known_addons(connection), names)
    owned = [*custom.tables_of(connection, owned), *owned]
    custom.forget_referring(connection, names)
    for table, condition in going_rows(connection, names):
        if table is Attachment.__table__:
            contents.update(connection.scalars(select(table.c.digest).where(condition)))
        connection.execute(delete(table).where(condition))
    tables.strip(connection, owned)
    _drop(connection, [*owned, *(history.version_table(n) for n in names)])
    connection.execute(delete(installed.TABLE).where(installed.TABLE.c.name.in_(names)))
    return contents


def owned_tables(known: Mapping[str, Record], names: Sequence[str]) -> list[str]:
    """The tables of the addons `names`."""
    return [table for name in names for table in known[name].tables]


def going_rows(connection: Connection, names: Sequence[str]) -> list[tuple[Table, ColumnElement[bool]]]:
    """The tables of other addons with the condition on their rows that go with the addons `names`.

    Those that name something of them, and what hangs on those (a comment's mentions), which comes first.
    """
    owned = owned_tables(known_addons(connection), names)
    going: dict[Table, ColumnElement[bool]] = {}
    for table in Base.metadata.sorted_tables:
        if table.name in owned or table.name in KEPT or table is installed.TABLE:
            continue
        conditions = [*_naming(table, names), *_hanging(table, going)]
        if conditions:
            going[table] = or_(*conditions)
    return list(going.items())[::-1]


def _naming(table: Table, names: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Conditions on rows of `table` that name an addon of `names` or something it declares."""
    columns = [table.c[name] for name in _NAMING_COLUMNS if name in table.c and _is_open(table.c[name])]
    if table.name in _NAMING_COLUMN_OF:
        columns.append(table.c[_NAMING_COLUMN_OF[table.name]])
    exactly = ["addon"] if "addon" in table.c else []
    if table.name in _ADDON_COLUMN_OF:
        exactly.append(_ADDON_COLUMN_OF[table.name])
    for name in names:
        yield from (_begins(column, name) for column in columns)
        yield from (table.c[column] == name for column in exactly)


def _hanging(table: Table, going: Mapping[Table, ColumnElement[bool]]) -> Iterator[ColumnElement[bool]]:
    """Conditions on rows of `table` that refer to rows which go."""
    for column in table.c:
        for key in column.foreign_keys:
            above = key.column.table
            if above in going:
                yield column.in_(select(key.column).where(going[above]))


def _is_open(column: Column[str]) -> bool:
    """Whether anything may stand there; a choice of its addon's own, though called so, names nothing of others."""
    return not isinstance(column.type, ChoiceType)


def _begins(column: Column[str], name: str) -> ColumnElement[bool]:
    return column.startswith(f"{name}.", autoescape=True)


def _drop(connection: Connection, tables: Sequence[str]) -> None:
    """All at once on PostgreSQL, since they may refer to each other; SQLite's references are off meanwhile."""
    quoted = [connection.dialect.identifier_preparer.quote(table) for table in tables]
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"drop table if exists {', '.join(quoted)}")
        return
    for table in quoted:
        connection.exec_driver_sql(f"drop table if exists {table}")


def _count(connection: Connection, table: str) -> int:
    return connection.scalar(select(func.count()).select_from(Table(table, MetaData()))) or 0
