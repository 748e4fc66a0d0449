"""From the words of a control to a canonical state."""

from __future__ import annotations

from addons.mes_equipment.rules.state import EquipmentState, Meaning, translated

MEANINGS = [
    Meaning(EquipmentState.SETUP, raw="Idle", mode="Setup"),
    Meaning(EquipmentState.OFF, raw="Idle", in_calendar=False),
    Meaning(EquipmentState.STARVED, raw="Idle", has_order=True),
    Meaning(EquipmentState.IDLE, raw="Idle"),
]


def _state(raw: str, mode: str = "", *, has_order: bool = False, in_calendar: bool = True) -> EquipmentState:
    return translated(MEANINGS, raw, mode, has_order=has_order, in_calendar=in_calendar)


def test_the_first_line_that_fits_decides() -> None:
    assert _state("Idle", "Setup", in_calendar=False) is EquipmentState.SETUP
    assert _state("Idle", in_calendar=False) is EquipmentState.OFF
    assert _state("Idle", has_order=True) is EquipmentState.STARVED
    assert _state("Idle") is EquipmentState.IDLE


def test_names_are_compared_without_regard_to_case() -> None:
    assert _state("IDLE", "setup") is EquipmentState.SETUP


def test_what_no_line_knows_is_unknown() -> None:
    assert _state("Execute") is EquipmentState.UNKNOWN
