"""Values in the reader's locale and zone, and what people type read back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from core.base import Party
from core.errors import UserError
from core.orm.catalog import fields_of
from core.web.format import Reader, initials, number, present
from core.web.typed import day, plain_number

THURSDAY = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("locale", "value", "places", "shown"),
    [
        ("en", "18420", 2, "18,420.00"),
        ("de", "18420", 2, "18.420,00"),
        ("de_CH", "18420.5", 2, "18\u2019420.50"),
        ("fr", "18420.5", 1, "18\u202f420,5"),
        ("en_IN", "1234567", 0, "12,34,567"),
        ("en", "-3.005", 2, "\N{MINUS SIGN}3.01"),
        ("en", "0", 2, "0.00"),
        ("nonsense", "1.5", 1, "1.5"),
    ],
)
def test_a_number_is_grouped_and_rounded_as_the_locale_writes_it(
    locale: str, value: str, places: int, shown: str
) -> None:
    assert number(locale, Decimal(value), places) == shown


@pytest.mark.parametrize("locale", ["en", "de", "de_CH", "fr", "en_IN", "sv"])
@given(value=st.decimals(-(10**12), 10**12, places=4))
def test_a_number_that_was_shown_is_read_back_as_itself(locale: str, value: Decimal) -> None:
    assert plain_number(locale, number(locale, value, 4)) == value


@pytest.mark.parametrize(
    ("locale", "typed", "value"),
    [
        ("de", "1.234,5", "1234.5"),
        ("de", "1.5", "1.5"),
        ("en", "1,234.5", "1234.5"),
        ("en", "1.234", "1.234"),
        ("de", "1.234", "1234"),
    ],
)
def test_a_typed_number_means_what_the_locale_means(locale: str, typed: str, value: str) -> None:
    assert plain_number(locale, typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "twelve", "1e400000", "NaN", "--3", "1.2.3,4,5"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(UserError):
        plain_number("en", typed)


@pytest.mark.parametrize(
    ("locale", "typed", "value"),
    [
        ("en", "2026-04-01", date(2026, 4, 1)), ("en", "12 mar", date(2026, 3, 12)),
        ("en", "mar 12 2027", date(2027, 3, 12)),
        ("de", "1.4.", date(2026, 4, 1)), ("de", "1.4.27", date(2027, 4, 1)), ("de", "3. Mai", date(2026, 5, 3)),
        ("en_US", "4/1/2026", date(2026, 4, 1)), ("en_GB", "4/1/2026", date(2026, 1, 4)),
        ("en", "today", date(2026, 3, 12)),
        ("en", "tomorrow", date(2026, 3, 13)), ("en", "+3d", date(2026, 3, 15)), ("en", "-2w", date(2026, 2, 26)),
        ("en", "+1m", date(2026, 4, 12)), ("en", "+1y", date(2027, 3, 12)),
    ],
)  # fmt: skip
def test_a_day_is_read_as_people_write_it(locale: str, typed: str, value: date) -> None:
    with clock.held(THURSDAY):
        assert day(Reader(locale, "Europe/Berlin"), typed) == value


@pytest.mark.parametrize("typed", ["31.2.", "soon", "2026-13-01", "12 xyz", "1 2 3 4", "+99999y"])
def test_what_is_no_day_is_refused(typed: str) -> None:
    with clock.held(THURSDAY), pytest.raises(UserError):
        day(Reader("de"), typed)


def test_a_day_leaves_out_the_present_year() -> None:
    with clock.held(THURSDAY):
        reader = Reader("en", "Europe/Berlin")

        assert reader.day(date(2026, 3, 12), weekday=True) == "Thu 12 Mar"
        assert reader.day(date(2025, 3, 12)) == "12 Mar 2025"
        assert Reader("de").day(date(2026, 3, 12)) == "12. März"


def test_an_instant_is_told_in_the_reader_s_zone() -> None:
    with clock.held(THURSDAY):
        assert Reader("en", "Europe/Berlin").instant(THURSDAY) == "10:30"
        assert Reader("en", "Asia/Tokyo").moment(datetime(2026, 3, 11, 20, tzinfo=UTC)) == "12 Mar 05:00"


@pytest.mark.parametrize(
    ("due", "late"), [(date(2026, 3, 9), "3 d late"), (date(2026, 3, 12), ""), (date(2026, 3, 13), "")]
)
def test_lateness_is_told_in_days(due: date, late: str) -> None:
    with clock.held(THURSDAY):
        assert Reader("en").late(due) == late


@pytest.mark.parametrize(
    ("stored", "leads_to"),
    [("https://kestrel.example", "https://kestrel.example"), ("javascript:alert(1)", "")],
)
def test_only_an_address_of_the_web_is_a_link(stored: str, leads_to: str) -> None:
    shown = present(Reader("en", "UTC"), fields_of(Party)["website"], stored)

    assert (shown.text, shown.url) == (stored, leads_to)
    assert (shown.kind == "url") is bool(leads_to)


@pytest.mark.parametrize(
    ("name", "letters"), [("Ruth Okafor", "RO"), ("Cher", "C"), ("", ""), ("Anna Maria de Witt", "AW")]
)
def test_initials_are_of_the_first_and_last_name(name: str, letters: str) -> None:
    assert initials(name) == letters
