"""Values that do not fit together are refused in words that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from core.base import (
    Bom,
    BomLine,
    CalendarException,
    Company,
    Currency,
    Item,
    ItemType,
    Lot,
    Party,
    PaymentTerm,
    Person,
    PersonQualification,
    Rate,
    RecordTemplate,
    SavedView,
    Shift,
    Tax,
    Tracking,
    Unit,
    WorkCenter,
)
from core.base import Calendar as Calendars
from core.errors import ValidationError
from core.orm.model import Model

EARLY, LATE = date(2026, 1, 1), date(2026, 12, 31)

WRONG: list[tuple[Callable[[], Model], str, str]] = [
    (lambda: Company(country="XX"), "country", "no country"),
    (lambda: Company(country="de"), "country", "capital letters"),
    (lambda: Company(country="DE", vat_id="DE136695978"), "vat_id", "check digits"),
    (lambda: Company(country="DE", zone="Europe/Alden"), "zone", "no time zone"),
    (lambda: Company(country="DE", locale="xx_YY"), "locale", "no language"),
    (lambda: Party(country="EU"), "country", "no country"),
    (lambda: Party(locale="german"), "locale", "no language"),
    (lambda: Calendars(zone="Alden"), "zone", "no time zone"),
    (lambda: Shift(starts="6:00", ends="14:00"), "starts", "no time of day"),
    (lambda: Shift(starts="06:00", ends="24:00"), "ends", "no time of day"),
    (lambda: Shift(starts="06:00", ends="06:00"), "ends", "another time"),
    (lambda: Shift(starts="06:00", ends="14:00", break_minutes=-1), "break_minutes", "at least 0"),
    (lambda: CalendarException(starts="08:00"), "ends", "both times"),
    (lambda: Currency(exponent=5), "exponent", "0 to 4"),
    (lambda: Rate(rate=Decimal(0)), "rate", "greater than zero"),
    (lambda: Unit(factor=Decimal(-1)), "factor", "greater than zero"),
    (lambda: Unit(decimals=7), "decimals", "0 to 6"),
    (lambda: PaymentTerm(net_days=-1), "net_days", "at least 0"),
    (
        lambda: PaymentTerm(net_days=10, discount_days=14, discount_percent=Decimal(2)),
        "discount_days",
        "after the invoice is due",
    ),
    (lambda: Tax(percent=Decimal(101)), "percent", "0 to 100"),
    (lambda: Tax(valid_from=LATE, valid_to=EARLY), "valid_to", "before the first"),
    (lambda: Item(type=ItemType.SERVICE, tracking=Tracking.LOT), "tracking", "no stock"),
    (lambda: Lot(made_on=LATE, expires_on=EARLY), "expires_on", "before the first"),
    (lambda: Bom(quantity=Decimal(0)), "quantity", "greater than zero"),
    (lambda: BomLine(quantity=Decimal(-3)), "quantity", "greater than zero"),
    (lambda: BomLine(scrap_percent=Decimal(100)), "scrap_percent", "0 to 99"),
    (lambda: PersonQualification(valid_from=LATE, valid_until=EARLY), "valid_until", "before the first"),
    (lambda: WorkCenter(id=3, parent_id=3), "parent_id", "part of itself"),
    (SavedView, "shared_role", "shared with a role"),
    (RecordTemplate, "shared_role", "shared with a role"),
]


@pytest.mark.parametrize(("make", "field", "reason"), WRONG, ids=[f"{w[1]}: {w[2]}" for w in WRONG])
def test_what_does_not_fit_is_refused(make: Callable[[], Model], field: str, reason: str) -> None:
    with pytest.raises(ValidationError) as caught:
        make().check()

    assert reason in str(caught.value.fields[field])


@pytest.mark.parametrize(
    "record",
    [
        Company(country="DE", vat_id="DE 136 695 976", zone="Europe/Berlin", locale="de_AT"),
        Party(country="GB", locale=None),
        Shift(starts="22:00", ends="06:00", break_minutes=30),
        CalendarException(starts=None, ends=None),
        PaymentTerm(net_days=30, discount_days=10, discount_percent=Decimal(2)),
        Item(type=ItemType.SERVICE, tracking=Tracking.NONE),
        BomLine(quantity=Decimal("0.5"), scrap_percent=Decimal(0)),
        SavedView(owner_id=1),
        RecordTemplate(owner_id=1),
        Unit(factor=None, decimals=0),
    ],
    ids=lambda record: type(record).__name__,
)
def test_what_fits_is_taken(record: Model) -> None:
    record.check()


def test_a_person_is_called_by_their_name() -> None:
    assert Person(name="Maren Lindqvist", number="102").label == "Maren Lindqvist"
