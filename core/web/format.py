"""Values as a person reads them: numbers, days and instants in their locale and zone, choices and references."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, cached_property, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_skeleton, format_time
from babel.numbers import format_decimal

from core import clock
from core.i18n import _, language
from core.orm.catalog import Field
from core.orm.model import Model
from core.orm.types import Choice, is_web_address
from core.web.cells import EMPTY, Value
from core.web.urls import record_url
from core.workflow import workflow_of

MINUS = "\N{MINUS SIGN}"
#: Places of an amount whose currency is not known.
MONEY_PLACES = 2
MOST_PLACES = 6
#: Tables whose records are people.
PEOPLE = ("base_user", "base_person")
#: Groups of three with one separator, which Python's own formatting writes.
PLAIN_GROUPS = (3, 3)


@dataclass(frozen=True)
class Reader:
    """Who reads: their locale and zone, and the day it is there."""

    locale: str = "en"
    zone: str = "UTC"

    @cached_property
    def today(self) -> date:
        return clock.today(self.zone)

    def number(self, value: Decimal | int, places: int = 0) -> str:
        """`value` with exactly `places` after the point and a true minus."""
        return number(self.locale, Decimal(value), places)

    def day(self, value: date, *, weekday: bool = False) -> str:
        """`12 Mar`, the year only if it is not this one."""
        return _day(self.locale, value, value.year != self.today.year, weekday)

    def weekday(self, value: date) -> str:
        """`Thu`."""
        return str(format_skeleton("E", value, locale=_british(self.locale)))

    def instant(self, value: datetime) -> str:
        """`12 Mar 10:42` in the reader's zone; the time alone on the present day."""
        local = value.astimezone(_zone(self.zone))
        time = self.time(local)
        return time if local.date() == self.today else f"{self.day(local.date())} {time}"

    def moment(self, value: datetime) -> str:
        """Day and time always, for where a list of instants is read downwards."""
        local = value.astimezone(_zone(self.zone))
        return f"{self.day(local.date())} {self.time(local)}"

    def stamp(self, value: datetime) -> str:
        """`12 Mar 2026 10:42:07 CET`: whole, for evidence."""
        local = value.astimezone(_zone(self.zone))
        return f"{_day(self.locale, local.date(), True, False)} {local:%H:%M:%S %Z}"

    def time(self, value: datetime) -> str:
        return _time(
            self.locale, value.astimezone(_zone(self.zone)).replace(second=0, microsecond=0, tzinfo=None)
        )

    def period(self, value: date, unit: str) -> str:
        """The name of the day, week, month, quarter or year that begins on `value`."""
        if unit == "day":
            return self.day(value, weekday=True)
        if unit == "week":
            return str(_("Week {week}, {year}", week=value.isocalendar().week, year=value.isocalendar().year))
        if unit == "quarter":
            return f"Q{(value.month + 2) // 3} {value.year}"
        return (
            str(value.year)
            if unit == "year"
            else str(format_skeleton("yMMMM", value, locale=known_locale(self.locale)))
        )

    def late(self, value: date) -> str:
        """How late something due on `value` is; "" when it is not."""
        days = (self.today - value).days
        return str(_("{count} d late", count=days)) if days > 0 else ""


def number(locale: str, value: Decimal, places: int) -> str:
    """`value` rounded half up to `places`, grouped as the locale groups."""
    rounded = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    symbols = _symbols(locale)
    if symbols is None:
        text = format_decimal(rounded, locale=known_locale(locale), decimal_quantization=False)
        return str(text).replace("-", MINUS)
    text = f"{rounded:,f}"
    if symbols != (",", "."):
        group, point = symbols
        text = text.replace(",", "\0").replace(".", point).replace("\0", group)
    return MINUS + text[1:] if text.startswith("-") else text


def places_of(field: Field, values: Iterable[object], exponent: int = MONEY_PLACES) -> int:
    """The places that a whole column shows, so that its digits align."""
    if not field.is_exact:
        return 0
    if field.widget == "money":
        return exponent
    needed = max((decimals(v) for v in values if isinstance(v, Decimal)), default=0)
    return min(max(needed, MONEY_PLACES if field.widget == "price" else 0), MOST_PLACES)


def present(
    reader: Reader,
    field: Field,
    value: Any,  # Any: of the field's type
    *,
    title: str | None = None,
    measure: str = "",
    places: int | None = None,
) -> Value:
    """`value` of `field` as a cell; `title` names the record that a reference leads to, `measure` its unit."""
    if value is None or value == "":
        return EMPTY
    if field.target is not None:
        return reference(field.target, value, title)
    if field.choices is not None:
        return choice(field, value)
    if field.is_boolean:
        return Value("bool", str(_("Yes") if value else _("No")), checked=bool(value))
    if field.is_number:
        shown = places if places is not None else places_of(field, (value,))
        return _number_value(reader, field, value, shown, measure)
    if field.is_instant:
        return Value("date", reader.instant(value), iso=value.isoformat())
    if field.is_day:
        return Value("date", reader.day(value), iso=value.isoformat())
    return _json_value(value) if isinstance(value, dict) else _text_value(field, str(value))


