"""Invoices fall due on the right day, with the right discount."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.base.rules.term import Term, due, end_of_month

DAY = date(2026, 2, 16)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def test_thirty_days_net_is_thirty_days_later() -> None:
    assert due(Term(30), DAY, Decimal("321010.00")).due_on == date(2026, 3, 18)


def test_days_can_count_from_the_end_of_the_month() -> None:
    assert due(Term(30, month_end=True), DAY, Decimal(1)).due_on == date(2026, 3, 30)


def test_two_percent_within_ten_days() -> None:
    found = due(Term(30, 10, Decimal(2)), DAY, Decimal("1190.05"))

    assert found.discount == Decimal("23.80")
    assert found.payable(date(2026, 2, 26)) == Decimal("1166.25")
    assert found.payable(date(2026, 2, 27)) == Decimal("1190.05")


def test_without_a_discount_the_whole_amount_is_paid_even_early() -> None:
    assert due(Term(14), DAY, Decimal(100)).payable(DAY) == 100


@given(day=days, net=st.integers(0, 120), month_end=st.booleans())
def test_nothing_is_due_before_it_is_invoiced(*, day: date, net: int, month_end: bool) -> None:
    assert due(Term(net, month_end=month_end), day, Decimal(1)).due_on >= day


@given(days)
def test_the_end_of_the_month_is_in_the_month(day: date) -> None:
    last = end_of_month(day)

    assert (last.year, last.month) == (day.year, day.month)
    assert last.toordinal() + 1 == date(day.year + day.month // 12, day.month % 12 + 1, 1).toordinal()
