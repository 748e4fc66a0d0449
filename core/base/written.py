"""What people write, as values: numbers and days in their locale, labels of choices, yes and no; cells of workbooks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError

from core import i18n
from core.errors import UserError
from core.formats.column import written as plain
from core.i18n import Text, _
from core.orm.assign import typed_value
from core.orm.catalog import Field
from core.orm.types import Choice

_GROUPED = re.compile(r"^-?\d{1,3}(?:[.,'\u2019\s\u00a0\u202f]\d{3})+$")
_SPACES = re.compile(r"[\s\u00a0\u202f'\u2019]")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_BETWEEN_PARTS = re.compile(r"[\s./,-]+")
_YES = frozenset({"1", "true", "yes", "x", "on"})
_NO = frozenset({"0", "false", "no", "off"})
#: Beyond this a whole number does not fit its column.
_LARGEST = 2**31
#: Letters that tell a month from another.
_SHORTEST_MONTH = 3
_DAY_MONTH_YEAR = 3


def typed(field: Field, written: object, locale: str, zone: str) -> object:
    """`written` (a cell's value or an input's text) as the field's value; raises UserError or ValidationError.

    References are not looked up here: theirs is a record's name.
    """
    value = written.strip() if isinstance(written, str) else written
    if value is None or value == "":
        return typed_value(field, None)
    if field.is_number:
        return typed_value(field, _number(field, value, locale))
    if field.is_instant:
        return _instant(value, locale, zone)
    if field.is_day:
        return _day(value, locale)
    if field.is_boolean:
        return boolean(text_of(value))
    if field.choices is not None:
        return choice(field.choices, text_of(value))
    return typed_value(field, text_of(written) if field.widget == "long_text" else text_of(value))


def text_of(cell: object) -> str:
    """A cell as the text that a person would write: 1001 for the number 1001."""
    if isinstance(cell, str):
        return cell
    return plain(cell) if isinstance(cell, bool | int | Decimal | date) else str(cell)


def number(field: Field, value: Decimal, shown: str) -> Decimal | int:
    """`value` as the field keeps it, whole where the field is; `shown` is what the person wrote."""
    if field.is_exact:
        return value
    if not -_LARGEST <= value < _LARGEST:
        raise UserError(_("{value} is too large.", value=shown[:60]))
    if value != value.to_integral_value():
        raise UserError(_("{value} is no whole number.", value=shown[:60]))
    return int(value)


def plain_number(locale: str, text: str) -> Decimal:
    """A number as `locale` writes it; a lone point or comma that cannot group thousands is the decimal sign."""
    digits = _SPACES.sub("", text.replace("\N{MINUS SIGN}", "-"))
    sign = decimal_sign(locale)
    other = "." if sign == "," else ","
    if sign in digits or _GROUPED.match(text) or digits.count(other) > 1:
        digits = digits.replace(other, "").replace(sign, ".")
    else:
        digits = digits.replace(other, ".")
    if not _NUMBER.fullmatch(digits):
        raise UserError(_("{value} is no number.", value=text[:60]))
    try:
        return Decimal(digits)
    except InvalidOperation as error:
        raise UserError(_("{value} is no number.", value=text[:60])) from error


def day(locale: str, text: str, today: date | None = None) -> date | None:
    """A day: ISO, `12.3.2026` or `3/12/26` in the locale's order, `12 mar`, `mar 12 2026`; None when it is none.

    Without a year it is in that of `today`, and none without `today`. Raises ValueError for a day that no month has.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        parts = [part for part in _BETWEEN_PARTS.split(text.casefold()) if part]
    numbers = [int(part) for part in parts if part.isdecimal()]
    words = [part for part in parts if not part.isdecimal()]
    if len(words) > 1 or not numbers or len(parts) > _DAY_MONTH_YEAR:
        return None
    if words:
        month = _month(locale, words[0])
        return None if month is None else _date(numbers[0], month, numbers[1:], today)
    first, second, *year = [*numbers, 0][: max(len(numbers), 2)]
    month_first = _month_first(locale)
    return _date(second if month_first else first, first if month_first else second, year, today)


