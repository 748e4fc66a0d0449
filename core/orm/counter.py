"""The rows that document numbers are counted in, and the statements that draw from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from core import clock
from core.orm import early, rowset
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
    row = _current(connection, counter)
    mark = _mark(connection)
    drawn = f"UPDATE {_TABLE} SET next = next + {mark} WHERE id = {mark} RETURNING next"  # noqa: S608 -- constants
    after = connection.exec_driver_sql(drawn, (count, row.id)).scalar_one()
    return [formatted(row.pattern, value, counter.on) for value in range(after - count, after)]


def draw_into(connection: Connection, counter: Counter, column: ColumnPlan, ids: Sequence[int]) -> list[str]:
    """Number the records `ids`, raise their versions, and return the numbers in order.

    On PostgreSQL, where others may wait for the counter meanwhile, one statement does both, and proves besides that
    the row drawn from last is still the one: then it is not looked for.
    """
    if connection.dialect.name == "postgresql":
        known = _drawn_from.setdefault(connection.engine, {})
        last = known.get(counter.key)
        drawn = _draw_at_once(connection, counter, last, column, ids, _PROOF) if last is not None else None
        if drawn:
            return drawn
        row = _current(connection, counter)
        if row.is_newest:
            known[counter.key] = row
        drawn = _draw_at_once(connection, counter, row, column, ids)
        if drawn is not None:
            return drawn
    numbers = draw(connection, counter, len(ids))
    table = table_of(column.owner)
    values: rowset.Values = {column.column: numbers, table.c.changed_at: Same(clock.now())}
    rowset.update(connection, table, ids, values)
    return numbers


def formatted(pattern: str, value: int, on: date) -> str:
    """One number as people see it."""
    return pattern.format(number=value, year=on.year, month=f"{on:%Y-%m}")


@dataclass(frozen=True)
class _Row:
    """The row of a counter's period."""

    id: int
    #: What its numbers look like, which the newest row of the name says.
    pattern: str
    is_newest: bool


#: The row that each counter was drawn from last, where its pattern is its own.
_drawn_from: WeakKeyDictionary[Engine, dict[str, _Row]] = WeakKeyDictionary()

#: That a row is still the newest of its counter and has the pattern that is remembered of it.
_PROOF = f"""
    AND s.name = %s AND s.company_id IS NOT DISTINCT FROM %s AND s.pattern = %s AND NOT EXISTS (
        SELECT 1 FROM {_TABLE} n
        WHERE n.name = s.name AND n.company_id IS NOT DISTINCT FROM s.company_id AND n.period > s.period)"""  # noqa: S608 -- constants


@dataclass(frozen=True)
class _Parts:
    """A pattern around its number, and how many digits the number has at least."""

    before: str
    width: int
    after: str


def _draw_at_once(
    connection: Connection,
    counter: Counter,
    row: _Row,
    column: ColumnPlan,
    ids: Sequence[int],
    proof: str = "",
) -> list[str] | None:
    """The numbers, none where the proof fails; None where Python alone can write the pattern."""
    parts = _parts(row.pattern, counter.on)
    if parts is None:
        return None
    quote = connection.dialect.identifier_preparer.quote
    table, field = quote(table_of(column.owner).name), quote(column.column.name)
    value = "(taken.next - %s + u.o - 1)::text"
    statement = (
        f"WITH taken AS (UPDATE {_TABLE} s SET next = next + %s WHERE s.id = %s{proof} RETURNING next) "  # noqa: S608 -- quoted names
        f"UPDATE {table} t SET {field} = %s || lpad({value}, greatest(%s, length({value})), '0') || %s, "
        "changed_at = %s, version = t.version + 1 FROM taken, unnest(%s::bigint[]) WITH ORDINALITY AS u(id, o) "
        f"WHERE t.id = u.id RETURNING u.o, t.{field}, {early.LET_GO}"
    )
    count = len(ids)
    at: datetime = clock.now()
    proven = (counter.name, counter.company_id, row.pattern) if proof else ()
    given = (count, row.id, *proven, parts.before, count, parts.width, count, parts.after, at, list(ids))
    rows = connection.exec_driver_sql(statement, given).all()
    if rows:
        early.lets_go(connection)
    return [number for _position, number, _off in sorted(tuple(row) for row in rows)]


def _current(connection: Connection, counter: Counter) -> _Row:
    """The row of the counter's period, made if it is the first of it."""
    found = _find(connection, counter)
    if isinstance(found, str):
        _begin(connection, counter, found)
        found = _find(connection, counter)
    if isinstance(found, str):
        raise RuntimeError(f"sequence {counter.name} has no row for {counter.on} though it was made")
    return found


def _find(connection: Connection, counter: Counter) -> _Row | str:
    """The row, or the pattern that one would have: the company's own before the one that all share, newest first."""
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
            return _Row(row.id, pattern, row is rows[0])
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
