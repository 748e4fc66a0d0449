"""Whether a VAT number can exist: its country's form and check digits, by python-stdnum."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from stdnum import get_cc_module
from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.util import clean

from core.i18n import Text, _

# Countries whose prefix in a VAT number is not their code of ISO 3166.
_COUNTRY_OF_PREFIX = {"EL": "GR", "XI": "GB"}
_LETTERS = 2


class Checker(Protocol):
    """A module of python-stdnum for one country's numbers."""

    def validate(self, number: str) -> str:
        """The number in compact form; raises one of stdnum.exceptions."""


def vat_problem(vat_id: str | None, country: str | None = None) -> Text | None:
    """Why `vat_id` cannot be a VAT number, None when it can or there is none.

    Its prefix decides the country, `country` where it has none. A country whose form nobody knows passes.
    """
    if not vat_id:
        return None
    number = compact(vat_id)
    prefix = number[:_LETTERS]
    known = _module(_COUNTRY_OF_PREFIX.get(prefix, prefix)) if prefix.isalpha() else None
    known = known or _module(country or "")
    if known is None:
        return None
    try:
        known.validate(number)
    except InvalidChecksum:
        return _("The check digits of VAT number {number} are wrong; a digit was mistyped.", number=vat_id)
    except ValidationError:
        return _("{number} does not have the form of a VAT number of its country.", number=vat_id)
    return None


def country_of(vat_id: str) -> str | None:
    """The country of ISO 3166 that the number's prefix names."""
    prefix = compact(vat_id)[:_LETTERS]
    country = _COUNTRY_OF_PREFIX.get(prefix, prefix)
    return country if prefix.isalpha() and _module(country) is not None else None


def compact(vat_id: str) -> str:
    """The number as registers keep it: capitals, no blanks, dots or dashes."""
    cleaned: str = clean(vat_id, " .-/")
    return cleaned.upper()


def same_vat_id(one: str | None, other: str | None) -> bool:
    """Whether two spellings are one number."""
    return bool(one and other) and compact(one or "") == compact(other or "")


@cache
def _module(country: str) -> Checker | None:
    """The country's checker; None for no country or one without any."""
    if len(country) != _LETTERS:
        return None
    module: Checker | None = get_cc_module(country.lower(), "vat")
    return module
