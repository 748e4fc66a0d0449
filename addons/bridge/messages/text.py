"""Values of messages as text and back: one spelling of each, so that equal messages are equal bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from core import FormatError, _

Scalar = str | int | bool | Decimal | date | datetime

#: More digits than these are no quantity of a plant.
_MOST_DIGITS = 40


def written(value: Scalar) -> str:
    """The one spelling of `value`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value)


def read(kind: type[Any], text: str, name: str) -> Any:  # Any: of that kind
    """`text` as a value of `kind`; raises FormatError, which calls it `name`."""
    try:
        return _READERS[kind](text) if kind in _READERS else kind(text)
    except (ValueError, KeyError, InvalidOperation, OverflowError) as error:
        raise FormatError(
            _("“{value}” is no value of {field}. The message was not taken.", value=text[:60], field=name)
        ) from error


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found.astimezone(UTC)


def _number(text: str) -> Decimal:
    if len(text) > _MOST_DIGITS or not text.lstrip("-").replace(".", "", 1).isdigit():
        raise ValueError(text)
    return Decimal(text)


_READERS: dict[type, Any] = {  # Any: a function from text to that kind
    bool: {"true": True, "false": False, "1": True, "0": False}.__getitem__,
    datetime: _instant,
    date: date.fromisoformat,
    Decimal: _number,
}
