"""Column types for languages and time zones, and what makes their values right."""

from __future__ import annotations

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from babel import Locale
from babel.core import UnknownLocaleError
from sqlalchemy import String
from sqlalchemy.orm import mapped_column

from core.i18n import Text, _

#: A Unicode locale such as `de` or `de_CH`.
LocaleName = Annotated[str, mapped_column(String(20), info={"widget": "locale"})]
#: A zone of the IANA time zone database.
ZoneName = Annotated[str, mapped_column(String(60), info={"widget": "zone"})]


def zone_problem(name: str | None) -> Text | None:
    """Why `name` is no time zone, None when it is one or absent."""
    if not name or name in _zones():
        return None
    return _("“{name}” is no time zone. Use a name such as Europe/Berlin.", name=name)


def locale_problem(name: str | None) -> Text | None:
    """Why `name` is no locale, None when it is one or absent."""
    if not name or _is_locale(name):
        return None
    return _("“{name}” is no language. Use a code such as de or en_GB.", name=name)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _is_locale(name: str) -> bool:
    try:
        Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return False
    return True
