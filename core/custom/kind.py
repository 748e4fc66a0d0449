"""The types that a custom field may have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Date, Integer, String, Text
from sqlalchemy.types import TypeEngine

from core.i18n import _
from core.orm.types import BigId, Choice, ExactNumber, UtcDateTime


class CustomType(Choice):
    """What a custom field holds."""

    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    INTEGER = "integer", _("Whole number")
    NUMBER = "number", _("Number with decimals")
    PERCENT = "percent", _("Percentage")
    QUANTITY = "quantity", _("Quantity")
    MONEY = "money", _("Amount of money")
    DAY = "day", _("Date")
    INSTANT = "instant", _("Date and time")
    BOOLEAN = "boolean", _("Yes or no")
    CHOICE = "choice", _("Choice")
    REFERENCE = "reference", _("Reference to a record")
    EMAIL = "email", _("E-mail address")
    PHONE = "phone", _("Telephone number")
    URL = "url", _("Web address")


@dataclass(frozen=True)
class Kind:
    """How values of a type are kept and shown."""

    type: Callable[[], TypeEngine[Any]]  # Any: of any type
    widget: str
    #: The table of what its numbers are measured in, which the model must refer to.
    measure: str = ""


KINDS = {
    CustomType.TEXT: Kind(lambda: String(200), "text"),
    CustomType.LONG_TEXT: Kind(Text, "long_text"),
    CustomType.INTEGER: Kind(Integer, "integer"),
    CustomType.NUMBER: Kind(lambda: ExactNumber(6), "number"),
    CustomType.PERCENT: Kind(lambda: ExactNumber(4), "percent"),
    CustomType.QUANTITY: Kind(lambda: ExactNumber(6), "quantity", measure="base_unit"),
    CustomType.MONEY: Kind(lambda: ExactNumber(4), "money", measure="base_currency"),
    CustomType.DAY: Kind(Date, "day"),
    CustomType.INSTANT: Kind(UtcDateTime, "instant"),
    CustomType.BOOLEAN: Kind(Boolean, "boolean"),
    CustomType.CHOICE: Kind(lambda: String(40), "choice"),
    CustomType.REFERENCE: Kind(lambda: BigId, "reference"),
    CustomType.EMAIL: Kind(lambda: String(254), "email"),
    CustomType.PHONE: Kind(lambda: String(40), "phone"),
    CustomType.URL: Kind(lambda: String(500), "url"),
}
