"""Differences between the shipped and the wanted order: they say all of it, and no more than needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.views.arranging import HIDDEN, Layout, Move, Said, differences

NAMES = [f"f{number}" for number in range(8)]


@st.composite
def groups(draw: st.DrawFn) -> dict[str, list[str]]:
    """All names in some order, each in some group."""
    found: dict[str, list[str]] = {"main": [], "more": [], HIDDEN: []}
    for name in draw(st.permutations(NAMES)):
        found[draw(st.sampled_from(list(found)))].append(name)
    return found


@given(groups(), groups())
def test_the_differences_make_the_wanted_of_the_shipped(
    shipped: dict[str, list[str]], wanted: dict[str, list[str]]
) -> None:
    made = Layout(differences(shipped, wanted)).arranged(shipped)

    assert {name: made[name] for name in ("main", "more")} == {
        name: wanted[name] for name in ("main", "more")
    }
    assert set(made[HIDDEN]) == set(wanted[HIDDEN])


@given(groups())
def test_what_is_as_shipped_is_no_difference(shipped: dict[str, list[str]]) -> None:
    assert differences(shipped, shipped) == ()


def test_one_field_that_is_taken_to_the_end_is_one_move() -> None:
    assert differences({"main": ["a", "b", "c", "d"]}, {"main": ["b", "c", "d", "a"]}) == (
        Move("a", "main", "d"),
    )


@given(groups(), groups(), groups())
def test_a_layout_of_another_version_loses_no_field(
    shipped: dict[str, list[str]], wanted: dict[str, list[str]], upgraded: dict[str, list[str]]
) -> None:
    made = Layout(differences(shipped, wanted)).arranged(upgraded)

    assert sorted(name for names in made.values() for name in names) == sorted(NAMES)


def test_what_went_with_an_upgrade_is_named() -> None:
    layout = Layout((Move("gone", "main"), Move("a", "old")), {"b": Said("B"), "lost": Said("L")})

    assert list(layout.lost({"main": ["a", "b"]})) == ["gone", "lost", "old"]
    assert layout.arranged({"main": ["a", "b"]})["main"] == ["a", "b"]


def test_a_layout_is_the_same_after_it_was_kept() -> None:
    layout = Layout((Move("a", "main", "b"),), {"b": Said("Bee", required=True, default="1")})

    assert Layout.from_json(layout.to_json()) == layout


@pytest.mark.parametrize(
    "data",
    [
        [], 1, None, {"moves": 1}, {"moves": [{}]}, {"moves": [{"field": 1, "group": "main"}]}, {"moves": ["a"]},
        {"said": []}, {"said": {"a": {"label": 1}}}, {"said": {"a": {"required": "yes"}}}, {"more": {}},
        {"said": {"a": {"colour": "red"}}},
    ],
)  # fmt: skip
def test_what_is_no_layout_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Layout.from_json(data)
