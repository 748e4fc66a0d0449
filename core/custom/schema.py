"""The tables of custom fields: made, widened and narrowed within the transaction that changes the definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Column, Connection, Table, delete, inspect, select
from sqlalchemy.schema import CreateIndex, CreateTable

from core.addon import CUSTOM
from core.custom.column import table_for
from core.custom.definition import Definition, definitions
from core.custom.field import CustomField
from core.custom.naming import table_name, table_of_model
from core.i18n import Text, _
from core.orm.installed import be_alone
from core.orm.plan import table_of
from core.orm.trigram import create_accelerators, drop_accelerators, is_accelerator

#: What a table is called while it is written anew.
_DRAFT = "custom__draft"


def fit(connection: Connection, model: str) -> None:
    """Make the table of the model called `model` what the definitions say; writers of other processes wait."""
    be_alone(connection)
    name = table_name(table_of_model(model))
    wanted = definitions(connection, model)
    table = table_for(model, wanted)
    there = columns_of(connection, name)
    if not wanted:
        drop(connection, [name] if there else [])
    elif not there:
        _create(connection, table)
        create_accelerators(connection, [table])
    else:
        if set(there) - set(table.c.keys()):
            _narrow(connection, table, there)
        for column in table.c:
            if column.name not in columns_of(connection, name):
                _add(connection, table, column)
        create_accelerators(connection, [table])


def drift(connection: Connection) -> Iterator[Text]:
    """How the tables differ from what is defined."""
    defined: dict[str, set[str]] = {}
    for each in definitions(connection):
        defined.setdefault(table_name(table_of_model(each.model)), {"id"}).add(each.key)
    for name in sorted({*defined, *kept(connection)}):
        there, wanted = set(columns_of(connection, name)), defined.get(name, set())
        for column in sorted(wanted - there):
            yield _("Column {column} of {table} is gone.", column=column, table=name)
        for column in sorted(there - wanted):
            yield _("Column {column} of {table} is no custom field.", column=column, table=name)


def referring(connection: Connection, addons: Sequence[str]) -> list[Definition]:
    """The custom fields of other addons' models that refer to records of `addons`."""

    def is_of(name: str | None) -> bool:
        return name is not None and name.rpartition(".")[0] in addons

    return [each for each in definitions(connection) if is_of(each.target) and not is_of(each.model)]


def forget_referring(connection: Connection, addons: Sequence[str]) -> None:
    """Take the custom fields away that refer to records of `addons`, which are about to go."""
    gone = referring(connection, addons)
    fields = table_of(CustomField)
    connection.execute(delete(fields).where(fields.c.id.in_([each.id for each in gone])))
    for model in {each.model for each in gone}:
        fit(connection, model)


def tables_of(connection: Connection, owned: Sequence[str]) -> list[str]:
    """The tables of the custom fields of the records in the tables `owned`."""
    there = set(kept(connection))
    return [name for table in owned if (name := table_name(table)) in there]


def kept(connection: Connection) -> list[str]:
    """The tables of custom fields that there are."""
    return [name for name in inspect(connection).get_table_names() if is_of_fields(name)]


def is_of_fields(table: str) -> bool:
    """Whether the table called so keeps custom fields."""
    return table.startswith(f"{CUSTOM}_") and not is_accelerator(table)


def fit_all(connection: Connection, names: Sequence[str]) -> None:
    """Make the tables called `names` what the definitions say."""
    for model in {each.model for each in definitions(connection)}:
        if table_name(table_of_model(model)) in names:
            fit(connection, model)


def columns_of(connection: Connection, name: str) -> list[str]:
    """The columns of the table called `name`; none where there is no such table."""
    looked = inspect(connection)
    return [each["name"] for each in looked.get_columns(name)] if looked.has_table(name) else []


def drop(connection: Connection, names: Sequence[str]) -> None:
    """Take the tables called `names` away, with all that was entered."""
    drop_accelerators(connection, names)
    for name in names:
        connection.exec_driver_sql(f"DROP TABLE {_quoted(connection, name)}")


def _create(connection: Connection, table: Table) -> None:
    connection.execute(CreateTable(table))
    for index in table.indexes:
        connection.execute(CreateIndex(index))


def _add(connection: Connection, table: Table, column: Column[object]) -> None:
    """A column, its reference and its index, in words that both databases have."""
    kind = column.type.compile(connection.dialect)
    line = (
        f"ALTER TABLE {_quoted(connection, table.name)} ADD COLUMN {_quoted(connection, column.name)} {kind}"
    )
    for key in column.foreign_keys:
        referred = _quoted(connection, key.target_fullname.partition(".")[0])
        line += f" REFERENCES {referred} (id) ON DELETE RESTRICT"
    connection.exec_driver_sql(line)
    for index in table.indexes:
        if column.name in index.columns:
            connection.execute(CreateIndex(index))


def _narrow(connection: Connection, table: Table, there: Sequence[str]) -> None:
    """Drop the columns that nobody defines any more; SQLite cannot drop one that refers, and gets a new table."""
    name = _quoted(connection, table.name)
    if connection.dialect.name == "postgresql":
        for column in set(there) - set(table.c.keys()):
            connection.exec_driver_sql(f"ALTER TABLE {name} DROP COLUMN {_quoted(connection, column)}")
        return
    drop_accelerators(connection, [table.name])
    kept = [column for column in there if column in table.c]
    draft = table.to_metadata(table.metadata, name=_DRAFT)
    connection.execute(CreateTable(draft))
    connection.execute(draft.insert().from_select(kept, select(*(table.c[column] for column in kept))))
    connection.exec_driver_sql(f"DROP TABLE {name}")
    connection.exec_driver_sql(f"ALTER TABLE {_DRAFT} RENAME TO {name}")
    for index in table.indexes:
        connection.execute(CreateIndex(index))


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote(name)
