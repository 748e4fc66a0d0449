"""Stops within shifts add up to the losses of their time elements, and lead to what made them up."""

from __future__ import annotations

from addons.mes_equipment.actions import losing, reading, saying
from addons.mes_equipment.actions.planning import plan
from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.models import EquipmentState, Loss, Reason, StateInterval
from addons.mes_equipment.rules.element import Element
from core import Env
from tests.addons.mes_equipment.floor import AFTER, THURSDAY, Floor, at, do, machine, one

S = EquipmentState


def _stops(env: Env) -> list[losing.Stop]:
    return losing.stops(env, [machine(env).id], THURSDAY, THURSDAY)


def test_stops_add_up_to_the_losses_of_the_same_shifts(worked: Floor) -> None:
    with worked.env("vera", minute=AFTER, write=False) as env:
        found = _stops(env)
        e = reading.elements_of(env, [machine(env).id], THURSDAY, THURSDAY)[machine(env).id]

        for loss, seconds in (
            (Loss.BREAKDOWN, e.breakdown), (Loss.SETUP, e.setup_loss), (Loss.MINOR_STOP, e.minor_loss),
        ):  # fmt: skip
            assert sum(stop.seconds for stop in found if stop.loss is loss) == seconds > 0
        assert sum(s.seconds for s in found if s.element is Element.PLANNED) == e.planned


def test_a_stop_is_one_though_a_break_divides_it(floor: Floor) -> None:
    with floor.env(minute=AFTER) as env:
        here = machine(env).id
        plan(env, [here], THURSDAY, THURSDAY)
        record(env, [Said(here, at(0), S.RUN), Said(here, at(200), S.DOWN), Said(here, at(300), S.RUN)])

        (down,) = [stop for stop in _stops(env) if stop.loss is Loss.BREAKDOWN]

        assert (down.starts_at, down.ends_at, down.seconds) == (at(200), at(300), 70 * 60)


def test_causes_are_those_of_the_reasons_the_longest_first(worked: Floor) -> None:
    with worked.env("amina", minute=AFTER) as env:
        tool = one(env, Reason, code="TOOL").id
        do(env, saying.give_reason, one(env, StateInterval, starts_at=at(315)), reason_id=tool)

        found = losing.by_cause(stop for stop in _stops(env) if stop.loss is not None)

        assert [(c.reason_id, c.state, c.seconds // 60, c.stops) for c in found] == [
            (None, S.OFF, 120, 1), (None, S.SETUP, 40, 1), (tool, None, 38, 1), (None, S.MINOR_STOP, 12, 3),
        ]  # fmt: skip


def test_stops_lead_to_their_intervals(worked: Floor) -> None:
    with worked.env("vera", minute=AFTER, write=False) as env:
        down = next(stop for stop in _stops(env) if stop.starts_at == at(315))

        found = losing.interval_ids(env, [down])

        assert found == {down.entry_id: one(env, StateInterval, starts_at=at(315)).id}


def test_another_company_has_no_stops_here(worked: Floor) -> None:
    with worked.env("vera", minute=AFTER, write=False) as env:
        here = machine(env).id

    with worked.env("xaver", minute=AFTER, write=False) as env:
        assert losing.stops(env, [here], THURSDAY, THURSDAY) == []
