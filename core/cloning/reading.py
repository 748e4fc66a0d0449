"""Rows of a table in pieces, so that memory is bounded, and written back by their keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Integer, Table, bindparam, select
from sqlalchemy.engine import RowMapping

_ROWS = 1_000
Values = Mapping[str, Any]  # Any: of the columns' types


def pieces(
    connection: Connection, table: Table, columns: Sequence[Column[Any]]
) -> Iterator[Sequence[RowMapping]]:
    """Keys and `columns` of all rows, in order of the key; what is written back meanwhile is not met again."""
    keys = list(table.primary_key.columns)
    asked = select(*keys, *columns).order_by(*keys)
    if len(keys) != 1 or not isinstance(keys[0].type, Integer):
        yield connection.execute(asked).mappings().all()
        return
    last = None
    while some := connection.execute(
        asked.limit(_ROWS) if last is None else asked.where(keys[0] > last).limit(_ROWS)
    ).mappings().all():  # fmt: skip
        last = some[-1][keys[0].name]
        yield some


def write_back(connection: Connection, table: Table, changed: Sequence[tuple[RowMapping, Values]]) -> None:
    """Give each row its new values; all rows must change the same columns."""
    if not changed:
        return
    keys = [column.name for column in table.primary_key.columns]
    statement = table.update().values({name: bindparam(f"new_{name}") for name in changed[0][1]})
    for name in keys:
        statement = statement.where(table.c[name] == bindparam(f"key_{name}"))
    connection.execute(statement, [
        {**{f"key_{name}": row[name] for name in keys}, **{f"new_{name}": value for name, value in values.items()}}
        for row, values in changed
    ])  # fmt: skip
