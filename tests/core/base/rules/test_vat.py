"""VAT numbers are checked by their country's form and check digits."""

from __future__ import annotations

import pytest

from core.base.rules.vat import compact, country_of, same_vat_id, vat_problem


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("DE136695976", "DE"),
        ("DE 136 695 976", None),
        ("136695976", "DE"),
        ("SE 123456789701", "SE"),
        ("EL 094259216", "GR"),
        ("NO 995 525 828 MVA", "NO"),
        ("", "DE"),
        (None, "DE"),
        ("ZZ123", None),
        ("12345", "US"),
    ],
)
def test_a_right_number_passes(number: str | None, country: str | None) -> None:
    assert vat_problem(number, country) is None


def test_a_mistyped_digit_is_found() -> None:
    assert "check digits" in str(vat_problem("DE136695978"))


def test_a_number_of_the_wrong_length_is_found() -> None:
    assert "form" in str(vat_problem("DE1366959"))


def test_spelling_does_not_make_another_number() -> None:
    assert compact("de 136.695-976") == "DE136695976"
    assert same_vat_id("DE 136695976", "de136695976")
    assert not same_vat_id("", "")


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("DE136695976", "DE"),
        ("EL 094259216", "GR"),
        ("XI110305878", "GB"),
        ("136695976", None),
        ("ZZ1", None),
    ],
)
def test_the_prefix_names_the_country(number: str, country: str | None) -> None:
    assert country_of(number) == country
