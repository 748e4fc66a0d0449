"""What a person types into an input, as a value: numbers and days in their locale, instants in their zone, names."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from core.errors import UserError, ValidationError
from core.i18n import _
from core.orm.assign import typed_value
from core.orm.catalog import Field, key_fields, title_fields
from core.orm.env import Env
from core.orm.model import Model
from core.web.format import Reader, decimal_sign, written_day

_GROUPED = re.compile(r"^-?\d{1,3}(?:[.,'\s\u00a0\u202f]\d{3})+$")
_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_COUNTED = re.compile(r"^([+-]\d{1,4})\s*([dwmy])$")
_SPACES = re.compile(r"[\s\u00a0\u202f']")


def typed(reader: Reader, field: Field, text: str) -> object:
    """`text` of an input as the field's value; raises UserError or ValidationError with a message for the field."""
    text = text.strip()
    if text and field.is_number:
        return typed_value(field, number(reader.locale, field, text))
    if text and field.is_instant:
        return instant(reader, field, text)
    if text and field.is_day:
        return day(reader, text)
    return typed_value(field, text)


def number(locale: str, field: Field, text: str) -> Decimal | int:
    """A number as it is written in `locale`, whole where the field is."""
    value = plain_number(locale, text)
    if field.is_exact:
        return value
    if value != value.to_integral_value():
        raise UserError(_("{value} is no whole number.", value=text))
    return int(value)


def plain_number(locale: str, text: str) -> Decimal:
    """A number as it is written in `locale`; a lone point or comma that cannot group thousands is the decimal sign."""
    plain = _SPACES.sub("", text.replace("\N{MINUS SIGN}", "-"))
    sign = decimal_sign(locale)
    other = "." if sign == "," else ","
    if sign in plain or _GROUPED.match(text):
        plain = plain.replace(other, "").replace(sign, ".")
    else:
        plain = plain.replace(other, ".")
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise UserError(_("{value} is no number.", value=text)) from error
    if not value.is_finite():
        raise UserError(_("{value} is no number.", value=text))
    return value


def day(reader: Reader, text: str) -> date:
    """A day: ISO, as the locale writes it (`12.3.`, `12 mar 2026`), `today`, or counted from today (`+3d`, `-2w`)."""
    plain = text.strip().casefold()
    try:
        found = _iso(plain) or _counted(reader.today, plain) or _named(reader.today, plain)
        found = found or written_day(reader.locale, plain, reader.today)
    except (ValueError, OverflowError) as error:
        raise UserError(
            _("{value} is no day. Write it as 2026-03-12, 12 Mar, today or +3d.", value=text)
        ) from error
    if found is None:
        raise UserError(_("{value} is no day. Write it as 2026-03-12, 12 Mar, today or +3d.", value=text))
    return found


def instant(reader: Reader, field: Field, text: str) -> datetime:
    """An instant as a datetime-local input sends it, in the reader's zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserError(_("{value} is no value for {field}.", value=text, field=field.label)) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(reader.zone))


def record_called(env: Env, target: type[Model], text: str) -> int:
    """The one record whose key or name is `text`; raises ValidationError when none or several are."""
    fields = [f for f in (*key_fields(target), *title_fields(target)) if f.is_text and f.facet is None]
    found: set[int] = set()
    for field in fields:
        found = set(env.session.scalars(select(target.id).where(field.attribute == text).limit(2)))
        if len(found) == 1:
            return found.pop()
    if found:
        raise ValidationError(
            {"": _("Several {models} are called {text}. Choose one.", models=target.plural, text=text)}
        )
    raise ValidationError({"": _("No {model} is called {text}.", model=target.singular, text=text)})


def _iso(text: str) -> date | None:
    return date.fromisoformat(text) if _ISO.match(text) else None


def _counted(today: date, text: str) -> date | None:
    """`+3d`, `-2w`, `+1m`, `+1y` from today."""
    match = _COUNTED.match(text)
    if match is None:
        return None
    count = int(match[1])
    steps = {
        "d": relativedelta(days=count),
        "w": relativedelta(weeks=count),
        "m": relativedelta(months=count),
    }
    return today + steps.get(match[2], relativedelta(years=count))


def _named(today: date, text: str) -> date | None:
    names = {_("today"): 0, _("yesterday"): -1, _("tomorrow"): 1}
    offset = next((days for name, days in names.items() if text in (str(name).casefold(), name.source)), None)
    return None if offset is None else today + timedelta(days=offset)
