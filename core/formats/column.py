"""Typed columns of a table file, and how a value stands in a cell that no spreadsheet may evaluate."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum

from core.errors import FormatError
from core.i18n import _

#: What a cell holds. An empty cell is None; there is no empty text and no binary fraction.
Value = str | int | Decimal | bool | date | datetime | None

# What makes a spreadsheet take a text for a formula, at its start; the wide forms do so in East Asian
# locales. Text that already leads with quotes before one of them is quoted again, so that reading is exact.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_GUARDED = re.compile("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})")
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


class ColumnType(StrEnum):
    """The type of every value in a column."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "datetime"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its heading; `places` is the least number of decimals shown."""

    name: str
    type: ColumnType = ColumnType.TEXT
    places: int = 2

    def read(self, value: Value) -> Value:
        """`value` as this column's type, whatever type the file gave it; FormatError if it is none."""
        if value is None or value == "":
            return None
        try:
            return _READERS[self.type](value)
        except (ValueError, ArithmeticError):
            raise FormatError(
                _(
                    "“{value}” is no {type} ({column})",
                    value=str(value)[:60],
                    type=self.type,
                    column=self.name,
                )
            ) from None

    def text(self, value: Value) -> str:
        """`value` as text that no spreadsheet evaluates, and that `read` takes back exactly."""
        return guarded(value) if isinstance(value, str) else written(value, self.places)


def written(value: Value, places: int = 0) -> str:
    """`value` as plain text, a number with at least `places` decimals and never with fewer than it has."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return instant(value).isoformat().replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return _digits(value, places)
    return value.isoformat() if isinstance(value, date) else str(value)


def guarded(text: str) -> str:
    """`text`, led by a quote if a spreadsheet would evaluate it."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """`text` without the quote that `guarded` put before it."""
    return text[1:] if _GUARDED.match(text) else text


def instant(value: datetime) -> datetime:
    """`value` in UTC, which is what a value without a zone is."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _digits(value: Decimal, places: int) -> str:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise FormatError(_("“{value}” is no number, and cannot be written to a file", value=value))
    return f"{value:f}" if exponent <= -places else f"{value:.{places}f}"


def _text(value: Value) -> str:
    return value if isinstance(value, str) else written(value)


def _integer(value: Value) -> int:
    number = _decimal(value)
    if number != number.to_integral_value():
        raise ValueError
    return int(number)


def _decimal(value: Value) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError
    if isinstance(value, str) and not _DECIMAL.fullmatch(value.strip()):
        raise ValueError
    return Decimal(value.strip() if isinstance(value, str) else value)


def _date(value: Value) -> date:
    if isinstance(value, datetime):
        if value.time() != time():
            raise ValueError
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(_written(value))


def _datetime(value: Value) -> datetime:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    return instant(datetime.fromisoformat(_written(value)))


def _boolean(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    known = _BOOLEANS.get(str(value).strip().lower())
    if known is None:
        raise ValueError
    return known


def _written(value: Value) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value.strip()


_READERS: Mapping[ColumnType, Callable[[Value], Value]] = {
    ColumnType.TEXT: _text,
    ColumnType.INTEGER: _integer,
    ColumnType.DECIMAL: _decimal,
    ColumnType.DATE: _date,
    ColumnType.DATETIME: _datetime,
    ColumnType.BOOLEAN: _boolean,
}
