"""What people write, as values: numbers and days in their locale, labels of choices, yes and no."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import parse_date
from babel.numbers import get_decimal_symbol

from core.errors import UserError
from core.i18n import _
from core.orm.assign import typed_value
from core.orm.catalog import Field

_GROUPED = re.compile(r"^-?\d{1,3}(?:[.,'\s\u00a0\u202f]\d{3})+$")
_SPACES = re.compile(r"[\s\u00a0\u202f']")
_YES = frozenset({"1", "true", "yes", "x", "on"})
_NO = frozenset({"0", "false", "no", "", "off"})


def typed(field: Field, written: object, locale: str, zone: str) -> object:
    """`written` (a cell's value or an input's text) as the field's value; raises UserError or ValidationError.

    References are not looked up here: theirs is a record's name.
    """
    if not isinstance(written, str):
        return typed_value(field, written)
    text = written.strip()
    if not text:
        return typed_value(field, None)
    if field.is_number:
        return typed_value(field, number(locale, field, text))
    if field.is_instant:
        return instant(field, text, zone)
    if field.is_day:
        return day(field, text, locale)
    if field.is_boolean:
        return boolean(field, text)
    if field.choices is not None:
        return choice(field, text)
    return typed_value(field, text)


def number(locale: str, field: Field, text: str) -> Decimal | int:
    """A number as `locale` writes it; a lone point or comma that cannot group thousands is the decimal sign."""
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
        raise UserError(_("{value} is no number.", value=text[:60])) from error


def day(field: Field, text: str, locale: str) -> date:
    """A day in ISO 8601, or as `locale` writes it in short."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        try:
            return parse_date(text, locale=_known(locale))
        except (ValueError, IndexError) as error:
            raise UserError(_("{value} is no day. Write 2026-03-12.", value=text[:60])) from error


def instant(field: Field, text: str, zone: str) -> datetime:
    """An instant in ISO 8601; without an offset it is in `zone`."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UserError(_("{value} is no value for {field}.", value=text[:60], field=field.label)) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def boolean(field: Field, text: str) -> bool:
    word = text.casefold()
    if word in _YES or word == str(_("Yes")).casefold():
        return True
    if word in _NO or word == str(_("No")).casefold():
        return False
    raise UserError(_("{value} is neither yes nor no.", value=text[:60]))


def choice(field: Field, text: str) -> object:
    """A member by its value or its label in the reader's language."""
    assert field.choices is not None
    for member in field.choices:
        if text.casefold() in (str(member.value).casefold(), str(member.label).casefold()):
            return member
    known = ", ".join(str(member.label) for member in field.choices)
    raise UserError(_("{value} is none of {known}.", value=text[:60], known=known))


@cache
def decimal_sign(locale: str) -> str:
    """The sign between the whole and the decimals of a number."""
    return str(get_decimal_symbol(_known(locale)))


@cache
def _known(locale: str) -> Locale:
    return Locale.parse(locale if locale != "en" else "en_GB")


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise ValueError(value)
    return int(value)
