"""Quantities and prices convert exactly, and only where they can."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.base.models.unit import Dimension
from core.base.rules.unit import are_convertible, converted, converted_rounded, measure, price_in
from core.errors import UserError
from core.formats.unit_codes import Dimension as Measured

D = Decimal
lengths = st.sampled_from(["MTR", "MMT", "CMT", "KMT", "INH", "FOT"])


def test_a_tonne_is_a_thousand_kilograms() -> None:
    assert converted_rounded(D("1.5"), measure("TNE"), measure("KGM"), 3) == D("1500.000")


def test_a_temperature_has_an_offset() -> None:
    assert converted_rounded(D(20), measure("CEL"), measure("KEL"), 2) == D("293.15")


def test_a_roll_of_our_own_is_twenty_five_metres() -> None:
    roll = measure("ROLL", Dimension.LENGTH, D(25))

    assert converted_rounded(D(2), roll, measure("MTR"), 0) == D(50)


@given(st.decimals("0", "99999", places=3), lengths, lengths)
def test_there_and_back_is_the_same_quantity(quantity: Decimal, one: str, other: str) -> None:
    there = converted(quantity, measure(one), measure(other))

    back = there * measure(other).factor / measure(one).factor
    assert back == quantity


@pytest.mark.parametrize(("source", "target"), [("KGM", "MTR"), ("XBX", "H87"), ("ROLL", "MTR")])
def test_what_measures_something_else_is_refused(source: str, target: str) -> None:
    assert not are_convertible(measure(source), measure(target))
    with pytest.raises(UserError, match=f"{source} cannot be converted to {target}"):
        converted(D(1), measure(source), measure(target))


def test_a_unit_that_stands_for_itself_converts_to_itself() -> None:
    assert converted(D(3), measure("XBX"), measure("XBX")) == 3


def test_a_price_for_a_kilogram_is_a_thousandth_of_that_for_a_tonne() -> None:
    assert price_in(D("780"), measure("TNE"), measure("KGM")) == D("0.780000")


def test_the_model_and_the_list_of_codes_know_the_same_dimensions() -> None:
    assert {member.value for member in Dimension} == {member.value for member in Measured}
