"""Archived rows on their way back: staged beside the tables, compared with what is there now, and then put in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, inspect
from sqlalchemy.engine.reflection import Inspector

from core.backup import rows
from core.base.hanging import HANGING
from core.errors import UserError
from core.i18n import Text, _
from core.migrate import archived
from core.orm.model import model_named

#: Of what is lost, so many rows of a table are named.
_MOST_NAMED = 5
#: Tables whose rows go with the record that they name.
_HANGING = tuple(str(model.__tablename__) for model in HANGING)
#: What was told to open pages; nobody misses it when its id was given to another meanwhile.
_PASSING = ("base_event",)


class Reference(NamedTuple):
    """A foreign key."""

    table: str
    columns: Sequence[str]
    target: str
    target_columns: Sequence[str]


class Staged:
    """The rows of an archive in temporary tables, which are gone after the transaction."""

    def __init__(self, connection: Connection, folder: Path, tables: Sequence[str]) -> None:
        """`tables` are all that the archive has rows of; each must be there."""
        self._connection = connection
        self._quote = connection.dialect.identifier_preparer.quote
        self._inspector: Inspector = inspect(connection)
        self._folder = folder
        self._tables = tables
        self._require_columns()
        ending = " ON COMMIT DROP" if connection.dialect.name == "postgresql" else ""
        for table in tables:
            self._run(
                f"CREATE TEMPORARY TABLE {self._stage(table)}{ending} AS SELECT * FROM {self._quote(table)} WHERE 1 = 0"  # noqa: S608 -- quoted names
            )
            rows.read(connection, self._stage(table), archived.rows_of(folder, table))
            self._index(table)

    def renumber(self, tables: Sequence[str]) -> None:
        """Give rows of `tables` new ids where theirs are others' by now, as SQLite gives away what was free."""
        for table in [table for table in tables if self._key(table) == ["id"]]:
            taken = f"SELECT id FROM {self._quote(table)}"  # noqa: S608 -- quoted name
            stage = self._stage(table)
            if table in _PASSING:
                self._run(f"DELETE FROM {stage} WHERE id IN ({taken})")  # noqa: S608 -- quoted names
                continue
            both = f"{taken} UNION ALL SELECT id FROM {stage}"  # noqa: S608 -- quoted names
            shift = self._run(f"SELECT coalesce(max(id), 0) FROM ({both}) ids").scalar_one()  # noqa: S608 -- quoted names
            moved = f"(SELECT id FROM {stage} WHERE id IN ({taken}))"  # noqa: S608 -- quoted names
            for child, column in self._referring(table):
                moving = f"SET {column} = {column} + {shift} WHERE {column} IN {moved}"
                self._run(f"UPDATE {child} {moving}")
            self._run(f"UPDATE {stage} SET id = id + {shift} WHERE id IN ({taken})")  # noqa: S608 -- quoted names, a number

    def leave_out_orphans(self) -> None:
        """Leave out what hangs on records that were deleted meanwhile: it would have gone with them."""
        for table in [name for name in _HANGING if name in self._tables]:
            stage = self._stage(table)
            for (name,) in self._run(f"SELECT DISTINCT model FROM {stage}").all():  # noqa: S608 -- quoted name
                model = model_named(name)
                host = None if model is None else str(model.__tablename__)
                if host is not None and host not in self._tables:
                    gone = f"NOT EXISTS (SELECT 1 FROM {self._quote(host)} r WHERE r.id = {stage}.record_id)"  # noqa: S608 -- quoted name
                    self._run(f"DELETE FROM {stage} WHERE model = '{name}' AND {gone}")  # noqa: S608 -- a model's name

    def require_whole(self) -> None:
        """Raise UserError, which names the rows, where what they refer to is not there any more."""
        lost = [line for reference in self._references for line in self._lost(reference)]
        if lost:
            raise UserError(
                _(
                    "What the archive refers to was deleted meanwhile: {lost}. Nothing has changed. Restore a "
                    "back-up of the time into another site if you need these rows.",
                    lost="; ".join(str(line) for line in lost),
                )
            )

    def put_in(self) -> None:
        """Move the rows to their tables, referenced ones first."""
        for table in self._in_order():
            listed = ", ".join(self._quote(c) for c in rows.columns_of(archived.rows_of(self._folder, table)))
            self._run(
                f"INSERT INTO {self._quote(table)} ({listed}) SELECT {listed} FROM {self._stage(table)}"  # noqa: S608 -- quoted names
            )
            self._run(f"DROP TABLE {self._stage(table)}")

    def _run(self, statement: str) -> Any:  # Any: a cursor's result
        return self._connection.exec_driver_sql(statement)

    def _index(self, table: str) -> None:
        """By key: what refers to a staged row finds it without reading all."""
        key = ", ".join(self._quote(column) for column in self._key(table))
        if key:
            self._run(f"CREATE INDEX {self._stage(table)}_key ON {self._stage(table)} ({key})")
        self._run(f"ANALYZE {self._stage(table)}")

    def _stage(self, table: str) -> str:
        """A short name: PostgreSQL's end at 63 characters."""
        return f"dovetail_staged_{self._tables.index(table)}"

    def _key(self, table: str) -> list[str]:
        return list(self._inspector.get_pk_constraint(table)["constrained_columns"])

    def _require_columns(self) -> None:
        for table in self._tables:
            known = self._inspector.get_columns(table) if self._inspector.has_table(table) else []
            there = {column["name"] for column in known}
            gone = [c for c in rows.columns_of(archived.rows_of(self._folder, table)) if c not in there]
            if gone:
                raise UserError(
                    _(
                        "The archive has columns that {table} does not: {columns}. Nothing has changed. It was "
                        "written with another version of the platform or the addon; install that one.",
                        table=table,
                        columns=", ".join(gone),
                    )
                )

    @cached_property
    def _references(self) -> list[Reference]:
        return [
            Reference(table, key["constrained_columns"], key["referred_table"], key["referred_columns"])
            for table in self._tables
            for key in self._inspector.get_foreign_keys(table)
        ]

    def _referring(self, table: str) -> Iterator[tuple[str, str]]:
        """The staged tables with their columns that refer to `table`, quoted."""
        for reference in self._references:
            if reference.target == table and len(reference.columns) == 1:
                yield self._stage(reference.table), self._quote(reference.columns[0])

    def _lost(self, reference: Reference) -> Iterator[Text]:
        table, columns, target, target_columns = reference
        if table == target:
            return
        known = [self._quote(target), *([self._stage(target)] if target in self._tables else [])]
        pairs = list(zip(columns, target_columns, strict=True))
        absent = " AND ".join(
            f"NOT EXISTS (SELECT 1 FROM {each} r WHERE "  # noqa: S608 -- quoted names
            + " AND ".join(f"r.{self._quote(there)} = s.{self._quote(here)}" for here, there in pairs)
            + ")"
            for each in known
        )
        given = " AND ".join(f"s.{self._quote(column)} IS NOT NULL" for column in columns)
        yield from self._told(table, columns[0], target, f"{given} AND {absent}")

    def _told(self, table: str, column: str, target: str, condition: str) -> Iterator[Text]:
        asked = f"SELECT DISTINCT s.{self._quote(column)} FROM {self._stage(table)} s WHERE {condition} ORDER BY 1"  # noqa: S608 -- quoted names
        gone = self._run(asked).scalars().all()
        if gone:
            more = ", ..." if len(gone) > _MOST_NAMED else ""
            ids = ", ".join(str(each) for each in gone[:_MOST_NAMED]) + more
            yield _("{table} refers to {target} {ids}", table=table, target=target, ids=ids)

    def _in_order(self) -> list[str]:
        above: Mapping[str, set[str]] = {table: set() for table in self._tables}
        for table, _columns, target, _target_columns in self._references:
            if target in above and target != table:
                above[table].add(target)
        try:
            return list(TopologicalSorter(above).static_order())
        except CycleError as error:
            raise UserError(
                _("Tables refer to each other in a circle: {names}.", names=" > ".join(error.args[1]))
            ) from error
