"""What conditions compare with: values of a field's type, relative days, the person; from JSON or text, and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from dateutil.relativedelta import MO, relativedelta

from core.errors import UserError
from core.i18n import _
from core.orm.catalog import Field
from core.orm.types import Choice

UNITS = ("day", "week", "month", "quarter", "year")
#: Units that a relative date may lie away from today.
FARTHEST = 10_000


@dataclass(frozen=True)
class Relative:
    """A day counted from today in the reader's zone: `Relative("week", -1)` is the start of last week.

    `offset` counts in `unit`; days count from today, longer units from the start of the present one.
    """

    unit: str
    offset: int = 0

    def day(self, today: date) -> date:
        start = {
            "day": today,
            "week": today + relativedelta(weekday=MO(-1)),
            "month": today.replace(day=1),
            "quarter": today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1),
            "year": today.replace(month=1, day=1),
        }[self.unit]
        months = {"month": 1, "quarter": 3, "year": 12}.get(self.unit, 0)
        days = {"day": 1, "week": 7}.get(self.unit, 0)
        return start + relativedelta(months=months * self.offset, days=days * self.offset)


@dataclass(frozen=True)
class Me:
    """The person who asks: their user where a field refers to users."""


def value_json(value: Any) -> Any:  # Any: JSON
    """What a condition compares with as JSON."""
    if isinstance(value, tuple):
        return [value_json(one) for one in value]
    if isinstance(value, Relative):
        return {"relative": value.unit, "offset": value.offset}
    if isinstance(value, Me):
        return {"me": True}
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal | Choice) else value


def value_from_json(field: Field, op: Any, value: Any) -> Any:  # Any: JSON from anywhere
    """What `op` compares the field with; raises UserError for what is no value of its type."""
    if op in ("empty", "not_empty"):
        return None
    if op in ("in", "not_in"):
        if not isinstance(value, list):
            raise UserError(_("In a filter, {op} needs a list of values.", op=op))
        return tuple(value_from_json(field, "eq", one) for one in value)
    if isinstance(value, dict):
        return _relative_from_json(value)
    return str(value) if op in ("contains", "starts") else parse(field, value)


def _relative_from_json(value: dict[str, Any]) -> Relative | Me:  # Any: JSON from anywhere
    if value.get("me"):
        return Me()
    unit, offset = value.get("relative"), value.get("offset", 0)
    if unit not in UNITS or not isinstance(offset, int) or abs(offset) > FARTHEST:
        raise UserError(
            _("A relative date needs relative (one of {units}) and a whole offset.", units=", ".join(UNITS))
        )
    return Relative(unit, offset)


def parse(field: Field, value: Any) -> Any:  # Any: JSON in, a value of the field's type out
    """`value` (JSON or text in the source form) as the field's type; raises UserError naming the field."""
    if value is None:
        return None
    try:
        return _read(field, value)
    except (ValueError, KeyError, TypeError, InvalidOperation) as error:
        raise UserError(_("{value} is no value for {field}.", value=value, field=field.label)) from error


_BOOLEANS = {True: True, False: False, "true": True, "false": False, "1": True, "0": False, "on": True}


def _read(field: Field, value: Any) -> Any:  # Any: as parse
    if field.choices is not None:
        return field.choices(value)
    kinds: tuple[tuple[bool, Callable[[Any], Any]], ...] = (  # Any: as parse
        (field.is_boolean, lambda raw: _BOOLEANS[raw]),
        (field.is_exact, lambda raw: Decimal(str(raw))),
        (field.is_number or field.target is not None, int),
        (field.is_day, lambda raw: date.fromisoformat(str(raw))),
        (field.is_instant, lambda raw: _instant(str(raw))),
        (field.is_json, lambda raw: _object(str(raw))),
    )
    return next((reads for fits, reads in kinds if fits), str)(value)


def _object(text: str) -> dict[str, Any]:  # Any: JSON
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)
    return found


def _instant(text: str) -> datetime | date:
    """A day stands for all of it; an instant without a zone is in UTC."""
    if len(text) <= len("2026-11-23"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
