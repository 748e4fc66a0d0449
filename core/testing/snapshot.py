"""What a database is made of and holds, so that two moments can be compared."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterator

from sqlalchemy import Connection, Engine, Inspector, inspect
from sqlalchemy.exc import SAWarning

from core.orm import guards

Schema = dict[str, dict[str, object]]
Contents = dict[str, list[str]]


def schema(engine: Engine) -> Schema:
    """Every table with its columns, keys, indexes, constraints and triggers."""
    with warnings.catch_warnings(action="ignore", category=SAWarning), engine.connect() as connection:
        inspector = inspect(connection)
        return {
            name: _parts(inspector, name) | {"triggers": guards.existing(connection, [name])}
            for name in inspector.get_table_names()
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


def _parts(inspector: Inspector, table: str) -> dict[str, object]:
    return {
        "columns": sorted(
            (c["name"], str(c["type"]), c["nullable"], str(c["default"]))
            for c in inspector.get_columns(table)
        ),
        "key": inspector.get_pk_constraint(table)["constrained_columns"],
        "references": _named(inspector.get_foreign_keys(table)),
        "unique": _named(inspector.get_unique_constraints(table)),
        "indexes": _named(inspector.get_indexes(table)),
        "checks": _named(inspector.get_check_constraints(table)),
    }


def _named(found: object) -> list[str]:
    return sorted(map(_text, found)) if isinstance(found, list) else []


def _text(part: object) -> str:
    """Reflected parts hold SQL expressions, whose repr would differ from one process to the next."""
    if isinstance(part, dict):
        return ", ".join(f"{key}: {_text(value)}" for key, value in part.items())
    return str(part)
