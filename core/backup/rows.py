"""Rows of one table as a file, in the database's own text of each value, so that none changes on its way out and back.

PostgreSQL writes what COPY writes; of SQLite a row is a line of JSON. The first line names the columns.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, Connection, Table, inspect, select

from core.backup.content import steady
from core.orm.model import Base

_BLOCK = 1 << 20
#: SQLite's values that JSON has no form for.
_BYTES = "hex"


def write(connection: Connection, name: str, file: Path, condition: ColumnElement[bool] | None = None) -> int:
    """Write the rows of table `name`, or those of `condition`, in the order of its key; returns how many they are.

    The same rows give the same file, whatever the order of the table's columns.
    """
    columns = sorted(column["name"] for column in inspect(connection).get_columns(name))
    asked = _asked(connection, name, columns, condition)
    with file.open("wb") as out:
        out.write(json.dumps(columns).encode() + b"\n")
        if connection.dialect.name == "postgresql":
            return _copy_out(connection, asked, out)
        return _lines_out(connection, asked, out)


def read(connection: Connection, name: str, file: Path) -> None:
    """Add the rows of `file` to the table `name`, which has its columns."""
    with file.open("rb") as source:
        quote = connection.dialect.identifier_preparer.quote
        columns: list[str] = json.loads(source.readline())
        listed = ", ".join(quote(column) for column in columns)
        if connection.dialect.name == "postgresql":
            with connection.connection.cursor().copy(f"COPY {quote(name)} ({listed}) FROM STDIN") as copy:
                while block := source.read(_BLOCK):
                    copy.write(block)
            return
        marks = ", ".join("?" * len(columns))
        text = f"INSERT INTO {quote(name)} ({listed}) VALUES ({marks})"  # noqa: S608 -- quoted names
        cursor: Any = connection.connection.cursor()  # Any: sqlite3's, which takes rows as they come
        cursor.executemany(text, _values(source))


def columns_of(file: Path) -> list[str]:
    """The columns that the rows of `file` have."""
    with file.open("rb") as source:
        columns: list[str] = json.loads(source.readline())
        return columns


def _asked(
    connection: Connection, name: str, columns: Sequence[str], condition: ColumnElement[bool] | None
) -> str:
    """The statement, its values written out: COPY takes none beside it."""
    quote = connection.dialect.identifier_preparer.quote
    key = inspect(connection).get_pk_constraint(name)["constrained_columns"] or list(columns)
    order = ", ".join(quote(column) for column in key)
    where = ""
    if condition is not None:
        table = Base.metadata.tables[name]
        where = f" WHERE {_written_out(connection, table, condition)}"
    listed = ", ".join(quote(column) for column in columns)
    return f"SELECT {listed} FROM {quote(name)}{where} ORDER BY {order}"  # noqa: S608 -- quoted names, values written out by SQLAlchemy


def _written_out(connection: Connection, table: Table, condition: ColumnElement[bool]) -> str:
    whole = select(table).where(condition)
    compiled = whole.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    # The driver would halve the signs again where there are parameters; here are none.
    text = str(compiled).replace("%%", "%") if connection.dialect.name == "postgresql" else str(compiled)
    return text.partition("WHERE ")[2]


def _copy_out(connection: Connection, asked: str, out: BinaryIO) -> int:
    steady(connection)
    cursor = connection.connection.cursor()
    with cursor.copy(f"COPY ({asked}) TO STDOUT") as copy:
        out.writelines(copy)
    return int(cursor.rowcount)


def _lines_out(connection: Connection, asked: str, out: BinaryIO) -> int:
    cursor: Any = connection.connection.cursor()  # Any: sqlite3's, which gives rows as they come
    cursor.execute(asked)
    count = 0
    for count, row in enumerate(cursor, 1):  # noqa: B007 -- how many they were is wanted
        out.write(_TO_JSON.encode(row).encode() + b"\n")
    return count


def _values(source: BinaryIO) -> Iterator[list[Any]]:  # Any: SQLite's values
    for line in source:
        yield _FROM_JSON.decode(line.decode())


_TO_JSON = json.JSONEncoder(default=lambda value: {_BYTES: value.hex()}, check_circular=False)
_FROM_JSON = json.JSONDecoder(object_hook=lambda value: bytes.fromhex(value[_BYTES]))
