"""Each calculation rule of EN 16931 is kept by a sound invoice and reported when broken."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given

from core.formats.en16931 import AllowanceCharge, Invoice, Line, Price, TaxCategory, TaxSubtotal, TaxTotal
from core.formats.en16931_rules import Severity, check, rounded
from tests.core.formats.invoices import SOUND, STANDARD, ZERO_RATED, invoice, line

FREIGHT = AllowanceCharge(is_charge=True, amount=Decimal(30), reason="Freight", tax_category=STANDARD)
DISCOUNT = AllowanceCharge(is_charge=False, amount=Decimal(10), reason="Discount", tax_category=STANDARD)


def _sound() -> Invoice:
    return invoice(
        line(), line("2", category=ZERO_RATED), allowances_charges=(FREIGHT, DISCOUNT), prepaid="5"
    )


def _rules(given: Invoice) -> set[str]:
    return {problem.rule for problem in check(given)}


def _with_totals(**totals: str) -> Invoice:
    sound = _sound()
    return replace(
        sound, totals=replace(sound.totals, **{key: Decimal(value) for key, value in totals.items()})
    )


def _with_breakdown(*breakdown: TaxSubtotal) -> Invoice:
    sound = _sound()
    total = sum((each.tax for each in breakdown), Decimal(0))
    return replace(sound, tax_totals=(TaxTotal("EUR", total, breakdown),))


@given(SOUND)
def test_a_document_that_adds_up_breaks_no_rule(given_invoice: Invoice) -> None:
    assert check(given_invoice) == []


# The sound invoice: lines 50.00, allowances 10, charges 30, net 70.00, VAT 8.55, gross 78.55, due 73.55.
@pytest.mark.parametrize(
    ("totals", "rules"),
    [
        ({"lines": "50.01"}, {"BR-CO-10", "BR-CO-13"}),
        ({"allowances": "9"}, {"BR-CO-11", "BR-CO-13"}),
        ({"charges": "31"}, {"BR-CO-12", "BR-CO-13"}),
        ({"net": "70.01"}, {"BR-CO-13", "BR-CO-15"}),
        ({"gross": "78.54"}, {"BR-CO-15", "BR-CO-16"}),
        ({"payable": "78.55"}, {"BR-CO-16"}),
        ({"prepaid": "0"}, {"BR-CO-16"}),
        ({"rounding": "0.01"}, {"BR-CO-16"}),
    ],
)
def test_a_wrong_total_breaks_the_rules_that_name_it(totals: dict[str, str], rules: set[str]) -> None:
    assert _rules(_with_totals(**totals)) == rules


def test_the_message_says_what_is_stated_and_what_it_comes_to() -> None:
    (problem,) = check(_with_totals(payable="78.55"))

    assert str(problem) == "BR-CO-16: The document says that the amount due is 78.55; it comes to 73.55."
    assert problem.severity is Severity.ERROR


def test_vat_that_is_not_the_sum_of_its_breakdown_breaks_br_co_14() -> None:
    sound = _sound()
    total = replace(sound.tax_totals[0], amount=Decimal("8.56"))

    assert _rules(replace(sound, tax_totals=(total,))) == {"BR-CO-14", "BR-CO-15"}


def test_vat_that_is_not_its_rate_of_the_taxable_amount_breaks_br_co_17() -> None:
    wrong = _with_breakdown(
        TaxSubtotal(Decimal(45), Decimal("8.54"), STANDARD), TaxSubtotal(Decimal(25), Decimal(0), ZERO_RATED)
    )

    assert _rules(wrong) == {"BR-CO-17", "BR-CO-15"}


def test_vat_is_rounded_half_up_at_the_cent() -> None:
    half = invoice(line(quantity="1", price="0.50", category=TaxCategory("S", Decimal(5))))

    assert half.tax_amount == Decimal("0.03")
    assert check(half) == []
    assert rounded(Decimal("-0.025")) == Decimal("-0.03")


def test_a_document_without_breakdown_breaks_br_co_18() -> None:
    assert "BR-CO-18" in _rules(replace(_sound(), tax_totals=()))


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("Z", "BR-Z"),
        ("E", "BR-E"),
        ("AE", "BR-AE"),
        ("K", "BR-IC"),
        ("G", "BR-G"),
        ("O", "BR-O"),
    ],
)
def test_vat_on_a_category_that_bears_none_breaks_its_rule_09(code: str, rule: str) -> None:
    sound = invoice(line(category=TaxCategory(code, Decimal(0))))
    wrong = TaxTotal("EUR", Decimal(1), (replace(sound.breakdown[0], tax=Decimal(1)),))

    assert _rules(sound) == set()
    assert f"{rule}-09" in _rules(replace(sound, tax_totals=(wrong,)))


@pytest.mark.parametrize(
    ("code", "rule"),
    [("S", "BR-S"), ("Z", "BR-Z"), ("AE", "BR-AE"), ("K", "BR-IC"), ("L", "BR-AF"), ("M", "BR-AG")],
)
def test_a_taxable_amount_that_is_not_the_sum_of_its_lines_breaks_rule_08(code: str, rule: str) -> None:
    sound = invoice(line(category=TaxCategory(code, Decimal(0))))
    wrong = TaxTotal("EUR", Decimal(0), (replace(sound.breakdown[0], taxable=Decimal(24)),))

    assert _rules(replace(sound, tax_totals=(wrong,))) == {f"{rule}-08"}


def test_a_category_without_breakdown_breaks_rule_01() -> None:
    wrong = _with_breakdown(TaxSubtotal(Decimal(45), Decimal("8.55"), STANDARD))

    assert _rules(wrong) == {"BR-Z-01"}


def test_two_rates_of_the_standard_category_are_not_one_sum() -> None:
    two_rates = invoice(line(), line("2", category=TaxCategory("S", Decimal(7))))
    merged = TaxTotal("EUR", Decimal("9.50"), (TaxSubtotal(Decimal(50), Decimal("9.50"), STANDARD),))

    assert check(two_rates) == []
    assert {"BR-S-01", "BR-S-08"} <= _rules(replace(two_rates, tax_totals=(merged,)))


def test_a_rate_written_with_other_decimals_is_the_same_rate() -> None:
    sound = invoice(line())
    other = replace(sound.breakdown[0], category=TaxCategory("S", Decimal("19.00")))

    assert check(replace(sound, tax_totals=(TaxTotal("EUR", sound.tax_amount, (other,)),))) == []


def test_an_unknown_category_in_the_breakdown_breaks_br_cl_17() -> None:
    assert _rules(invoice(line(category=TaxCategory("XY", Decimal(0))))) == {"BR-CL-17"}


def test_a_line_without_category_breaks_br_co_04_and_is_named() -> None:
    sound = invoice(line(), line("7", quantity="0"))
    bare = replace(sound.lines[1], tax_category=None)

    problems = check(replace(sound, lines=(sound.lines[0], bare)))

    assert [(problem.rule, problem.line) for problem in problems] == [("BR-CO-04", "7")]


def test_vat_in_the_accounting_currency_is_no_part_of_the_sums() -> None:
    sound = _sound()
    other = TaxTotal("GBP", Decimal("7.40"))

    assert check(replace(sound, tax_currency="GBP", tax_totals=(other, *sound.tax_totals))) == []


def _single(changed: Line) -> Invoice:
    return replace(invoice(), lines=(changed,))


def test_a_line_that_is_not_quantity_times_price_is_a_warning() -> None:
    (problem,) = check(_single(replace(line(), price=Price(Decimal("2.60")))))

    assert (problem.rule, problem.severity, problem.line) == ("PEPPOL-EN16931-R120", Severity.WARNING, "1")


def test_a_line_may_do_without_a_price_and_a_charge_without_a_category() -> None:
    charge = AllowanceCharge(is_charge=True, amount=Decimal(0), reason="Freight")
    unpriced = replace(line(), price=None)

    assert check(replace(invoice(unpriced), allowances_charges=(charge,))) == []


def test_a_price_may_be_for_more_than_one_piece() -> None:
    assert check(_single(replace(line(), price=Price(Decimal(250), base_quantity=Decimal(100))))) == []


def test_a_net_price_is_the_gross_price_less_its_discount() -> None:
    sound = replace(line(), price=Price(Decimal("2.50"), discount=Decimal("0.50"), gross=Decimal(3)))
    wrong = replace(line(), price=Price(Decimal("2.50"), discount=Decimal("0.50"), gross=Decimal(4)))

    assert _rules(_single(sound)) == set()
    assert _rules(_single(wrong)) == {"PEPPOL-EN16931-R046"}


def test_an_allowance_in_percent_is_that_part_of_its_base() -> None:
    allowance = replace(DISCOUNT, base=Decimal(100), percent=Decimal(10))
    sound = invoice(line(), allowances_charges=(allowance,))
    wrong = invoice(line(), allowances_charges=(replace(allowance, percent=Decimal(11)),))

    assert _rules(sound) == set()
    assert _rules(wrong) == {"PEPPOL-EN16931-R040"}


def test_a_line_with_sub_lines_is_their_sum() -> None:
    parts = (line("1.1", quantity="4"), line("1.2", quantity="6"))

    assert check(_single(replace(line(), lines=parts))) == []
    assert _rules(_single(replace(line(), lines=parts[:1]))) == {"BR-DEX-02"}


def test_what_third_parties_are_owed_is_part_of_the_amount_due() -> None:
    sound = _sound()
    due = replace(sound.totals, payable=sound.totals.payable + Decimal("4.20"))

    assert check(replace(sound, totals=due, third_party_payments=(Decimal("4.20"),))) == []


def test_the_longest_numbers_that_a_file_may_hold_are_computed_exactly() -> None:
    # 10**15 - 10**-20 pieces at 10**14: the product has more digits than Decimal's usual 28.
    long = replace(line(), quantity=Decimal("999999999999999." + "9" * 20), price=Price(Decimal(10) ** 14))
    exact = Decimal("99999999999999999999999999999.999999")
    wrong = Decimal("99999999999999999999999999999.969999")

    assert "PEPPOL-EN16931-R120" not in _rules(_single(replace(long, net=exact)))
    assert "PEPPOL-EN16931-R120" in _rules(_single(replace(long, net=wrong)))
    assert rounded(exact) == Decimal(10) ** 29
