"""Column types for codes of public standards, what makes their values right, and what several nouns choose from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated

from babel import Locale
from sqlalchemy import Index, String, text
from sqlalchemy.orm import mapped_column

from core.errors import ValidationError
from core.i18n import Text, _
from core.orm.catalog import is_part
from core.orm.model import model_name, models

#: ISO 3166-1 alpha-2.
CountryCode = Annotated[str, mapped_column(String(2), info={"widget": "country"})]
#: A time of day, `06:00`.
TimeOfDay = Annotated[str, mapped_column(String(5), info={"widget": "time"})]
#: A VAT number with its country's prefix.
VatId = Annotated[str, mapped_column(String(20), info={"widget": "code"})]

_ALPHA_2 = re.compile("[A-Z]{2}")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def require(problems: Mapping[str, Text | None]) -> None:
    """Raise ValidationError with the problems that there are, by field."""
    found = {name: problem for name, problem in problems.items() if problem is not None}
    if found:
        raise ValidationError(found)


def kinds(*, recycled: bool = False) -> Mapping[str, Text | str]:
    """What kinds of records there are, by the name of their model; `recycled` are those that the bin keeps."""
    found = {model_name(m): m.singular for m in models() if not is_part(m) and (m.recycled or not recycled)}
    return dict(sorted(found.items(), key=lambda item: str(item[1])))


def country_problem(code: str | None) -> Text | None:
    """Why `code` is no country, None when it is one or absent."""
    if not code or code in countries():
        return None
    return _("“{code}” is no country of ISO 3166-1. Use two capital letters, such as DE.", code=code)


def time_problem(value: str | None) -> Text | None:
    """Why `value` is no time of day, None when it is one or absent."""
    if not value or _TIME.fullmatch(value):
        return None
    return _("“{value}” is no time of day. Write hours and minutes, such as 06:00.", value=value)


def period_problem(starts: date | None, ends: date | None) -> Text | None:
    """Why the two days are no period, None when they are or one is open."""
    if starts is None or ends is None or starts <= ends:
        return None
    return _("The last day lies before the first one.")


def least(value: int | Decimal | None, minimum: int) -> Text | None:
    """Why a number is too small; None when it is large enough or absent."""
    if value is None or value >= minimum:
        return None
    return _("The value must be at least {minimum}.", minimum=minimum)


def between(value: int | Decimal | None, minimum: int, maximum: int) -> Text | None:
    """Why a number is too small or too large; None when it is neither, or absent."""
    if value is None or minimum <= value <= maximum:
        return None
    return _("The value must be {minimum} to {maximum}.", minimum=minimum, maximum=maximum)


def positive(value: int | Decimal | None) -> Text | None:
    """Why a number is not greater than zero; None when it is, or absent."""
    return None if value is None or value > 0 else _("The value must be greater than zero.")


def unique_by_company(*columns: str) -> tuple[Index, Index]:
    """Indexes that make `columns` unique within a company, and among the records that all companies share."""
    return (
        Index(None, "company_id", *columns, unique=True),
        Index(
            None,
            *columns,
            unique=True,
            sqlite_where=text("company_id IS NULL"),
            postgresql_where=text("company_id IS NULL"),
        ),
    )


@cache
def countries() -> frozenset[str]:
    """The country codes of ISO 3166-1 alpha-2 that CLDR knows, its own groupings left out."""
    groupings = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"}
    known = {str(code) for code in Locale("en").territories}
    return frozenset(code for code in known if _ALPHA_2.fullmatch(code)) - groupings
