"""What a person types into an input, as a value: numbers and days in their locale, instants in their zone, names."""

from __future__ import annotations

import re
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from sqlalchemy import select

from core.base.written import day as written_day
from core.base.written import instant, number, plain_number
from core.errors import UserError, ValidationError
from core.i18n import _
from core.orm.assign import typed_value
from core.orm.catalog import Field, key_fields, title_fields
from core.orm.env import Env
from core.orm.model import Model
from core.orm.types import MOST_ID
from core.web.format import Reader, in_sentence

__all__ = ["day", "id_in", "plain_number", "record_called", "typed"]

#: Of the largest id there can be.
_ID_DIGITS = len(str(MOST_ID))
_COUNTED = re.compile(r"^([+-]\d{1,4})\s*([dwmy])$")


def id_in(text: str) -> int | None:
    """The id that a page or an address names, of those that a database can hold; None for anything else."""
    return int(text) if text.isdecimal() and len(text) < _ID_DIGITS else None


def typed(reader: Reader, field: Field, text: str) -> object:
    """`text` of an input as the field's value; raises UserError or ValidationError with a message for the field."""
    text = text.strip()
    if text and field.is_number:
        return typed_value(field, number(field, plain_number(reader.locale, text), text))
    if text and field.is_instant:
        return instant(reader.locale, text, reader.zone)
    if text and field.is_day:
        return day(reader, text)
    return typed_value(field, text)


def day(reader: Reader, text: str) -> date:
    """A day: ISO, as the locale writes it (`12.3.`, `12 mar 2026`), `today`, or counted from today (`+3d`, `-2w`)."""
    plain = text.strip().casefold()
    try:
        found = _counted(reader.today, plain) or _named(reader.today, plain)
        found = found or written_day(reader.locale, plain, reader.today)
    except (ValueError, OverflowError) as error:
        raise UserError(
            _("{value} is no day. Write it as 2026-03-12, 12 Mar, today or +3d.", value=text)
        ) from error
    if found is None:
        raise UserError(_("{value} is no day. Write it as 2026-03-12, 12 Mar, today or +3d.", value=text))
    return found


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
            {
                "": _(
                    "Several {models} are called {text}. Choose one.",
                    models=in_sentence(target.plural),
                    text=text,
                )
            }
        )
    raise ValidationError(
        {"": _("No {model} is called {text}.", model=in_sentence(target.singular), text=text)}
    )


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
