"""What people and exports write, read back as values in English and German."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import i18n
from core.addon import load, manifest
from core.base import Item, ItemType, Rate
from core.base.models.product import BomLine
from core.base.models.record import Activity
from core.base.written import choice, day, plain_number, typed
from core.errors import PlatformError, UserError
from core.formats.column import Column, ColumnType, Value
from core.orm.catalog import Field, field_of
from core.orm.model import Model

LOCALES = ("en", "de", "de_CH", "en_US")
QUANTITY = field_of(BomLine, "quantity")
POSITION = field_of(BomLine, "position")
DUE = field_of(Activity, "due_on")
ACTIVE = field_of(Item, "active")


@pytest.fixture(autouse=True, scope="module")
def _german() -> None:
    load([manifest("core.base")])


def field(model: type[Model], name: str) -> Field:
    return field_of(model, name)


@pytest.mark.parametrize("locale", LOCALES)
@given(
    value=st.decimals(-(10**11), 10**11, places=6),
    rate=st.decimals(0, 10**7, places=10),
    whole=st.integers(-(2**31) + 1, 2**31 - 1),
    on=st.dates(),
    text=st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=40),
    active=st.booleans(),
)
def test_what_an_export_writes_means_the_same_in_every_locale(
    locale: str, value: Decimal, rate: Decimal, whole: int, on: date, text: str, active: bool
) -> None:
    cases: list[tuple[Field, ColumnType, Value]] = [
        (QUANTITY, ColumnType.DECIMAL, value),
        (field(Rate, "rate"), ColumnType.DECIMAL, rate),
        (POSITION, ColumnType.INTEGER, whole),
        (DUE, ColumnType.DATE, on),
        (ACTIVE, ColumnType.BOOLEAN, active),
        (field(Item, "name"), ColumnType.TEXT, text),
    ]
    for known, kind, wrote in cases:
        cell = Column("", kind, 0).text(wrote)
        cell = cell[1:] if kind is ColumnType.TEXT and cell.startswith("'") and cell != wrote else cell
        assert typed(known, cell, locale, "Europe/Berlin") == wrote


@pytest.mark.parametrize(
    ("locale", "text", "value"),
    [
        ("en", "1,234.5", "1234.5"), ("en", "1,234", "1234"), ("en", "1.234", "1.234"), ("en", "-0.5", "-0.5"),
        ("de", "1.234,5", "1234.5"), ("de", "1.234", "1234"), ("de", "1,234", "1.234"), ("de", "1 234,5", "1234.5"),
        ("de", "12.5", "12.5"), ("de_CH", "1'234.5", "1234.5"), ("de", "\N{MINUS SIGN}3", "-3"), ("en", "1e3", "1000"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_locale_writes_it(locale: str, text: str, value: str) -> None:
    assert plain_number(locale, text) == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "-", "x", "1.2.3,4,5", "NaN", "Infinity", "1_000", "١٢", "=1+1", "0x10", "1e9999"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        plain_number("en", text)


@pytest.mark.parametrize(
    ("known", "cell"),
    [
        (QUANTITY, "9" * 30), (QUANTITY, Decimal("9" * 30)), (QUANTITY, True), (QUANTITY, date(2026, 3, 12)),
        (POSITION, "1.5"), (POSITION, "9" * 30), (POSITION, Decimal("1.5")), (POSITION, "1e40"),
        (DUE, "31.02.2026"), (DUE, "12.13.2026"), (DUE, "tomorrow"), (DUE, "12.3."), (DUE, 46093),
        (DUE, datetime(2026, 3, 12, 10, 30, tzinfo=UTC)), (ACTIVE, "perhaps"), (ACTIVE, 2),
        (field_of(Item, "name"), "x" * 201), (field_of(Item, "type"), "nonsense"), (QUANTITY, ""),
    ],
)  # fmt: skip
@pytest.mark.parametrize("locale", ["en", "de"])
def test_a_cell_that_the_field_cannot_hold_is_refused(known: Field, cell: object, locale: str) -> None:
    with pytest.raises(PlatformError):
        typed(known, cell, locale, "UTC")


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "12.3.2026"), ("de", "12.03.26"), ("de", "12. März 2026"), ("en", "12/3/2026"), ("en_US", "3/12/2026"),
        ("en", "12 mar 2026"), ("en", "Mar 12, 2026"), ("de", "2026-03-12"), ("de", "2026-03-12 00:00:00"),
    ],
)  # fmt: skip
def test_a_day_is_read_as_its_locale_writes_it(locale: str, text: str) -> None:
    assert typed(DUE, text, locale, "UTC") == date(2026, 3, 12)


def test_a_day_without_a_year_needs_a_today() -> None:
    assert day("de", "12.3.") is None
    assert day("de", "12.3.", date(2026, 1, 1)) == date(2026, 3, 12)


def test_an_instant_without_an_offset_is_in_the_reader_s_zone() -> None:
    from core.base.models.record import Comment  # noqa: PLC0415 -- beside its only use

    known = field_of(Comment, "edited_at")

    for cell in (
        "2026-07-01 12:30",
        "2026-07-01T10:30Z",
        "1.7.2026 12:30",
        datetime.fromisoformat("2026-07-01 12:30"),
    ):
        assert typed(known, cell, "de", "Europe/Berlin") == datetime(2026, 7, 1, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yes", "Yes", "JA", "true", "1", "x"])
def test_yes_is_yes_in_every_language(text: str) -> None:
    assert typed(ACTIVE, text, "de", "UTC") is True


def test_a_choice_is_named_by_its_value_or_its_label_in_any_language() -> None:
    for member in ItemType:
        assert choice(ItemType, member.value) is member
        with i18n.speaking("de"):
            german = str(member.label)
        assert choice(ItemType, german.upper()) is member


def test_a_code_of_digits_stays_text() -> None:
    assert typed(field_of(Item, "code"), 1001, "de", "UTC") == "1001"
    assert typed(field_of(Item, "code"), Decimal("10.50"), "de", "UTC") == "10.50"
