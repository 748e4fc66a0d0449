"""Unit codes of trade, and exact conversion between them."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FormatError
from core.formats.units import UNITS, Dimension, convert, convert_rounded, unit

_MEASURES = [each for each in UNITS.values() if each.dimension is not Dimension.OWN]


def test_the_codes_that_trade_uses_most_are_known() -> None:
    common = (
        "C62 H87 EA NAR PR DZN SET KGM GRM MGM TNE LBR ONZ MTR CMT MMT KMT INH FOT LTR MLT HLT MTQ CMQ MTK "
        "CMK MMK HUR MIN SEC DAY WEE MON ANN KWH MWH KWT CEL BAR P1 LS E48 XPP XBX XCT XPK XPX XRO XDR XBG"
    )

    assert set(common.split()) <= set(UNITS)
    assert len(UNITS) >= 150


def test_codes_have_the_form_the_recommendation_gives_them() -> None:
    assert all(code.isalnum() and code.isupper() | code.isdigit() and len(code) <= 3 for code in UNITS)


def test_no_two_units_go_by_one_name() -> None:
    names = [str(each.name) for each in UNITS.values()]

    assert len(set(names)) == len(names)


def test_every_dimension_has_a_coherent_unit_and_no_factor_is_zero() -> None:
    coherent = {each.dimension for each in _MEASURES if each.factor == 1 and each.offset == 0}

    assert coherent | {Dimension.OWN, Dimension.RATIO} == set(Dimension)
    assert all(each.factor > 0 for each in UNITS.values())


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("1", "INH", "MMT", "25.4"),
        ("2.5", "TNE", "KGM", "2500"),
        ("1", "LBR", "GRM", "453.59237"),
        ("1", "GLL", "LTR", "3.785411784"),
        ("90", "MIN", "HUR", "1.5"),
        ("1", "KWH", "3B", "3.6"),
        ("3", "DZN", "C62", "36"),
        ("1", "ANN", "MON", "12"),
        ("212", "FAH", "CEL", "100"),
        ("-40", "CEL", "FAH", "-40"),
        ("0", "KEL", "CEL", "-273.15"),
        ("36", "KMH", "MTS", "10"),
        ("1", "BAR", "KPA", "100"),
        ("1500", "RPM", "RPS", "25"),
        ("1", "PTI", "OZI", "20"),
        ("1", "M92", "F21", "12"),
    ],
)
def test_conversion_follows_the_definitions_exactly(
    value: str, source: str, target: str, expected: str
) -> None:
    assert convert(Decimal(value), source, target) == Fraction(expected)


# The figures of UN/ECE Recommendation 20, annex I, which are rounded to the digits that they show.
@pytest.mark.parametrize(
    ("source", "target", "published"),
    [
        ("ACR", "MTK", "4046.873"),
        ("YDK", "MTK", "0.8361274"),
        ("MIK", "KMK", "2.589988"),
        ("FTQ", "MTQ", "0.02831685"),
        ("GLD", "MTQ", "0.004404884"),
        ("BUA", "MTQ", "0.03523907"),
        ("BLL", "MTQ", "0.1589873"),
        ("STI", "KGM", "6.350293"),
        ("CWI", "KGM", "50.80235"),
        ("LTN", "KGM", "1016.047"),
        ("STN", "KGM", "907.1847"),
        ("PS", "PAL", "6894.757"),
        ("C78", "NEW", "4.448222"),
        ("M92", "NU", "1.355818"),
        ("KNT", "MTS", "0.514444"),
    ],
)
def test_factors_agree_with_the_published_ones(source: str, target: str, published: str) -> None:
    places = -int(Decimal(published).as_tuple().exponent)

    assert convert_rounded(1, source, target, places) == Decimal(published)


@given(st.sampled_from(_MEASURES), st.data(), st.decimals(allow_nan=False, allow_infinity=False, places=6))
def test_converting_there_and_back_gives_the_same_value(
    source: object, data: st.DataObject, value: Decimal
) -> None:
    here = data.draw(st.sampled_from(_MEASURES))
    there = data.draw(st.sampled_from([each for each in _MEASURES if each.dimension is here.dimension]))

    assert convert(convert(value, here.code, there.code), there.code, here.code) == Fraction(value)


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("0.1249", 2, "0.12"),
        ("2.5", 0, "3"),
        ("1e30", 1, "1e30"),
    ],
)
def test_rounding_is_half_away_from_zero(value: str, places: int, rounded: str) -> None:
    assert convert_rounded(Decimal(value), "MTR", "MTR", places) == Decimal(rounded)


def test_an_unknown_code_is_named_with_the_code_that_was_probably_meant() -> None:
    with pytest.raises(FormatError, match=r"“PCE” is no known unit code.*mean H87 \(piece\)") as refused:
        unit("PCE", line=12, path="invoice.xml")

    assert (refused.value.line, refused.value.path) == (12, "invoice.xml")


def test_a_missing_code_is_said_to_be_missing() -> None:
    with pytest.raises(FormatError, match="has no unit code"):
        unit("")


@pytest.mark.parametrize(
    ("source", "target"), [("KGM", "MTR"), ("XPX", "XCT"), ("XPX", "C62"), ("MWH", "HUR")]
)
def test_units_of_different_dimensions_do_not_convert(source: str, target: str) -> None:
    with pytest.raises(FormatError, match=rf"^{source} .*cannot be converted to {target}"):
        convert(1, source, target)


def test_a_package_converts_to_itself_alone() -> None:
    assert convert(Decimal("1.5"), "XPX", "XPX") == Fraction(3, 2)
