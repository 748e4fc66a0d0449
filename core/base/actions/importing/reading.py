"""From the rows of a file to values: every cell that cannot be read is told by row and column."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from core import i18n
from core.base import written
from core.base.actions.exporting import HIDDEN, ID
from core.base.actions.importing.naming import refer
from core.base.actions.importing.report import Report
from core.base.actions.importing.table import Column, Table
from core.errors import PlatformError, UserError
from core.formats.column import Value
from core.formats.tabular import Row
from core.i18n import _
from core.orm.assign import message_of
from core.orm.plan import plan_of

if TYPE_CHECKING:
    from core.orm.env import Env

#: Rows that one file may hold.
MOST_ROWS = 200_000
#: Values that a column remembers, so that what repeats is read once.
_KEPT = 10_000
_STEP = 1_000

#: Told how many rows are done; may raise to stop.
Progress = Callable[[int], None]


class _Wrong(Exception):
    """A cell that cannot be read, with the reason as text."""


def read(env: Env, table: Table, rows: Iterable[Row], report: Report, progress: Progress) -> None:
    """Fill `table` with what the rows say."""
    reading = _Reading(env, table, report)
    for row in rows:
        report.rows += 1
        if report.rows > MOST_ROWS:
            raise UserError(_("A file may hold {most} rows at most. Split it.", most=MOST_ROWS))
        if row.problem is not None:
            report.tell(row.number, "", row.problem)
        else:
            reading.take(row)
        if report.is_full:
            return
        if report.rows % _STEP == 0:
            progress(report.rows)
    reading.refer()


class _Reading:
    """A table being filled: a row begins a record, or goes on with the parts of the one before."""

    def __init__(self, env: Env, table: Table, report: Report) -> None:
        self.env = env
        self.table = table
        self.report = report
        self.cells = _Cells(env, table, report)
        self.parts = [(part, _Cells(env, part, report)) for part in table.parts.values()]
        #: Where the id and the natural key stand in the file.
        keys = table.natural_key() if table.parts else []
        names = [n for n in (ID, *(k.name for k in keys)) if n in table.columns] if table.parts else []
        self.keys = [table.columns[name] for name in names]
        self.begun: Row | None = None

    def take(self, row: Row) -> None:
        if not self._continues(row):
            self.begun = row
            self.cells.add(row)
        for part, cells in self.parts:
            if any(_cell(row, column) is not None for column in part.columns.values()):
                part.owners.append(len(self.table.rows) - 1)
                cells.add(row)

    def refer(self) -> None:
        """Look up what references name, once for each column."""
        for table, cells in ((self.table, self.cells), *self.parts):
            for name, named in cells.named.items():
                refer(self.env, self.report, table, table.columns[name], named, self.table)

    def _continues(self, row: Row) -> bool:
        """Whether the row says nothing of a record of its own: its cells are empty, or those of the record before."""
        if not self.parts or self.begun is None:
            return False
        own = {name: _cell(row, column) for name, column in self.table.columns.items()}
        if not any(value is not None for value in own.values()):
            return True
        if not self.keys or any(own[c.name] != _cell(self.begun, c) for c in self.keys):
            return False
        if not any(own[c.name] is not None for c in self.keys):
            return False
        self._refuse_difference(row)
        return True

    def _refuse_difference(self, row: Row) -> None:
        assert self.begun is not None
        for column in self.table.columns.values():
            value = _cell(row, column)
            if value is not None and value != _cell(self.begun, column):
                words = _("This differs from row {row}, where the same record begins.", row=self.begun.number)
                self.report.tell(row.number, column.heading, words)


class _Cells:
    """Reads the cells of one table's columns."""

    def __init__(self, env: Env, table: Table, report: Report) -> None:
        self.table = table
        self.report = report
        #: Texts that name records, with the index of their row, by field.
        self.named: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self.hidden = _hidden()
        self.readers = [(column, _Reader(env, column)) for column in table.columns.values()]

    def add(self, row: Row) -> None:
        """The row as a record of the table; what cannot be read is told and left out."""
        values: dict[str, object] = {}
        index = len(self.table.rows)
        for column, reader in self.readers:
            cell = _cell(row, column)
            if column.field is None or column.field.target is None:
                self._read(row, index, values, column, reader)
            elif cell in self.hidden:
                continue
            elif cell is None and column.field.required:
                self._wrong(row, index, column, _("{field} is needed.", field=column.field.label))
            else:
                values[column.name] = None
                if cell is not None:
                    self.named[column.name].append((index, written.text_of(cell).strip()))
        self.table.rows.append(values)
        self.table.numbers.append(row.number)

    def _read(self, row: Row, index: int, values: dict[str, object], column: Column, reader: _Reader) -> None:
        cell = row.values[column.position] if column.position < len(row.values) else None
        try:
            values[column.name] = reader.read(cell)
        except _Wrong as error:
            self._wrong(row, index, column, error)

    def _wrong(self, row: Row, index: int, column: Column, message: object) -> None:
        self.table.wrong.add(index)
        self.report.tell(row.number, column.heading, message)


class _Reader:
    """Reads the cells of one column."""

    def __init__(self, env: Env, column: Column) -> None:
        self.field = column.field
        self.locale, self.zone = env.principal.locale, env.zone
        self.plan = plan_of(column.field.model).by_name[column.field.name] if column.field else None
        self.known: dict[tuple[type, Value], object] = {}

    def read(self, cell: Value) -> object:
        key = cell.__class__, cell
        if key in self.known:
            return self.known[key]
        value = self._value(cell) if self.field else _id(cell)
        if len(self.known) < _KEPT:
            self.known[key] = value
        return value

    def _value(self, cell: Value) -> object:
        assert self.field is not None
        assert self.plan is not None
        try:
            value = written.typed(self.field, cell, self.locale, self.zone)
        except PlatformError as error:
            raise _Wrong(str(message_of(error))) from error
        complaint = self.plan.complaint(value)
        if complaint is not None and value is not None:
            raise _Wrong(str(complaint))
        return value


def _id(cell: Value) -> int | None:
    text = written.text_of(cell).strip() if cell is not None else ""
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:  # noqa: PLR2004 -- digits that every id has room for
        raise _Wrong(str(_("{value} is no record's id.", value=text[:60])))
    return int(text)


def _cell(row: Row, column: Column) -> Value:
    """What stands in the column; blank text is nothing."""
    cell = row.values[column.position] if column.position < len(row.values) else None
    return None if isinstance(cell, str) and not cell.strip() else cell


def _hidden() -> frozenset[str]:
    """What an export writes for a record that its reader may not see, in every language."""
    found = set()
    for language in i18n.languages():
        with i18n.speaking(language):
            found.add(str(HIDDEN))
    return frozenset(found)
