"""What a person types into an input, as a value: numbers in their locale, days, instants in their zone, names of records."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core.errors import UserError, ValidationError
from core.i18n import _
from core.orm.assign import typed_value
from core.orm.catalog import Field, key_fields, title_fields
from core.orm.env import Env
from core.orm.model import Model
from core.web.format import Reader, decimal_sign

_GROUPED = re.compile(r"^-?\d{1,3}(?:[.,'\s\u00a0\u202f]\d{3})+$")
_SPACES = re.compile(r"[\s\u00a0\u202f']")


def typed(reader: Reader, field: Field, text: str) -> object:
    """`text` of an input as the field's value; raises UserError or ValidationError with a message for the field."""
    text = text.strip()
    if text and field.is_number:
        return typed_value(field, number(reader.locale, field, text))
    if text and field.is_instant:
        return instant(reader, field, text)
    return typed_value(field, text)


def number(locale: str, field: Field, text: str) -> Decimal | int:
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
        return value if field.is_exact else _whole(value)
    except (InvalidOperation, ValueError) as error:
        raise UserError(_("{value} is no number.", value=text)) from error


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


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise ValueError(value)
    return int(value)
