"""Column types: exact numbers on both databases, instants in UTC, and the domain types of fields."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from ipaddress import ip_address
from typing import Annotated, Any, NoReturn, Self, overload
from urllib.parse import urlsplit

from sqlalchemy import BigInteger, Date, DateTime, Integer, Numeric, String, Text, TypeDecorator
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import mapped_column
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import JSON, TypeEngine

from core.errors import ValidationError
from core.i18n import Text as Translated
from core.i18n import _

#: Digits that an exact number keeps, before and after the point together, on both databases.
DIGITS = 18

BigId = BigInteger().with_variant(Integer, "sqlite")
MOST_ID = 2**63 - 1


class Choice(enum.StrEnum):
    """A closed list of values with labels: `DRAFT = "draft", _("Draft")`; its order is the order of members."""

    label: Translated

    @overload
    def __new__(cls, value: object) -> Self: ...

    @overload
    def __new__(cls, value: str, label: Translated) -> Self: ...

    def __new__(cls, value: str, label: Translated) -> Self:  # type: ignore[misc]  # Enum itself looks members up
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @property
    def ordinal(self) -> int:
        return list(type(self)).index(self)


class ExactNumber(TypeDecorator[Decimal]):
    """A decimal with `places` after the point: NUMERIC, on SQLite an integer scaled by 10**places.

    Sums, comparisons and triggers are exact on both. Products and averages are refused in SQL, since a scaled
    integer has no room for the factor's places: compute them in Python and store the result.
    """

    impl = Numeric
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places
        self._scale = 10**places
        self._limit = 10 ** (DIGITS - places)
        self._quantum = Decimal(1).scaleb(-places)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        plain = BigInteger() if dialect.name == "sqlite" else Numeric(DIGITS, self.places)
        return dialect.type_descriptor(plain)

    def exact(self, value: object) -> Decimal:
        """`value` as it will be stored; raises ValidationError when it has too many digits or is no number."""
        try:
            number = value if isinstance(value, Decimal) else Decimal(str(value))
        except InvalidOperation as error:
            raise ValidationError({"": _("{value} is not a number.", value=value)}) from error
        if not number.is_finite() or abs(number) >= self._limit:
            raise ValidationError(
                {
                    "": _(
                        "{value} has more than {digits} digits before the point.",
                        value=value,
                        digits=DIGITS - self.places,
                    )
                }
            )
        return number.quantize(self._quantum, ROUND_HALF_UP)

    def process_bind_param(self, value: object, dialect: Dialect) -> Any:  # Any: the driver's own type
        if value is None:
            return None
        number = self.exact(value)
        return int(number.scaleb(self.places)) if dialect.name == "sqlite" else number

    def process_result_value(
        self, value: Any, dialect: Dialect
    ) -> Decimal | None:  # Any: the driver's own type
        if value is None:
            return None
        if dialect.name == "sqlite":
            return Decimal(value).scaleb(-self.places)
        return value if isinstance(value, Decimal) else Decimal(value)

    class comparator_factory(TypeDecorator.Comparator[Decimal]):  # noqa: N801 -- SQLAlchemy's own name
        """Refuses the operators that would lose the scale on SQLite."""

        def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> Any:  # Any: SQLAlchemy's signature
            if op.__name__ in ("mul", "truediv", "floordiv", "mod"):
                _refuse(op.__name__)
            return super().operate(op, *other, **kwargs)

        def reverse_operate(self, op: OperatorType, other: Any, **kwargs: Any) -> Any:  # Any: as above
            if op.__name__ in ("mul", "truediv", "floordiv", "mod"):
                _refuse(op.__name__)
            return super().reverse_operate(op, other, **kwargs)


def _refuse(operator: str) -> NoReturn:
    raise TypeError(
        f"{operator} of an exact number in SQL loses its scale on SQLite; compute it in Python and store it"
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC; refuses one without a zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValidationError({"": _("{value} has no time zone.", value=value)})
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ChoiceType(TypeDecorator[Choice]):
    """A Choice stored by its value."""

    impl = String(40)
    cache_ok = True

    def __init__(self, choices: type[Choice]) -> None:
        super().__init__()
        self.choices = choices
        self._members = {member.value: member for member in choices}

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # Any: a member or its value
        return None if value is None else str(self.choices(value).value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Choice | None:
        return None if value is None else self._members[value]


def exact(places: int, widget: str) -> Any:  # Any: a mapped_column inside Annotated
    return mapped_column(ExactNumber(places), info={"widget": widget})


def is_web_address(text: str) -> bool:
    """Whether a browser opens `text` as a page of the web: never as a script, nor as a path of ours."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable()


def is_confidential(url: str) -> bool:
    """Whether nobody between us and `url` reads what is sent there: over TLS, or to this machine."""
    parts = urlsplit(url)
    if not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


def is_loopback(host: str) -> bool:
    """Whether it is this machine; its name alone is looked at."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Code = Annotated[str, mapped_column(String(64), info={"widget": "code"})]
Name = Annotated[str, mapped_column(String(200), info={"widget": "text"})]
LongText = Annotated[str, mapped_column(Text, info={"widget": "long_text"})]
Email = Annotated[str, mapped_column(String(254), info={"widget": "email"})]
Phone = Annotated[str, mapped_column(String(40), info={"widget": "phone"})]
Url = Annotated[str, mapped_column(String(500), info={"widget": "url"})]
#: An amount in the currency that the field names; four places, the most that ISO 4217 asks.
Money = Annotated[Decimal, exact(4, "money")]
#: A price for one unit, finer than an amount.
Price = Annotated[Decimal, exact(6, "price")]
#: A quantity in the unit that the field names.
Quantity = Annotated[Decimal, exact(6, "quantity")]
#: An exchange rate or conversion factor.
Rate = Annotated[Decimal, exact(10, "rate")]
#: A share in percent: 19 is 19 %.
Percent = Annotated[Decimal, exact(4, "percent")]
Day = Annotated[date, mapped_column(Date, info={"widget": "day"})]
Instant = Annotated[datetime, mapped_column(UtcDateTime, info={"widget": "instant"})]
Json = Annotated[dict[str, Any], mapped_column(JSON(none_as_null=True), info={"widget": "json"})]
