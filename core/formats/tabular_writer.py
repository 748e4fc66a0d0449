"""Writing tables row by row as CSV and XLSX, so that no spreadsheet takes a text for a formula.

Both are read back by `tabular.read` and `Column.read` as the very same values.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, BinaryIO

from core.errors import FormatError
from core.formats.column import Column, ColumnType, Value, guarded, instant, written
from core.i18n import _

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MAX_XLSX_ROWS = 1_048_576
MAX_XLSX_COLUMNS = 16_384
MAX_XLSX_TEXT = 32_767
_XLSX_DIGITS = 16
_ROWS_AT_ONCE = 500
# A workbook counts days from 1900 and believes that year a leap year; from March on it is right.
_FIRST_DAY = date(1900, 3, 1)


def write_csv(
    target: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, delimiter: str = ","
) -> None:
    """Write `rows` to `target` as CSV in UTF-8 with a byte order mark, which spreadsheets need."""
    target.writelines(csv_chunks(columns, rows, delimiter=delimiter))


def csv_chunks(
    columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, delimiter: str = ","
) -> Iterator[bytes]:
    """The same file in pieces, for a response that begins before the last row is known."""
    buffer = io.StringIO(newline="")
    # Quoted headings let a reader tell the delimiter for certain, whatever the headings hold.
    headings = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    headings.writerow([guarded(column.name) for column in columns])
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    yield codecs.BOM_UTF8
    for count, row in enumerate(rows, 1):
        writer.writerow([column.text(value) for column, value in zip(columns, row, strict=True)])
        if count % _ROWS_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


def write_xlsx(
    target: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Value]], *, title: str = "Data"
) -> None:
    """Write `rows` to `target` as a workbook of one sheet, keeping one row in memory."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    from xlsxwriter.workbook import Workbook  # noqa: PLC0415 -- 0.1 s that only an export needs

    with Workbook(target, options) as workbook:
        _XlsxSheet(workbook, columns, title).write(rows)


class _XlsxSheet:
    """One sheet being written, its formats made once."""

    def __init__(self, workbook: Workbook, columns: Sequence[Column], title: str) -> None:
        if len(columns) > MAX_XLSX_COLUMNS:
            raise FormatError(
                _("A workbook holds {limit} columns. Export fewer, or as CSV.", limit=MAX_XLSX_COLUMNS)
            )
        self.columns = columns
        self.sheet: Worksheet = workbook.add_worksheet(title)
        self.heading = workbook.add_format({"bold": True})
        self.formats: list[Format | None] = [
            workbook.add_format({"num_format": shown}) if (shown := _number_format(column)) else None
            for column in columns
        ]

    def write(self, rows: Iterable[Sequence[Value]]) -> None:
        for position, column in enumerate(self.columns):
            self._text(0, position, column.name, self.heading)
        self.sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, 1):
            if number >= MAX_XLSX_ROWS:
                raise FormatError(
                    _(
                        "A workbook holds {limit} rows. Filter the list, or export as CSV.",
                        limit=MAX_XLSX_ROWS,
                    )
                )
            for position, (value, shown) in enumerate(zip(row, self.formats, strict=True)):
                self._cell(number, position, value, shown)

    def _cell(self, row: int, position: int, value: Value, shown: Format | None) -> None:
        """The value in the workbook's own type if that holds it exactly, else as text."""
        if value is None:
            return
        if isinstance(value, bool):
            self.sheet.write_boolean(row, position, value)
        elif isinstance(value, int | Decimal) and _is_exact(value):
            self.sheet.write_number(row, position, float(value), shown)
        elif isinstance(value, date) and _is_datable(value):
            self.sheet.write_datetime(row, position, _naive(value), shown)
        else:
            text = value if isinstance(value, str) else written(value, self.columns[position].places)
            self._text(row, position, text)

    def _text(self, row: int, position: int, text: str, shown: Format | None = None) -> None:
        if len(text) > MAX_XLSX_TEXT:
            raise FormatError(
                _(
                    "Row {row} holds a text of {length} characters in “{column}”; a workbook's cell holds "
                    "{limit}. Export as CSV.",
                    row=row + 1,
                    length=len(text),
                    column=self.columns[position].name,
                    limit=MAX_XLSX_TEXT,
                )
            )
        self.sheet.write_string(row, position, text, shown)


def _number_format(column: Column) -> str:
    if column.type is ColumnType.DECIMAL:
        return f"#,##0.{'0' * column.places}" if column.places else "#,##0"
    return {
        ColumnType.INTEGER: "0",
        ColumnType.DATE: "yyyy-mm-dd",
        ColumnType.DATETIME: "yyyy-mm-dd hh:mm:ss",
    }.get(column.type, "")


def _is_exact(value: int | Decimal) -> bool:
    """Whether the digits that a workbook stores are this very number."""
    number = Decimal(value)
    if not number.is_finite():
        return False
    return abs(number.adjusted()) < _XLSX_DIGITS and Decimal(f"{float(number):.{_XLSX_DIGITS}G}") == number


def _is_datable(value: date) -> bool:
    whole = not isinstance(value, datetime) or instant(value).microsecond == 0
    return whole and (instant(value).date() if isinstance(value, datetime) else value) >= _FIRST_DAY


def _naive(value: date) -> date:
    return instant(value).astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