def instant(locale: str, text: str, zone: str) -> datetime:
    """An instant in ISO 8601, or a day and time as `locale` writes them; without an offset it is in `zone`."""
    moment: datetime | None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        on, _space, at = text.strip().rpartition(" ")
        try:
            found = day(locale, on)
            moment = datetime.combine(found, time.fromisoformat(at)) if found else None
        except ValueError:
            moment = None
    if moment is None:
        raise UserError(_("{value} is no day with its time. Write 2026-03-12 14:30.", value=text[:60]))
    return moment if moment.tzinfo else _in_zone(moment, zone)


def boolean(text: str) -> bool:
    word = text.casefold()
    if word in _YES or word in _in_every_language(_("Yes")):
        return True
    if word in _NO or word in _in_every_language(_("No")):
        return False
    raise UserError(_("{value} is neither yes nor no.", value=text[:60]))


def choice(choices: type[Choice], text: str) -> Choice:
    """A member by its value or its label in any language, the reader's first."""
    found = _members(choices, (i18n.language(), *i18n.languages())).get(text.casefold())
    if found is None:
        known = ", ".join(str(member.label) for member in choices)
        raise UserError(_("{value} is none of {known}.", value=text[:60], known=known))
    return found


@cache
def decimal_sign(locale: str) -> str:
    """The sign between the whole and the decimals of a number."""
    return str(_known(locale).number_symbols["latn"]["decimal"])


def _number(field: Field, value: object, locale: str) -> Decimal | int:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return number(field, Decimal(value), str(value))
    return number(field, plain_number(locale, text_of(value)), text_of(value))


def _day(value: object, locale: str) -> date:
    if isinstance(value, datetime):
        value = value.date() if value.time() == time() else value.isoformat()
    if isinstance(value, date):
        return value
    text = text_of(value).removesuffix(" 00:00:00")
    try:
        found = day(locale, text)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise UserError(_("{value} is no day. Write 2026-03-12.", value=text[:60]))
    return found


def _instant(value: object, locale: str, zone: str) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else _in_zone(value, zone)
    if isinstance(value, date):
        return _in_zone(datetime.combine(value, time()), zone)
    return instant(locale, text_of(value), zone)


def _in_zone(moment: datetime, zone: str) -> datetime:
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _date(day_of_month: int, month: int, year: list[int], today: date | None) -> date | None:
    """Two digits of a year stand for this century."""
    if not year and today is None:
        return None
    given = year[0] if year else today.year if today else 0
    return date(given + 2000 if given < 100 else given, month, day_of_month)  # noqa: PLR2004 -- a year of two digits


def _month(locale: str, word: str) -> int | None:
    """The month whose name begins with `word`, in the reader's language or English."""
    for known in (_known(locale), Locale("en")):
        for width in ("wide", "abbreviated"):
            for number_of, name in known.months["format"][width].items():
                if name.casefold().rstrip(".").startswith(word.rstrip(".")) and len(word) >= _SHORTEST_MONTH:
                    return int(number_of)
    return None


@cache
def _month_first(locale: str) -> bool:
    pattern = str(_known(locale).date_formats["short"].pattern).casefold()
    return pattern.find("m") < pattern.find("d")


@cache
def _members(choices: type[Choice], languages: Sequence[str]) -> Mapping[str, Choice]:
    """Members by every text that names them; the first language wins where two mean different ones."""
    found: dict[str, Choice] = {member.value.casefold(): member for member in choices}
    for name in languages:
        with i18n.speaking(name):
            for member in choices:
                found.setdefault(str(member.label).casefold(), member)
    return found


def _in_every_language(text: Text) -> frozenset[str]:
    return _translations(text.source, tuple(i18n.languages()))


@cache
def _translations(source: str, languages: Sequence[str]) -> frozenset[str]:
    found = set()
    for name in languages:
        with i18n.speaking(name):
            found.add(str(Text(source, {})).casefold())
    return frozenset(found)


@cache
def _known(locale: str) -> Locale:
    """The locale, its language, or English; without a region that is British, as plants write nearly everywhere."""
    for name in (locale, locale.partition("_")[0], "en"):
        try:
            return Locale("en", "GB") if name == "en" else Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en", "GB")
