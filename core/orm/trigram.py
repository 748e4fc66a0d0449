"""Contains-search by index: trigrams of the searched text fields, where the database offers them.

They only speed a search up: without them it finds the same rows by reading all. PostgreSQL has them as GIN indexes of
pg_trgm, SQLite as an FTS5 table beside the searched one, kept by triggers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Column, ColumnElement, Connection, Engine, String, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import QueryableAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import Boolean

from core.orm.online import is_put_off

#: How the names of everything made here end.
SUFFIX = "_trigrams"
_LENGTH = 3
_SPECIAL = frozenset("%_\\")


class holds_trigrams(FunctionElement[bool]):  # noqa: N801 -- reads as the function that it is
    """Whether SQLite's index of `column` has the row `id` among those that may contain a text."""

    name = "holds_trigrams"
    type = Boolean()
    _traverse_internals = [  # noqa: RUF012 -- as SQLAlchemy declares it
        *FunctionElement._traverse_internals,
        ("index", InternalTraversal.dp_string),
        ("column", InternalTraversal.dp_string),
    ]

    def __init__(
        self, id: Any, pattern: str | BindParameter[str], index: str, column: str
    ) -> None:  # Any: a mapped id
        super().__init__(id, pattern)
        self.index = index
        self.column = column

    def self_group(self, against: OperatorType | None = None) -> holds_trigrams:
        """As it is: compared with 1, as SQLite's other booleans are, the planner would not see the list of ids."""
        return self


@compiles(holds_trigrams, "sqlite")
def _lookup(
    element: holds_trigrams, compiler: SQLCompiler, **kwargs: Any
) -> str:  # Any: as SQLAlchemy's compilers
    row, pattern = (compiler.process(clause, **kwargs) for clause in element.clauses)
    quoted = compiler.preparer.quote
    return f"({row} IN (SELECT rowid FROM {quoted(element.index)} WHERE {quoted(element.column)} LIKE {pattern}))"  # noqa: S608 -- quoted names


def narrowed(
    connection: Connection, attribute: Any, text: str
) -> ColumnElement[bool] | None:  # Any: an attribute
    """What an index says of the rows whose `attribute` contains `text`; None where the planner finds it by itself."""
    if connection.dialect.name != "sqlite" or len(text) < _LENGTH or _SPECIAL & set(text):
        return None
    if not isinstance(attribute, QueryableAttribute):
        return None
    column = attribute.property.columns[0]
    index = f"{column.table.name}{SUFFIX}"
    if (index, column.name) not in _known(connection):
        return None
    return looked_up(attribute, f"%{text}%")


def looked_up(attribute: Any, pattern: str | BindParameter[str]) -> ColumnElement[bool]:  # Any: an attribute
    """The lookup itself, for an attribute of which it is known that it is indexed."""
    column = attribute.property.columns[0]
    return holds_trigrams(attribute.parent.entity.id, pattern, f"{column.table.name}{SUFFIX}", column.name)


def create_accelerators(connection: Connection, tables: Iterable[Table]) -> None:
    """Index the searched fields of `tables`; what is there and as it should be stays as it is."""
    if connection.dialect.name == "sqlite":
        for table in tables:
            if columns := _searched(table):
                _create_sqlite(connection, table, columns)
        _indexed.pop(connection.engine, None)
        return
    wanted = list(accelerators(tables))
    if wanted and _extend(connection):
        for name, on in wanted:
            if not is_put_off(name):
                connection.exec_driver_sql(f"CREATE INDEX IF NOT EXISTS {name} ON {on}")


def accelerators(tables: Iterable[Table]) -> Iterator[tuple[str, str]]:
    """PostgreSQL's indexes for the searched fields of `tables`: the name of each, and what it is on."""
    for table in tables:
        for column in _searched(table):
            yield index_name(table, column), f"{table.name} USING gin ({column.name} gin_trgm_ops)"


