"""True values are found in other texts, and ordinary words are left alone."""

from __future__ import annotations

import pytest

from core.cloning.sweeping import Sweep


@pytest.fixture
def sweep() -> Sweep:
    made = Sweep()
    for true, false in [
        ("Ada Winter", "Alva Birke"), ("Ada Winter-Falk", "Edda Farn"), ("+49 (40) 5550", "+999 1"),
        ("ada@plant.example", "x@example.invalid"), ("Winter", "Sommer"), ("admin", "x1"),
    ]:  # fmt: skip
        made.learn(true, false)
    return made


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Ask Ada Winter, or ada@plant.example.", "Ask Alva Birke, or x@example.invalid."),
        ("Ada Winter-Falk", "Edda Farn"),
        ("Call +49 (40) 5550 today", "Call +999 1 today"),
        ("Ada Winters", "Ada Winters"),
        ("The Winter shutdown of the admin", "The Winter shutdown of the admin"),
        ("", ""),
    ],
)
def test_a_true_value_is_replaced_where_it_stands_as_words_of_its_own(
    sweep: Sweep, text: str, cleaned: str
) -> None:
    assert sweep.clean(text) == cleaned


def test_texts_are_found_however_deep_they_are(sweep: Sweep) -> None:
    assert sweep.clean({"filter": [{"value": "Ada Winter", "most": 3}], "on": True}) == {
        "filter": [{"value": "Alva Birke", "most": 3}],
        "on": True,
    }
