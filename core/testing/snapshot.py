"""What a database is made of and holds, so that two moments can be compared."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, Inspector, inspect
from sqlalchemy.exc import SAWarning

from core.orm import guards

Schema = dict[str, dict[str, object]]
Contents = dict[str, list[str]]
#: Of one table, as SQLAlchemy reflects it.
Parts = Mapping[str, Any]

_SQLITE_STATEMENTS = (
    "select tbl_name, sql from sqlite_master where type in ('table', 'index') order by type, name"
)
_reflected: dict[tuple[str | None, ...], Parts] = {}


def schema(engine: Engine) -> Schema:
    """Every table with its columns, keys, indexes, constraints and triggers."""
    with warnings.catch_warnings(action="ignore", category=SAWarning), engine.connect() as connection:
        triggers = guards.by_table(connection)
        made = _of_sqlite if connection.dialect.name == "sqlite" else _of_postgresql
        return {
            name: _described(parts) | {"triggers": triggers.get(name, {})} for name, parts in made(connection)
        }


def contents(engine: Engine, but: Collection[str] = ()) -> Contents:
    """Every row of every table, `but` of some, as sorted text."""
    with engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if name not in but]
        return {name: sorted(_rows(connection, name)) for name in names}


def _rows(connection: Connection, name: str) -> Iterator[str]:
    table = connection.dialect.identifier_preparer.quote(name)
    rows = connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608 -- a quoted name
    return (str(tuple(row)) for row in rows)


def difference(before: Schema | Contents, after: Schema | Contents) -> list[str]:
    """What is not the same, a line each."""
    found = [f"{name} is gone" for name in before if name not in after]
    found += [f"{name} is new" for name in after if name not in before]
    found += [f"{n}: {before[n]} became {after[n]}" for n in before if n in after and before[n] != after[n]]
    return found


def _of_postgresql(connection: Connection) -> Iterator[tuple[str, Parts]]:
    """Each table with its parts; the catalogue is asked for a part of all tables at once."""
    inspector = inspect(connection)
    found: dict[str, Mapping[Any, Any]] = {
        "columns": inspector.get_multi_columns(),
        "key": inspector.get_multi_pk_constraint(),
        "references": inspector.get_multi_foreign_keys(),
        "unique": inspector.get_multi_unique_constraints(),
        "indexes": inspector.get_multi_indexes(),
        "checks": inspector.get_multi_check_constraints(),
    }
    for name in inspector.get_table_names():
        yield name, {part: of_all.get((None, name)) for part, of_all in found.items()}


def _of_sqlite(connection: Connection) -> Iterator[tuple[str, Parts]]:
    """Each table with its parts; a table that was made by the same statements as another one is that one again."""
    inspector = inspect(connection)
    made: dict[str, list[str | None]] = defaultdict(list)
    for table, sql in connection.exec_driver_sql(_SQLITE_STATEMENTS):
        made[table].append(sql)
    for name in inspector.get_table_names():
        statements = tuple(made[name])
        if statements not in _reflected:
            _reflected[statements] = _reflect(inspector, name)
        yield name, _reflected[statements]


def _reflect(inspector: Inspector, table: str) -> Parts:
    return {
        "columns": inspector.get_columns(table),
        "key": inspector.get_pk_constraint(table),
        "references": inspector.get_foreign_keys(table),
        "unique": inspector.get_unique_constraints(table),
        "indexes": inspector.get_indexes(table),
        "checks": inspector.get_check_constraints(table),
    }


def _described(parts: Parts) -> dict[str, object]:
    columns = [(c["name"], str(c["type"]), c["nullable"], str(c["default"])) for c in parts["columns"]]
    named = {part: _named(parts[part]) for part in ("references", "unique", "indexes", "checks")}
    return {"columns": sorted(columns), "key": parts["key"]["constrained_columns"], **named}


def _named(found: object) -> list[str]:
    return sorted(map(_text, found)) if isinstance(found, list) else []


def _text(part: object) -> str:
    """Reflected parts hold SQL expressions, whose repr would differ from one process to the next."""
    if isinstance(part, dict):
        return ", ".join(f"{key}: {_text(value)}" for key, value in part.items())
    return str(part)