def drop_accelerators(connection: Connection, tables: Iterable[str]) -> None:
    """Take away what create_accelerators made beside `tables`; PostgreSQL's indexes go with their tables."""
    if connection.dialect.name == "sqlite":
        for table in tables:
            for event in ("insert", "update", "delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}{SUFFIX}_{event}")
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {table}{SUFFIX}")
        _indexed.pop(connection.engine, None)


def is_accelerator(name: str | None) -> bool:
    """Whether an index, a table or a trigger of this name was made here."""
    return name is not None and SUFFIX in name


def index_name(table: Table, column: Column[Any]) -> str:  # Any: a text
    """The name of the index on PostgreSQL, whose names end at 63 characters."""
    return f"ix_{table.name}_{column.name}"[: 63 - len(SUFFIX)] + SUFFIX


def _searched(table: Table) -> list[Column[Any]]:  # Any: texts
    found = []
    for column in table.columns:
        info = column.info.get("field")
        if info is not None and info.search and isinstance(column.type, String):
            found.append(column)
    return found


def has_extension(connection: Connection) -> bool:
    """Whether PostgreSQL has pg_trgm here."""
    return (
        connection.exec_driver_sql("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'").first() is not None
    )


def _extend(connection: Connection) -> bool:
    """Whether pg_trgm is there or could be made now: its owner may have to, once."""
    if has_extension(connection):
        return True
    attempt = connection.begin_nested()
    try:
        connection.exec_driver_sql("CREATE EXTENSION pg_trgm")
    except DBAPIError:
        attempt.rollback()
        return False
    attempt.commit()
    return True


def _create_sqlite(connection: Connection, table: Table, columns: list[Column[Any]]) -> None:  # Any: texts
    names = [column.name for column in columns]
    wanted = dict(_sqlite_statements(table.name, names))
    rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    there = {name: sql for name, sql in rows if name in wanted}
    if there == wanted:
        return
    drop_accelerators(connection, [table.name])
    for statement in wanted.values():
        connection.exec_driver_sql(statement)
    index = table.name + SUFFIX
    connection.exec_driver_sql(f"INSERT INTO {index}({index}) VALUES ('rebuild')")  # noqa: S608 -- a table's name


def _sqlite_statements(table: str, columns: list[str]) -> Iterator[tuple[str, str]]:
    """The FTS5 table and its triggers by name; external content, so that no text is kept twice."""
    index, listed = table + SUFFIX, ", ".join(columns)
    old, new = (", ".join(f"{row}.{name}" for name in ("id", *columns)) for row in ("old", "new"))
    forget = f"INSERT INTO {index}({index}, rowid, {listed}) VALUES ('delete', {old});"  # noqa: S608 -- names of columns
    learn = f"INSERT INTO {index}(rowid, {listed}) VALUES ({new});"  # noqa: S608 -- names of columns
    yield (
        index,
        (
            f"CREATE VIRTUAL TABLE {index} USING fts5({listed}, content='{table}', content_rowid='id', "
            "tokenize='trigram', detail=none)"
        ),
    )
    for event, when, body in (
        ("insert", "INSERT", learn),
        ("update", f"UPDATE OF {listed}", f"{forget} {learn}"),
        ("delete", "DELETE", forget),
    ):
        yield f"{index}_{event}", f"CREATE TRIGGER {index}_{event} AFTER {when} ON {table} BEGIN {body} END"


#: The index tables of each SQLite database with their columns, read once.
_indexed: WeakKeyDictionary[Engine, frozenset[tuple[str, str]]] = WeakKeyDictionary()


def _known(connection: Connection) -> frozenset[tuple[str, str]]:
    engine = connection.engine
    if engine not in _indexed:
        rows = connection.exec_driver_sql(
            "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND m.sql LIKE 'CREATE VIRTUAL TABLE%tokenize=''trigram''%'"
        )
        _indexed[engine] = frozenset((name, column) for name, column in rows)
    return _indexed[engine]
