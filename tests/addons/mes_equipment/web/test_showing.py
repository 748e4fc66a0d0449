"""Durations and shares as they are written; strips without gap or overlap."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.models import EquipmentState
from addons.mes_equipment.rules.ledger import NOTHING, Interval
from addons.mes_equipment.rules.shift import Span
from addons.mes_equipment.web import showing
from core import clock
from tests.addons.mes_equipment.floor import SIX, at


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3840, "1 h 04"),
     (86399, "23 h 59"), (97200, "1 d 3 h")],
)  # fmt: skip
def test_a_duration_is_written_in_its_two_largest_units(seconds: int, words: str) -> None:
    assert showing.lasted(seconds) == words


def test_a_share_of_nothing_is_no_figure() -> None:
    assert showing.part(1, 0) == "0.000%"
    assert showing.part(Decimal(1), 4) == "25.000%"


@given(
    begins=st.lists(st.integers(-60, 600), unique=True, min_size=0, max_size=12),
    minute=st.integers(0, 700),
    states=st.lists(st.sampled_from(EquipmentState), min_size=12, max_size=12),
)
def test_a_strip_covers_what_has_passed_without_gap_or_overlap(
    begins: list[int], minute: int, states: list[EquipmentState]
) -> None:
    starts = [m for m in sorted(begins) if m < minute]
    intervals = [
        Interval(at(m), at(starts[n + 1]) if n + 1 < len(starts) else None, states[n], None, NOTHING, n)
        for n, m in enumerate(starts)
    ]
    span = Span(SIX, SIX + timedelta(minutes=480))

    with clock.held(at(minute)):
        found = showing.bands(intervals, span)

    reached = 0.0
    for band in found:
        assert float(band.x.rstrip("%")) == pytest.approx(reached, abs=0.01)
        reached += float(band.width.rstrip("%"))
    assert reached == pytest.approx(min(minute, 480) / 4.8, abs=0.05)
