"""Invoice lines as purchase lines, and codes made of names."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.erp_supply.rules.invoice import code_for, fingerprint, is_service, line_values
from core.base import rules
from core.formats.en16931 import Attachment, Price
from tests.addons.erp_supply.invoice_files import invoice, line

amounts = st.decimals(min_value=-(10**6), max_value=10**6, places=2)
prices = st.decimals(min_value=0, max_value=10**5, places=8)
bases = st.sampled_from((None, Decimal(1), Decimal(100), Decimal("0.5")))


@given(amounts, prices, bases, amounts)
def test_the_values_always_come_to_the_stated_amount(
    quantity: Decimal, price: Decimal, base: Decimal | None, net: Decimal
) -> None:
    given = replace(line(), quantity=quantity, price=Price(price, base), net=net)

    values = line_values(given)

    assert values.quantity >= 0
    assert net == rules.line_amount(
        values.quantity, values.price, base_quantity=values.price_quantity, charges=values.adjustment
    )


def test_a_line_without_a_price_keeps_its_amount() -> None:
    values = line_values(replace(line(), price=None))

    assert (values.price, values.adjustment) == (Decimal(0), Decimal(125))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Bökman & Söhne", "BOKMAN-SOHNE"),
        ("  ", "X"),
        ("株式会社", "X"),
        ("a" * 80, "A" * 56),
        ("R.2/b", "R.2-B"),
    ],
)
def test_a_code_is_readable(name: str, code: str) -> None:
    assert code_for(name, ()) == code


def test_a_taken_code_gets_a_number() -> None:
    assert code_for("Bolt", {"BOLT", "BOLT-2"}) == "BOLT-3"


def test_time_and_lump_sums_are_services() -> None:
    assert is_service("HUR", "time")
    assert is_service("LS", "own")
    assert not is_service("H87", "count")


def test_the_fingerprint_is_of_what_is_said_alone() -> None:
    given = invoice()
    moved = replace(given, lines=(replace(given.lines[0], source_line=77),))
    attached = replace(given, attachments=(Attachment("1", content=b"x"),))

    assert fingerprint(given) == fingerprint(moved) == fingerprint(attached)
    assert fingerprint(given) != fingerprint(invoice(line(quantity="11")))
