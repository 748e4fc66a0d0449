"""VAT of a document adds up as EN 16931 says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.rules.money import Halves, rounded
from core.base.rules.tax import (
    Extra,
    TaxedAmount,
    TaxRate,
    TaxRounding,
    is_taxed,
    line_amount,
    net_of,
    owed_by_buyer,
    reduced,
    spread,
    totals,
)

D = Decimal
STANDARD = TaxRate("S", D(19))
LOW = TaxRate("S", D(7))

amounts = st.decimals("-99999.99", "99999.99", places=2)
positive = st.decimals("0.01", "99999.99", places=2)
rates = st.sampled_from([STANDARD, LOW, TaxRate("Z"), TaxRate("AE"), TaxRate("K"), TaxRate("E")])
lines = st.lists(st.builds(TaxedAmount, amounts, rates), max_size=8)
bought = st.lists(st.builds(TaxedAmount, positive, rates), min_size=1, max_size=8)
extras = st.lists(st.builds(Extra, positive, rates, st.booleans()), max_size=4)


def test_two_rates_with_allowance_and_charge_come_to_the_published_totals() -> None:
    # Peppol's example Vat-category-S.xml: 6900 of lines, 100 off, 200 on, VAT of 25 and 15 percent.
    found = totals(
        [TaxedAmount(D(4000), TaxRate("S", D(25))), TaxedAmount(D(2000), TaxRate("S", D(15))),
         TaxedAmount(D(900), TaxRate("S", D("25.0")))],
        [Extra(D(100), TaxRate("S", D(25))), Extra(D(200), TaxRate("S", D(25)), is_charge=True)],
    )  # fmt: skip

    assert (found.lines, found.allowances, found.charges, found.net) == (D(6900), D(100), D(200), D(7000))
    assert [(share.taxable, share.tax) for share in found.breakdown] == [
        (D(5000), D("1250.00")),
        (D(2000), D("300.00")),
    ]
    assert (found.tax, found.gross) == (D(1550), D(8550))


@given(lines, extras)
def test_gross_is_net_plus_the_vat_of_every_rate(one: list[TaxedAmount], more: list[Extra]) -> None:
    found = totals(one, more)

    assert found.net == found.lines - found.allowances + found.charges
    assert found.net == sum((share.taxable for share in found.breakdown), D(0))
    assert found.tax == sum((share.tax for share in found.breakdown), D(0))
    assert found.gross == found.net + found.tax


@given(lines, extras)
def test_vat_of_each_rate_is_rounded_once(one: list[TaxedAmount], more: list[Extra]) -> None:
    for share in totals(one, more).breakdown:
        assert share.tax == rounded(share.rate.of(share.taxable), 2)


@given(lines)
def test_rounding_by_line_differs_by_at_most_half_a_cent_a_line(one: list[TaxedAmount]) -> None:
    by_line = totals(one, rounding=TaxRounding.LINE).tax

    assert abs(by_line - totals(one).tax) <= D("0.005") * (len(one) + 6)


def test_rounding_by_line_can_differ_from_rounding_by_document() -> None:
    three = [TaxedAmount(D("0.05"), TaxRate("S", D(10)))] * 3

    assert totals(three, rounding=TaxRounding.LINE).tax == D("0.03")
    assert totals(three).tax == D("0.02")


def test_a_half_goes_to_the_even_cent_when_asked() -> None:
    one = [TaxedAmount(D("0.50"), TaxRate("S", D(5)))]

    assert totals(one).tax == D("0.03")
    assert totals(one, halves=Halves.EVEN).tax == D("0.02")


@pytest.mark.parametrize("category", ["Z", "E", "AE", "K", "G", "O"])
def test_a_category_without_vat_bears_none_even_with_a_percentage(category: str) -> None:
    assert not is_taxed(category)
    assert totals([TaxedAmount(D(100), TaxRate(category, D(19)))]).tax == 0


def test_rates_written_differently_are_one_row() -> None:
    found = totals([TaxedAmount(D(1), TaxRate("S", D("19"))), TaxedAmount(D(2), TaxRate("S", D("19.00")))])

    assert len(found.breakdown) == 1


def test_a_currency_without_cents_has_vat_without_cents() -> None:
    assert totals([TaxedAmount(D(1005), TaxRate("S", D(10)))], exponent=0).tax == D(101)


def test_the_buyer_owes_the_vat_of_reverse_charge() -> None:
    found = totals([TaxedAmount(D("318560.00"), TaxRate("AE")), TaxedAmount(D(100), STANDARD)])

    assert owed_by_buyer(found.breakdown, D(19)) == D("60526.40")


def test_a_line_costs_quantity_times_price_for_its_base_quantity() -> None:
    found = line_amount(D(120), D("94800"), base_quantity=D(100), allowances=D(10), charges=D("2.5"))

    assert found == D("113752.50")


@given(amount=positive, over=bought, is_charge=st.booleans())
def test_a_spread_allowance_adds_up_to_itself(
    *, amount: Decimal, over: list[TaxedAmount], is_charge: bool
) -> None:
    assert sum(extra.amount for extra in spread(amount, over, is_charge=is_charge)) == amount


@given(positive, st.sampled_from([STANDARD, LOW, TaxRate("Z")]))
def test_net_and_vat_of_a_gross_price_add_up(gross: Decimal, rate: TaxRate) -> None:
    net = net_of(gross, rate)

    assert abs(net + rate.of(net) - gross) <= D("0.01")


@given(bought, st.decimals("0.5", "5", places=1))
def test_a_cash_discount_takes_its_share_of_net_and_vat(one: list[TaxedAmount], percent: Decimal) -> None:
    document = totals(one)

    rows = reduced(document, percent)

    assert sum(row.taxable + row.tax for row in rows) == rounded(document.gross * percent / 100, 2)
    assert all(abs(row.tax - row.rate.of(row.taxable)) <= D("0.01") for row in rows)


def test_two_percent_off_an_invoice_of_two_rates() -> None:
    document = totals([TaxedAmount(D(1000), STANDARD), TaxedAmount(D(500), LOW)])

    rows = reduced(document, D(2))

    assert [(row.taxable, row.tax) for row in rows] == [(D("20.00"), D("3.80")), (D("10.00"), D("0.70"))]
