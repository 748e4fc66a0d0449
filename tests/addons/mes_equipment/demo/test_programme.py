"""The programme of the example: any stretch of it is the same, however it is asked for, and can be believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addons.mes_equipment.demo.machines import MACHINES, Machine
from addons.mes_equipment.demo.programme import has_signal, order_at, phase_at, phases, pieces
from addons.mes_equipment.models import EquipmentState

BEGIN = datetime(2026, 3, 12, 5, tzinfo=UTC)
DAY = timedelta(days=1)
HEARD = [machine for machine in MACHINES if has_signal(machine)]
seconds = st.integers(0, 6 * 3600).map(lambda number: BEGIN + timedelta(seconds=number))


@given(st.sampled_from(MACHINES), st.lists(seconds, min_size=3, max_size=6).map(sorted))
def test_what_is_told_in_parts_is_what_is_told_at_once(machine: Machine, cuts: list[datetime]) -> None:
    parts = list(pairwise(cuts))

    assert [p for part in parts for p in phases(machine, *part)] == phases(machine, cuts[0], cuts[-1])
    assert [p for part in parts for p in pieces(machine, *part)] == pieces(machine, cuts[0], cuts[-1])


@given(st.sampled_from(HEARD), seconds)
def test_the_phase_of_an_instant_is_the_last_that_began(machine: Machine, at: datetime) -> None:
    assert phases(machine, at - 2 * timedelta(hours=1), at)[-1] == phase_at(machine, at)


@pytest.mark.parametrize("machine", HEARD, ids=lambda machine: machine.code)
def test_a_day_of_a_machine_can_be_believed(machine: Machine) -> None:
    told, made = phases(machine, BEGIN, BEGIN + DAY), pieces(machine, BEGIN, BEGIN + DAY)

    assert all(after.starts_at - before.starts_at >= timedelta(minutes=1) for before, after in pairwise(told))
    assert all(after.at - before.at >= timedelta(seconds=machine.cycle) for before, after in pairwise(made))
    assert all(phase_at(machine, piece.at).state is EquipmentState.RUN for piece in made)
    assert 0.4 < len(made) * machine.cycle / DAY.total_seconds() < 0.9
    assert len(told) < 1000
    assert sum(phase.begins_order for phase in told) == 6


def test_a_machine_without_a_signal_tells_nothing() -> None:
    silent = [machine for machine in MACHINES if not has_signal(machine)]

    assert [machine.code for machine in silent] == ["W-01"]
    assert not phases(silent[0], BEGIN, BEGIN + DAY)
    assert not pieces(silent[0], BEGIN, BEGIN + DAY)


def test_orders_of_a_month_belong_to_one_machine_each() -> None:
    hours = [BEGIN + timedelta(hours=hour) for hour in range(24 * 30)]
    orders = [{order_at(machine, at)[0] for at in hours} for machine in MACHINES]

    assert sum(len(each) for each in orders) == len(set.union(*orders))
    assert all(
        item in machine.makes for machine in MACHINES for at in hours for _o, item in [order_at(machine, at)]
    )
