"""Reading tables: CSV in whatever dialect and encoding it came, and the first sheet of XLSX and ODS."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import BinaryIO, Self

from python_calamine import CalamineError, CalamineWorkbook

from core.errors import FormatError
from core.formats.archive import check_archive
from core.formats.column import Value, unguarded
from core.formats.extent import check_extent
from core.i18n import Text, _

DELIMITERS = ",;\t|"
MAX_COLUMNS = 2_000
_SAMPLE = 64 * 1024
_CHUNK = 1024 * 1024
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What the workbook reader gives.
_Cell = float | str | bool | time | date | datetime | timedelta
# Up to here every whole number is exact as the binary fraction that a workbook stores.
_EXACT_INTEGER = 2**53


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `number` is its row in a spreadsheet, `problem` says why it cannot be taken as it is."""

    number: int
    values: tuple[Value, ...]
    problem: Text | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its headings; `rows` can be gone through once, while the file is open.

    `with read(...) as sheet` lets go of the file where only some of the rows are read.
    """

    columns: tuple[str, ...]
    rows: Generator[Row]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.rows.close()


def read(source: BinaryIO, name: str, *, sheet: str = "") -> Sheet:
    """The table in the open file `source`, called `name`; `sheet` names one other than the first."""
    source.seek(0)
    start = source.read(len(_OLE))
    source.seek(0)
    if start.startswith(_ZIP):
        return _table(_workbook_rows(source, name, sheet), name)
    if start == _OLE:
        raise FormatError(
            _("{name} is in the old Excel format, or protected by a password. Save it as .xlsx.", name=name),
            path=name,
        )
    return _table(_csv_rows(source, name), name)


def sheet_names(source: BinaryIO, name: str) -> list[str]:
    """The sheets of a workbook; none of a CSV file."""
    source.seek(0)
    start = source.read(len(_ZIP))
    source.seek(0)
    if start != _ZIP:
        return []
    with _workbook(source, name) as workbook:
        return list(workbook.sheet_names)


def _table(rows: Generator[tuple[int, list[Value]]], name: str) -> Sheet:
    for number, values in rows:
        headings = _trimmed(values)
        if headings:
            columns = _columns(headings, number, name)
            return Sheet(columns, _body(rows, len(columns)))
    raise FormatError(_("{name} is empty: it has no row of headings.", name=name), path=name)


def _columns(headings: Sequence[Value], number: int, name: str) -> tuple[str, ...]:
    columns = tuple(str(each).strip() if each is not None else "" for each in headings)
    if len(columns) > MAX_COLUMNS:
        raise FormatError(
            _("{name} has more than {limit} columns.", name=name, limit=MAX_COLUMNS), line=number, path=name
        )
    seen: set[str] = set()
    for position, column in enumerate(columns, 1):
        if not column:
            problem = _(
                "{name}: column {position} has no heading. Give it one.", name=name, position=position
            )
            raise FormatError(problem, line=number, path=name)
        if column in seen:
            problem = _("{name}: the heading “{column}” stands twice. Rename one.", name=name, column=column)
            raise FormatError(problem, line=number, path=name)
        seen.add(column)
    return columns


def _body(rows: Generator[tuple[int, list[Value]]], width: int) -> Generator[Row]:
    with closing(rows):
        for number, values in rows:
            cells = _trimmed(values)
            if not cells:
                continue
            problem = None
            if len(cells) > width:
                problem = _(
                    "Row {number} has {found} cells, but there are {width} headings.",
                    number=number,
                    found=len(cells),
                    width=width,
                )
            yield Row(number, tuple(cells[:width]) + (None,) * (width - len(cells)), problem)


def _trimmed(values: list[Value]) -> list[Value]:
    """The cells up to the last one with something in it."""
    end = len(values)
    while end and values[end - 1] is None:
        end -= 1
    return values[:end]


def _csv_rows(source: BinaryIO, name: str) -> Generator[tuple[int, list[Value]]]:
    text = io.TextIOWrapper(source, encoding=_encoding(source, name), newline="")
    try:
        sample = text.read(_SAMPLE)
        text.seek(0)
        reader = csv.reader(text, delimiter=_delimiter(sample), strict=True)
        try:
            for number, cells in enumerate(reader, 1):
                yield number, [unguarded(cell) if cell else None for cell in cells]
        except csv.Error as error:
            raise FormatError(
                _(
                    "{name}, line {line}: the file is no well-formed CSV ({reason}). "
                    "Check its quotation marks.",
                    name=name,
                    line=reader.line_num,
                    reason=error,
                ),
                line=reader.line_num,
                path=name,
            ) from None
    finally:
        if not source.closed:
            text.detach()


def _encoding(source: BinaryIO, name: str) -> str:
    """UTF-8 if every byte of the file agrees, UTF-16 by its mark, else the Western code page of Windows."""
    start = source.read(_SAMPLE)
    source.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in start:
        raise FormatError(
            _("{name} is neither CSV nor a workbook (.xlsx, .ods) that can be read.", name=name), path=name
        )
    for encoding in ("utf-8-sig", "cp1252"):
        if _decodes(source, encoding):
            return encoding
    raise FormatError(
        _("{name} is in an unknown encoding. Save it as CSV UTF-8, and try again.", name=name), path=name
    )


def _decodes(source: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := source.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        source.seek(0)
    return True


def _delimiter(sample: str) -> str:
    """The delimiter that gives the first row, and as many later rows as it can, the most columns."""
    lines = list(io.StringIO(sample, newline=""))
    whole = lines[:-1] if len(sample) == _SAMPLE and len(lines) > 1 else lines
    return max(DELIMITERS, key=lambda delimiter: _fit(whole, delimiter))


def _fit(lines: list[str], delimiter: str) -> tuple[int, int]:
    widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
    if not widths or widths[0] == 1:
        return 0, 0
    return sum(width == widths[0] for width in widths), widths[0]


@contextmanager
def _workbook(source: BinaryIO, name: str) -> Iterator[CalamineWorkbook]:
    check_archive(source, name)
    check_extent(source, name)
    try:
        with CalamineWorkbook.from_filelike(source) as workbook:
            yield workbook
    except CalamineError as error:
        raise FormatError(
            _("{name} is no workbook (.xlsx, .ods) that can be read. Save it again as .xlsx.", name=name),
            path=name,
        ) from error


def _workbook_rows(source: BinaryIO, name: str, sheet: str) -> Generator[tuple[int, list[Value]]]:
    with _workbook(source, name) as workbook:
        names = workbook.sheet_names
        wanted = sheet or next(iter(names), "")
        if wanted not in names:
            known = ", ".join(names)
            raise FormatError(
                _("{name} has no sheet “{sheet}”; it has {known}.", name=name, sheet=wanted, known=known)
                if known
                else _("{name} has no sheet. Save it again as .xlsx.", name=name),
                path=name,
            )
        found = workbook.get_sheet_by_name(wanted)
        # Rows come from the first on, cells from the first column with something in it.
        blank: list[Value] = [None] * (found.start or (0, 0))[1]
        for number, cells in enumerate(found.iter_rows(), 1):
            yield number, blank + [_value(cell) for cell in cells]


def _value(cell: _Cell) -> Value:
    """A workbook's cell without binary fractions: 12.0 is 12, and 0.1 is exactly 0.1."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < _EXACT_INTEGER else Decimal(repr(cell))
    if isinstance(cell, time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return cell if cell != "" else None