def reference(target: type[Model], record_id: int, title: str | None) -> Value:
    """A link to a record; one that the reader may not see says so."""
    if title is None:
        return Value("locked", str(_("(no access)")), title=_("You may not see this record."))
    if target.__tablename__ in PEOPLE:
        return Value("person", title, url=record_url(target, record_id), initials=initials(title))
    return Value("link", title, url=record_url(target, record_id))


def choice(field: Field, value: Choice) -> Value:
    """A choice's label; that of a workflow's state with its place in the workflow."""
    workflow = workflow_of(field.model)
    if workflow is None or workflow.key != field.key or field.facet is not None:
        return Value("text", str(value.label))
    going = [member for member in type(value) if member not in workflow.cancelled]
    place = going.index(value) if value in going else 0
    return Value(
        "state", str(value.label), ordinal=place, last=max(len(going) - 1, 1), cancelled=value not in going
    )


def is_of_person(field: Field) -> bool:
    """Whether the field names somebody."""
    return field.target is not None and field.target.__tablename__ in PEOPLE


def family_name(name: str) -> str:
    """`Lindqvist` of `Maren Lindqvist`: how colleagues are told apart where there is little room."""
    return name.partition(" ")[2] or name


def initials(name: str) -> str:
    """The first letters of the first and last word of a name."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def in_sentence(words: object) -> str:
    """A noun as it stands within a sentence; German keeps its capital."""
    text = str(words)
    return text[:1].lower() + text[1:] if language() == "en" and text[1:2].islower() else text


def file_size(reader: Reader, size: int) -> str:
    """`1.4 MB`, in powers of a thousand as SI has them."""
    amount, units = Decimal(size), ["B", "kB", "MB", "GB"]
    while amount >= 1000 and len(units) > 1:  # noqa: PLR2004 -- SI's step
        amount, units = amount / 1000, units[1:]
    return f"{reader.number(amount, 0 if units[0] in ('B', 'kB') else 1)} {units[0]}"


def greeting(at: datetime, zone: str) -> object:
    """By the hour where the reader is."""
    hour = at.astimezone(_zone(zone)).hour
    limits = ((5, _("Good night")), (12, _("Good morning")), (18, _("Good afternoon")))
    return next((words for until, words in limits if hour < until), _("Good evening"))


def _number_value(reader: Reader, field: Field, value: Decimal | int, places: int, measure: str) -> Value:
    text = reader.number(value, places)
    if field.widget in ("money", "price"):
        return Value("money", text, currency=measure)
    if field.widget == "percent":
        return Value("quantity", text, unit="%")
    return Value("quantity", text, unit=measure)


#: Signs of JSON that are read well in one line.
_SHORT_JSON = 60
_TEXT_KINDS = {"email": "email", "phone": "phone", "url": "url", "long_text": "multiline", "code": "text"}


def _text_value(field: Field, text: str) -> Value:
    kind = _TEXT_KINDS.get(field.widget, "text")
    if field.info.offers is not None:
        text = str(field.info.offers().get(text, text))
    if kind == "url":
        return Value(kind, text, url=text) if is_web_address(text) else Value("text", text)
    return Value(kind, text)


def _json_value(value: dict[str, Any]) -> Value:  # Any: JSON
    """A short one in a line, a longer one with a line for each name, indented by spaces that stay."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) <= _SHORT_JSON:
        return Value("text", text)
    lines = json.dumps(value, ensure_ascii=False, indent=2)
    return Value(
        "multiline",
        re.sub("^ +", lambda spaces: "\N{NO-BREAK SPACE}" * len(spaces[0]), lines, flags=re.MULTILINE),
    )


def decimals(value: Decimal) -> int:
    """Places after the point without trailing zeros."""
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


@cache
def known_locale(locale: str) -> Locale:
    """The locale, its language, or English."""
    for name in (locale, locale.partition("_")[0], "en"):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en", "GB")


@cache
def _symbols(locale: str) -> tuple[str, str] | None:
    """The signs between thousands and before decimals; None where grouping is not by threes."""
    known = known_locale(locale)
    pattern = known.decimal_formats[None]
    if pattern.grouping != PLAIN_GROUPS:
        return None
    symbols = known.number_symbols["latn"]
    return symbols["group"], symbols["decimal"]


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


@lru_cache(maxsize=4096)
def _day(locale: str, value: date, year: bool, weekday: bool) -> str:
    known = _british(locale)
    skeleton = ("y" if year else "") + "MMM" + ("E" if weekday else "") + "d"
    text = str(format_skeleton(skeleton, value, locale=known))
    return text.replace(",", "") if known.language == "en" else text


@lru_cache(maxsize=4096)
def _time(locale: str, value: datetime) -> str:
    return str(format_time(value.time(), "HH:mm", locale=known_locale(locale)))


def _british(locale: str) -> Locale:
    """English without a region writes the day before the month, as plants do nearly everywhere."""
    return Locale("en", "GB") if locale == "en" else known_locale(locale)
