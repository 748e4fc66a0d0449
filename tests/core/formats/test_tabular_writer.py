"""Exports: what is written as CSV or XLSX is read back as the same values, and nothing in it is evaluated."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import BinaryIO

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.errors import FormatError
from core.formats import tabular, tabular_writer
from core.formats.column import Column, ColumnType, Value
from core.formats.tabular_writer import csv_chunks, write_csv, write_xlsx

Writer = Callable[[BinaryIO, Sequence[Column], Iterable[Sequence[Value]]], None]
WRITERS = pytest.mark.parametrize("write", [write_csv, write_xlsx])

# A workbook has no sign for the characters that XML rules out for good, and no text of a record has U+0000.
_CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufffe\uffff")
_TEXTS = st.text(_CHARACTERS, min_size=1, max_size=30) | st.builds(
    str.__add__, st.sampled_from("=+-@\t\r'\";, "), st.text(_CHARACTERS, max_size=10)
)
_VALUES: dict[ColumnType, st.SearchStrategy[Value]] = {
    ColumnType.TEXT: _TEXTS,
    ColumnType.INTEGER: st.integers(-(10**29), 10**29),
    ColumnType.DECIMAL: st.decimals(allow_nan=False, allow_infinity=False, places=6, max_value=10**15)
    | st.decimals(min_value=-(10**20), max_value=10**20, places=25),
    ColumnType.DATE: st.dates(),
    ColumnType.DATETIME: st.datetimes(timezones=st.just(UTC)),
    ColumnType.BOOLEAN: st.booleans(),
}
COLUMNS = [Column(each.value, each, places=3) for each in ColumnType]
_ROWS = st.lists(
    st.tuples(*(st.none() | _VALUES[column.type] for column in COLUMNS)).filter(
        lambda row: any(value is not None for value in row)
    ),
    max_size=5,
)


def _written(write: Writer, columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> io.BytesIO:
    target = io.BytesIO()
    write(target, columns, rows)
    return target


def _read_back(target: io.BytesIO, columns: Sequence[Column]) -> list[tuple[Value, ...]]:
    sheet = tabular.read(target, "export")
    assert sheet.columns == tuple(column.name for column in columns)
    return [
        tuple(column.read(cell) for column, cell in zip(columns, row.values, strict=True))
        for row in sheet.rows
    ]


@WRITERS
@given(rows=_ROWS)
@example(rows=[("=1+1", -1, Decimal("-0.1"), date(1900, 2, 28), datetime(2024, 2, 29, tzinfo=UTC), False)])
@example(
    rows=[("_x0041_", 2**53 + 1, Decimal("1E+15"), date(1, 1, 1), datetime.max.replace(tzinfo=UTC), True)]
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_an_export_is_read_back_as_the_same_values(write: Writer, rows: list[tuple[Value, ...]]) -> None:
    assert _read_back(_written(write, COLUMNS, rows), COLUMNS) == rows


@WRITERS
@given(heading=_TEXTS.filter(lambda text: text == text.strip()), text=_TEXTS)
@settings(max_examples=60)
def test_a_table_of_one_text_column_is_read_back_whatever_its_heading(
    write: Writer, heading: str, text: str
) -> None:
    columns = [Column(heading)]

    assert _read_back(_written(write, columns, [(text,)]), columns) == [(text,)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_each_delimiter_is_told_when_read(delimiter: str) -> None:
    rows = [("a,b;c\td", 1, Decimal("1.500"), None, None, True)]
    target = io.BytesIO()

    write_csv(target, COLUMNS, rows, delimiter=delimiter)

    assert _read_back(target, COLUMNS) == rows


def test_no_text_in_a_csv_export_begins_as_a_formula() -> None:
    rows = [(f"{start}cmd|' /C calc'!A0",) for start in "=+-@\t\r"]

    lines = b"".join(csv_chunks([Column("=Heading")], rows)).decode("utf-8-sig").split("\r\n")

    assert all(line.lstrip('"').startswith("'") for line in lines if line)


def test_a_negative_number_in_a_csv_export_stays_a_number() -> None:
    content = b"".join(csv_chunks([Column("Amount", ColumnType.DECIMAL)], [(Decimal(-5),)]))

    assert content.endswith(b"-5.00\r\n")


def test_a_workbook_holds_no_formula_and_no_link() -> None:
    target = _written(write_xlsx, [Column("Text")], [("=1+1",), ("http://x.example",), ("{=A1}",)])

    with zipfile.ZipFile(target) as workbook:
        sheet = workbook.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "=1+1" in sheet


def test_numbers_and_dates_are_such_in_a_workbook_if_it_holds_them_exactly() -> None:
    columns = [Column("n", ColumnType.DECIMAL), Column("on", ColumnType.DATE)]
    rows: list[tuple[Value, ...]] = [
        (Decimal("1.25"), date(2026, 3, 31)),
        (Decimal("0.12345678901234567"), date(1899, 1, 1)),
    ]

    cells = [row.values for row in tabular.read(_written(write_xlsx, columns, rows), "x.xlsx").rows]

    assert cells == [(Decimal("1.25"), date(2026, 3, 31)), ("0.12345678901234567", "1899-01-01")]


def test_csv_comes_in_pieces_while_rows_are_still_made() -> None:
    made = 0

    def rows() -> Iterable[Sequence[Value]]:
        nonlocal made
        for made in range(1, 10_001):
            yield (made,)

    chunks = csv_chunks([Column("n", ColumnType.INTEGER)], rows())
    next(chunks)
    next(chunks)

    assert 0 < made < 10_000
    assert sum(chunk.count(b"\n") for chunk in chunks) > 9_000


def test_a_text_too_long_for_a_workbook_is_refused_with_row_and_column() -> None:
    with pytest.raises(FormatError, match="Row 3 holds a text of 32768 characters in “Note”"):
        _written(write_xlsx, [Column("Note")], [("a",), ("b" * 32_768,)])


def test_more_rows_than_a_workbook_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular_writer, "MAX_XLSX_ROWS", 3)

    with pytest.raises(FormatError, match=r"A workbook holds 3 rows\. Filter the list, or export as CSV"):
        _written(write_xlsx, [Column("n", ColumnType.INTEGER)], [(1,), (2,), (3,)])


def test_a_row_with_a_cell_too_few_is_a_fault_and_not_a_short_row() -> None:
    with pytest.raises(ValueError, match="shorter"):
        _written(write_csv, COLUMNS, [("a",)])


def test_more_columns_than_a_workbook_has_are_refused() -> None:
    columns = [Column(str(number)) for number in range(16_385)]

    with pytest.raises(FormatError, match="A workbook holds 16384 columns"):
        _written(write_xlsx, columns, [])


@WRITERS
def test_what_is_no_number_is_not_exported(write: Writer) -> None:
    with pytest.raises(FormatError, match="NaN"):
        _written(write, [Column("n", ColumnType.DECIMAL)], [(Decimal("NaN"),)])
