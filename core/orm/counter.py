"""The rows that document numbers are counted in, and the statements that draw from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter

from sqlalchemy import Connection

from core import clock
from core.orm import rowset
from core.orm.model import Base
from core.orm.plan import ColumnPlan, table_of
from core.orm.rowset import Same

_TABLE = "base_sequence"
#: How a number may be written for the database to write it itself: `5`, `05`, `05d` or nothing.
_WIDTH = re.compile(r"(?P<zero>0?)(?P<width>[1-9]\d*)?d?")


@dataclass(frozen=True)
class Counter:
    """What is counted: a name, a company and the period that a day lies in."""

    name: str
    company_id: int | None
    #: How its numbers look when it does not exist yet.
    pattern: str
    on: date

    @property
    def key(self) -> str:
        """Counters are locked in this order, whoever locks them."""
        return f"{self.name} {self.company_id or 0:020} {self.on:%Y-%m}"


def draw(connection: Connection, counter: Counter, count: int) -> list[str]:
    """The next `count` numbers, with the counter's row locked until the transaction of `connection` ends."""
    row, pattern = _current(connection, counter)
    mark = _mark(connection)
    drawn = f"UPDATE {_TABLE} SET next = next + {mark} WHERE id = {mark} RETURNING next"  # noqa: S608 -- constants
    after = connection.exec_driver_sql(drawn, (count, row)).scalar_one()
    return [formatted(pattern, value, counter.on) for value in range(after - count, after)]


def draw_into(connection: Connection, counter: Counter, column: ColumnPlan, ids: Sequence[int]) -> list[str]:
    """Number the records `ids`, raise their versions, and return the numbers in order.

    On PostgreSQL, where others may wait for the counter meanwhile, one statement does both.
    """
    if connection.dialect.name == "postgresql":
        row, pattern = _current(connection, counter)
        parts = _parts(pattern, counter.on)
        if parts is not None:
            return _draw_at_once(connection, row, parts, column, ids)
    numbers = draw(connection, counter, len(ids))
    table = table_of(column.owner)
    values: rowset.Values = {column.column: numbers, table.c.changed_at: Same(clock.now())}
    rowset.update(connection, table, ids, values)
    return numbers


def formatted(pattern: str, value: int, on: date) -> str:
    """One number as people see it."""
    return pattern.format(number=value, year=on.year, month=f"{on:%Y-%m}")


@dataclass(frozen=True)
class _Parts:
    """A pattern around its number, and how many digits the number has at least."""

    before: str
    width: int
    after: str


def _draw_at_once(
    connection: Connection, row: int, parts: _Parts, column: ColumnPlan, ids: Sequence[int]
) -> list[str]:
    quote = connection.dialect.identifier_preparer.quote
    table, field = quote(table_of(column.owner).name), quote(column.column.name)
    value = "(taken.next - %s + u.o - 1)::text"
    statement = (
        f"WITH taken AS (UPDATE {_TABLE} SET next = next + %s WHERE id = %s RETURNING next) "  # noqa: S608 -- quoted names
        f"UPDATE {table} t SET {field} = %s || lpad({value}, greatest(%s, length({value})), '0') || %s, "
        "changed_at = %s, version = t.version + 1 FROM taken, unnest(%s::bigint[]) WITH ORDINALITY AS u(id, o) "
        f"WHERE t.id = u.id RETURNING u.o, t.{field}"
    )
    count = len(ids)
    at: datetime = clock.now()
    given = (count, row, parts.before, count, parts.width, count, parts.after, at, list(ids))
    return [
        number for _position, number in sorted(tuple(r) for r in connection.exec_driver_sql(statement, given))
    ]


def _current(connection: Connection, counter: Counter) -> tuple[int, str]:
    """The row of the counter's period, made if it is the first of it, and its pattern."""
    found = _find(connection, counter)
    if isinstance(found, str):
        _begin(connection, counter, found)
        found = _find(connection, counter)
    if isinstance(found, str):
        raise RuntimeError(f"sequence {counter.name} has no row for {counter.on} though it was made")
    return found


def _find(connection: Connection, counter: Counter) -> tuple[int, str] | str:
    """The row and its pattern, or the pattern alone: the company's own before the one that all share, newest first."""
    mark = _mark(connection)
    rows = connection.exec_driver_sql(
        f"SELECT id, company_id, period, pattern FROM {_TABLE} WHERE name = {mark} "  # noqa: S608 -- constants
        f"AND (company_id = {mark} OR company_id IS NULL) ORDER BY company_id IS NULL, period DESC",
        (counter.name, counter.company_id),
    ).all()
    pattern: str = rows[0].pattern if rows else counter.pattern
    period = _period(pattern, counter.on)
    for row in rows:
        if row.company_id == counter.company_id and row.period == period:
            return row.id, pattern
    return pattern


def _begin(connection: Connection, counter: Counter, pattern: str) -> None:
    """The row of a new period; another transaction may have made it meanwhile."""
    at = clock.now()
    row = {"name": counter.name, "company_id": counter.company_id, "period": _period(pattern, counter.on),
           "pattern": pattern, "next": 1, "version": 1, "created_at": at, "changed_at": at}  # fmt: skip
    table = Base.metadata.tables[_TABLE]
    rowset.append(
        connection, table, {table.c[key]: Same(value) for key, value in row.items()}, 1, unless_there=True
    )


def _period(pattern: str, on: date) -> str:
    if "{month" in pattern:
        return f"{on:%Y-%m}"
    return f"{on:%Y}" if "{year" in pattern else ""


def _parts(pattern: str, on: date) -> _Parts | None:
    """The pattern as the database can write it; None when Python alone can."""
    before, width, after = "", -1, ""
    for text, field, spec, conversion in Formatter().parse(pattern):
        after += text
        if field == "number":
            shape = _WIDTH.fullmatch(spec or "")
            if width >= 0 or conversion or shape is None or (shape["width"] and not shape["zero"]):
                return None
            before, width, after = after, int(shape["width"] or 0), ""
        elif field is not None:
            after += f"{{{field}{'!' + conversion if conversion else ''}:{spec or ''}}}".format(
                year=on.year, month=f"{on:%Y-%m}"
            )
    return None if width < 0 else _Parts(before, width, after)


def _mark(connection: Connection) -> str:
    return "%s" if connection.dialect.name == "postgresql" else "?"
