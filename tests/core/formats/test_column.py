"""Values of a typed column in a cell, and cells that no spreadsheet evaluates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FormatError
from core.formats.column import Column, ColumnType, Value, guarded, unguarded


@given(st.text())
def test_a_guarded_text_is_unguarded_to_itself(text: str) -> None:
    assert unguarded(guarded(text)) == text


@given(st.sampled_from("=+-@\t\r\n＝＋－＠"), st.text(), st.integers(0, 3))  # noqa: RUF001 -- the wide forms
def test_what_a_spreadsheet_would_evaluate_is_led_by_a_quote(start: str, rest: str, quotes: int) -> None:
    text = "'" * quotes + start + rest

    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "it's", "'quoted'", "1-2", " =1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


@pytest.mark.parametrize(
    ("type_", "cell", "value"),
    [
        (ColumnType.TEXT, "=1", "=1"),
        (ColumnType.TEXT, 1001, "1001"),
        (ColumnType.TEXT, Decimal("1E+3"), "1000"),
        (ColumnType.TEXT, date(2026, 3, 31), "2026-03-31"),
        (ColumnType.INTEGER, " 12 ", 12),
        (ColumnType.INTEGER, Decimal("12.0"), 12),
        (ColumnType.DECIMAL, "-1234.50", Decimal("-1234.50")),
        (ColumnType.DECIMAL, 3, Decimal(3)),
        (ColumnType.DATE, "2026-03-31", date(2026, 3, 31)),
        (ColumnType.DATE, datetime(2026, 3, 31), date(2026, 3, 31)),  # noqa: DTZ001 -- as workbooks hold them
        (ColumnType.DATETIME, "2026-03-31T12:00:00Z", datetime(2026, 3, 31, 12, tzinfo=UTC)),
        (ColumnType.DATETIME, "2026-03-31T12:00:00+02:00", datetime(2026, 3, 31, 10, tzinfo=UTC)),
        (
            ColumnType.DATETIME,
            datetime(2026, 3, 31, 12),  # noqa: DTZ001 -- as workbooks hold them
            datetime(2026, 3, 31, 12, tzinfo=UTC),
        ),
        (ColumnType.DATETIME, date(2026, 3, 31), datetime(2026, 3, 31, tzinfo=UTC)),
        (ColumnType.BOOLEAN, "Yes", True),
        (ColumnType.BOOLEAN, 0, False),
        (ColumnType.BOOLEAN, "", None),
        (ColumnType.DECIMAL, None, None),
    ],
)
def test_a_cell_is_read_as_its_columns_type(type_: ColumnType, cell: Value, value: Value) -> None:
    read = Column("Column", type_).read(cell)

    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("type_", "cell"),
    [
        (ColumnType.INTEGER, "1.5"),
        (ColumnType.INTEGER, "NaN"),
        (ColumnType.INTEGER, True),
        (ColumnType.DECIMAL, "1,5"),
        (ColumnType.DECIMAL, True),
        (ColumnType.DECIMAL, date(2026, 3, 31)),
        (ColumnType.DECIMAL, "1e5"),
        (ColumnType.DECIMAL, "Infinity"),
        (ColumnType.DECIMAL, "9" * 31),
        (ColumnType.DECIMAL, "=1+1"),
        (ColumnType.DATE, "31.03.2026"),
        (ColumnType.DATE, 46112),
        (ColumnType.DATE, datetime(2026, 3, 31, 1, tzinfo=UTC)),
        (ColumnType.DATETIME, "noon"),
        (ColumnType.BOOLEAN, "maybe"),
    ],
)
def test_a_cell_that_is_not_of_the_type_is_refused_and_its_column_named(
    type_: ColumnType, cell: Value
) -> None:
    with pytest.raises(FormatError, match=rf"is no {type_} \(Column\)"):
        Column("Column", type_).read(cell)


def test_a_number_is_written_with_its_places_and_never_with_fewer_digits_than_it_has() -> None:
    column = Column("Price", ColumnType.DECIMAL, places=2)

    assert column.text(Decimal("1.5")) == "1.50"
    assert column.text(Decimal("-1E+3")) == "-1000.00"
    assert column.text(Decimal("0." + "1" * 40)) == "0." + "1" * 40


def test_what_is_no_number_is_not_written() -> None:
    with pytest.raises(FormatError, match="NaN"):
        Column("Price", ColumnType.DECIMAL).text(Decimal("NaN"))


def test_an_instant_is_written_in_utc() -> None:
    at = datetime(2026, 3, 31, 1, 30, tzinfo=timezone(timedelta(hours=2)))

    assert Column("At", ColumnType.DATETIME).text(at) == "2026-03-30T23:30:00Z"
