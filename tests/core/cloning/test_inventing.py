"""False values: the same for the same, of the look of the true ones, and of no use for guessing."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest

from core.cloning.inventing import Inventor, Kind


@pytest.mark.parametrize("kind", list(Kind))
def test_the_same_value_is_replaced_by_the_same_and_with_another_key_by_another(kind: Kind) -> None:
    inventor, other = Inventor(), Inventor()

    first = inventor.invent(kind, "Maren Lindqvist")

    assert inventor.invent(kind, "Maren Lindqvist") == first
    assert kind is Kind.NOTHING or other.invent(kind, "Maren Lindqvist") != first
    assert "Lindqvist" not in str(first)


def test_different_values_stay_different_as_unique_columns_need_it() -> None:
    inventor = Inventor()

    assert len({inventor.invent(Kind.CODE, str(number)) for number in range(5_000)}) == 5_000


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.CODE, Kind.FILE, Kind.PHONE, Kind.NAME])
def test_what_is_invented_has_room_where_it_stands(kind: Kind) -> None:
    assert len(str(Inventor().invent(kind, "x" * 5_000, 40))) <= 40


@pytest.mark.parametrize("kind", list(Kind))
def test_of_nothing_comes_nothing(kind: Kind) -> None:
    assert Inventor().invent(kind, None) is None
    assert Inventor().invent(kind, "") == ""


def test_a_day_is_replaced_by_a_day() -> None:
    assert isinstance(Inventor().invent(Kind.DAY, date(1981, 4, 3)), date)


def test_a_file_is_replaced_by_one_whose_digest_is_its_own() -> None:
    inventor = Inventor()

    assert inventor.invent(Kind.CONTENT, "ab12") == sha256(inventor.content("ab12")).hexdigest()
