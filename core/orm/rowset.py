"""Sets of rows in one statement each: arrays through unnest on PostgreSQL, executemany on SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Integer,
    Numeric,
    String,
    Table,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.sql.type_api import TypeEngine

#: From here on a list of ids goes as one array instead of one parameter each.
_FEW = 50


@dataclass(frozen=True, slots=True)
class Same:
    """One value for every row."""

    value: Any  # Any: of the column's type


#: The values of a set of rows, column by column.
Values = Mapping[Column[Any], "Sequence[Any] | Same"]  # Any: of each column's type


def among(
    column: Any, ids: Sequence[int], dialect: str
) -> ColumnElement[bool]:  # Any: a mapped id or a column
    """The condition that `column` is one of `ids`, cheap for thousands of them."""
    if len(ids) <= _FEW:
        return column.in_(ids)  # type: ignore[no-any-return]  # of a mapped attribute
    if dialect == "postgresql":
        return column == any_(bindparam(None, list(ids), ARRAY(BigInteger)))  # type: ignore[no-any-return]  # as above
    listed = func.json_each(_json_array(ids)).table_valued("value")
    return column.in_(select(listed.c.value))  # type: ignore[no-any-return]  # as above


def among_given(column: Any, dialect: str) -> ColumnElement[bool]:  # Any: as in among
    """The condition that `column` is one of the parameter `:ids`, for statements that are kept."""
    if dialect == "postgresql":
        return column == any_(bindparam("ids", type_=ARRAY(BigInteger)))  # type: ignore[no-any-return]  # as above
    return column.in_(bindparam("ids", expanding=True, type_=BigInteger))  # type: ignore[no-any-return]  # as above


def insert(connection: Connection, table: Table, values: Values, count: int) -> list[int]:
    """Insert `count` rows and return their ids, in order."""
    if connection.dialect.name == "postgresql":
        return sorted(_insert_arrays(connection, table, values, count, " RETURNING id").scalars())
    ids = range(first := next_id(connection, table), first + count)
    append(connection, table, {table.c.id: ids, **values}, count)
    return list(ids)


def append(
    connection: Connection,
    table: Table,
    values: Values,
    count: int,
    *,
    unless_there: bool = False,
    ending: str = "",
) -> None:
    """Insert `count` rows whose ids are given, or asked by nobody; `unless_there` passes over what is taken.

    Otherwise `ending` says what becomes of what is taken (see on_conflict).
    """
    ending = " ON CONFLICT DO NOTHING" if unless_there else ending
    if connection.dialect.name == "postgresql":
        _insert_arrays(connection, table, values, count, ending)
    else:
        _execute_rows(connection, _insert_text(connection, table, list(values), ending), values, count)


def upsert(
    connection: Connection, table: Table, values: Values, count: int, changed: Iterable[Column[Any]]
) -> None:
    """Insert rows by id or, where there is one already, set its `changed` columns."""
    name = _quoter(connection)
    sets = ", ".join(f"{name(c.name)} = excluded.{name(c.name)}" for c in changed)
    conflict = f" ON CONFLICT (id) DO UPDATE SET {sets}"
    if connection.dialect.name == "postgresql":
        _insert_arrays(connection, table, values, count, conflict)
    else:
        _execute_rows(connection, _insert_text(connection, table, list(values), conflict), values, count)


def on_conflict(connection: Connection, table: Table, sets: Mapping[Column[Any], str]) -> str:
    """What ends an INSERT so that a row of a known key sets columns to what follows from `{old}` and `{new}`."""
    name = _quoter(connection)
    key = ", ".join(name(c.name) for c in table.primary_key.columns)
    written = ", ".join(
        f"{name(c.name)} = " + how.format_map(_Sides(name(table.name), name(c.name)))
        for c, how in sets.items()
    )
    return f" ON CONFLICT ({key}) DO UPDATE SET {written}"


def update(connection: Connection, table: Table, ids: Sequence[int], values: Values) -> int:
    """Set columns of the rows `ids`, and raise their version by one; returns how many rows there were."""
    name = _quoter(connection)
    if connection.dialect.name != "postgresql":
        sets = ", ".join(f"{name(c.name)} = ?" for c in values)
        text = f"UPDATE {name(table.name)} SET {sets}, version = version + 1 WHERE id = ?"  # noqa: S608 -- quoted names
        return _execute_rows(connection, text, {**values, table.c.id: ids}, len(ids))
    arrays, shown = _arrays(connection, {table.c.id: ids, **values}, len(ids))
    sets = ", ".join(f"{name(c.name)} = {shown[c]}" for c in values)
    text = f"UPDATE {name(table.name)} t SET {sets}, version = t.version + 1 FROM {arrays.source} WHERE t.id = u.id"  # noqa: S608 -- quoted names
    constants = tuple(arrays.constants[c] for c in values if c in arrays.constants)
    return connection.exec_driver_sql(text, constants + arrays.parameters).rowcount


def delete(connection: Connection, table: Table, ids: Sequence[int]) -> None:
    """Delete the rows `ids`."""
    name = _quoter(connection)(table.name)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"DELETE FROM {name} WHERE id = ANY(%s)", (list(ids),))  # noqa: S608 -- quoted name
    else:
        chosen = "SELECT value FROM json_each(?)"
        connection.exec_driver_sql(f"DELETE FROM {name} WHERE id IN ({chosen})", (_json_array(ids),))  # noqa: S608 -- quoted name


class _Sides(dict[str, str]):
    """`old` and `new` of the column at hand; `old_x` and `new_x` of another column x."""

    def __init__(self, table: str, column: str) -> None:
        super().__init__(old=f"{table}.{column}", new=f"excluded.{column}")
        self._table = table

    def __missing__(self, key: str) -> str:
        side, _underscore, column = key.partition("_")
        return f"{self._table if side == 'old' else 'excluded'}.{column}"


@dataclass(frozen=True, slots=True)
class _Arrays:
    """The FROM clause that turns arrays into rows, its parameters, and what is the same for all rows."""

    source: str
    parameters: tuple[Any, ...]  # Any: what the driver takes
    constants: dict[Column[Any], Any]  # Any: as above


def _insert_arrays(
    connection: Connection, table: Table, values: Values, count: int, ending: str
) -> CursorResult[Any]:  # Any: ids, if the ending returns them
    name = _quoter(connection)
    arrays, shown = _arrays(connection, values, count)
    columns = ", ".join(name(c.name) for c in values)
    text = (
        f"INSERT INTO {name(table.name)} ({columns}) SELECT {', '.join(shown[c] for c in values)} "  # noqa: S608 -- quoted names
        f"FROM {arrays.source} ORDER BY u.o{ending}"
    )
    constants = tuple(arrays.constants[c] for c in values if c in arrays.constants)
    return connection.exec_driver_sql(text, constants + arrays.parameters)


def _arrays(
    connection: Connection, values: Values, count: int
) -> tuple[_Arrays, dict[Column[Any], str]]:  # Any: of any type
    """The arrays of `values` as rows `u` with their ordinal `o`, and how each column is written in a SELECT."""
    name = _quoter(connection)
    shown, constants, varying = {}, {}, []
    for column, given in values.items():
        if isinstance(given, Same):
            constants[column] = _bound(connection, column, [given.value])[0]
            shown[column] = f"%s::{_array_type(connection, column)}"
        else:
            varying.append(column)
            shown[column] = f"u.{name(column.name)}"
    parameters = tuple(_bound(connection, c, values[c]) for c in varying)  # type: ignore[arg-type]  # none is Same
    casts = ", ".join(f"%s::{_array_type(connection, c)}[]" for c in varying)
    names = ", ".join(name(c.name) for c in varying)
    source = (
        f"unnest({casts}) WITH ORDINALITY AS u({names}, o)"
        if varying
        else f"generate_series(1, {count}) AS u(o)"
    )
    return _Arrays(source, parameters, constants), shown


def _bound(
    connection: Connection, column: Column[Any], values: Iterable[Any]
) -> list[Any]:  # Any: of its type
    """`values` as the driver takes them."""
    process = column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
    if process is None:
        return list(values)
    return [None if value is None else process(value) for value in values]


def _array_type(connection: Connection, column: Column[Any]) -> str:  # Any: of any type
    """The type to cast an array to: without length and precision, so that too long is refused and not cut."""
    kind: TypeEngine[Any] = column.type.dialect_impl(connection.dialect)
    kind = getattr(kind, "impl", kind)
    for base, text in _PLAIN_TYPES:
        if isinstance(kind, base):
            return text
    return kind.compile(connection.dialect)


_PLAIN_TYPES: list[tuple[type[TypeEngine[Any]], str]] = [  # Any: of any type
    (String, "text"), (Boolean, "boolean"), (Integer, "bigint"), (Numeric, "numeric"),
]  # fmt: skip


def _execute_rows(connection: Connection, text: str, values: Values, count: int) -> int:
    """Run `text` once for each row; returns how many rows it touched."""
    columns = [
        repeat(_bound(connection, c, [v.value])[0], count)
        if isinstance(v, Same)
        else _bound(connection, c, v)
        for c, v in values.items()
    ]
    return connection.exec_driver_sql(text, list(zip(*columns, strict=True))).rowcount if count else 0


def _insert_text(connection: Connection, table: Table, columns: Sequence[Column[Any]], conflict: str) -> str:
    name = _quoter(connection)
    listed, marks = ", ".join(name(c.name) for c in columns), ", ".join("?" * len(columns))
    return f"INSERT INTO {name(table.name)} ({listed}) VALUES ({marks}){conflict}"  # noqa: S608 -- quoted names


def next_id(connection: Connection, table: Table) -> int:
    """The first free id on SQLite: the transaction is SQLite's only writer, so that nobody takes it meanwhile."""
    name = _quoter(connection)(table.name)
    highest = connection.exec_driver_sql(f"SELECT coalesce(max(id), 0) FROM {name}").scalar_one()  # noqa: S608 -- quoted name
    if table.dialect_options["sqlite"]["autoincrement"]:
        kept = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = ?"
        highest = max(highest, connection.exec_driver_sql(kept, (table.name,)).scalar_one())
    return int(highest) + 1


def _quoter(connection: Connection) -> Callable[[str], str]:
    return connection.dialect.identifier_preparer.quote


def _json_array(ids: Iterable[int]) -> str:
    return f"[{','.join(str(int(i)) for i in ids)}]"
