"""Time elements kept for shifts: what happens later makes a shift dirty, and only that one."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.mes_equipment.actions import reading, reporting, saying, totalling
from addons.mes_equipment.actions.policy import one_more_failure, policy, unknown_counts
from addons.mes_equipment.models import (
    CountEvent,
    CountKind,
    EquipmentState,
    Reason,
    ShiftBreak,
    ShiftInstance,
    StateInterval,
    TimeElements,
)
from addons.mes_equipment.rules import kpi
from addons.mes_equipment.rules.element import Elements, Key
from core import Env, Forbidden, UserError
from core.base import Item, Level, Operation, Routing, settings
from tests.addons.mes_equipment.floor import AFTER, THURSDAY, Floor, at, do, machine, one

S = EquipmentState


def _early(env: Env, code: str = "M-1") -> Elements:
    found = reading.elements_by_shift(env, [machine(env, code).id], THURSDAY, THURSDAY)
    return next(shift.total for shift in found if shift.span.starts_at == at(0))


def _dirty(env: Env) -> list[tuple[str, str]]:
    rows = env.session.scalars(select(ShiftInstance).where(ShiftInstance.dirty))
    return sorted((s.equipment.code, s.name) for s in rows)


def test_a_shift_reproduces_the_oracle_from_the_database(worked: Floor) -> None:
    with worked.env("vera", minute=AFTER, write=False) as env:
        e = _early(env)

        assert (e.operation_time / 60, e.planned / 60, e.production / 60, e.setup / 60) == (480, 30, 360, 40)
        assert (e.delay / 60, e.breakdown / 60, e.minor_loss / 60, e.failures) == (50, 38, 12, 1)
        assert kpi.oee(e) == Decimal("0.72")
        assert kpi.nee(e) == Decimal("0.8")


def test_what_is_kept_stands_by_order_and_item(worked: Floor) -> None:
    with worked.env(minute=AFTER) as env:
        row = env.session.scalars(select(TimeElements).where(TimeElements.order_code == "WO-1")).one()

        assert (row.day, row.good, row.scrap, row.rework) == (THURSDAY, Decimal(54), Decimal(1), Decimal(2))
        assert (row.planned_run, row.good_run) == (Decimal(57 * 360), Decimal(54 * 360))


def test_a_late_correction_soils_its_shift_alone_and_is_read_at_once(worked: Floor) -> None:
    with worked.env(minute=AFTER) as env:
        # The late shifts are not over yet, so that they are computed whenever they are read.
        assert _dirty(env) == [("M-1", "Late"), ("M-2", "Late")]
    with worked.env("amina", minute=AFTER) as env:
        stop = one(env, StateInterval, starts_at=at(315))
        do(env, saying.give_reason, stop, reason_id=one(env, Reason, code="MEETING").id)

        assert ("M-1", "Early") in _dirty(env)
        assert ("M-2", "Early") not in _dirty(env)
        assert (_early(env).planned, _early(env).breakdown) == (68 * 60, 0)

        totalling.recompute(env, totalling.dirty(env, 10))
        assert ("M-1", "Early") not in _dirty(env)
        assert (_early(env).planned, _early(env).breakdown) == (68 * 60, 0)


def test_a_corrected_count_takes_the_place_of_the_wrong_one(worked: Floor) -> None:
    with worked.env("amina", minute=AFTER) as env:
        do(env, reporting.correct_count, one(env, CountEvent, kind=CountKind.SCRAP), quantity=Decimal(4))
        totalling.recompute(env, totalling.dirty(env, 10))

        assert _early(env).scrap == 4


def test_computing_twice_keeps_one_set(worked: Floor) -> None:
    with worked.env("amina", minute=AFTER) as env:
        shifts = env.session.scalars(select(ShiftInstance).where(ShiftInstance.name == "Early")).all()
        before = len(env.session.scalars(select(TimeElements.id)).all())

        do(env, totalling.recompute_shifts, *shifts)

        assert len(env.session.scalars(select(TimeElements.id)).all()) == before


def test_a_shift_that_lasts_is_read_up_to_now_and_stays_to_be_computed(worked: Floor) -> None:
    with worked.env(minute=500) as env:
        late = one(env, ShiftInstance, name="Late", equipment_id=machine(env).id)
        totalling.recompute(env, [late.id])

        found = reading.elements_by_shift(env, [machine(env).id], THURSDAY, THURSDAY)
        assert found[-1].total.operation_time == 20 * 60
        assert ("M-1", "Late") in _dirty(env)


def test_a_machine_of_which_nothing_was_said_is_unknown_all_the_shift_but_its_break(worked: Floor) -> None:
    with worked.env(minute=AFTER) as env:
        e = _early(env, "M-2")

        assert (e.unknown, e.planned) == (450 * 60, 30 * 60)


def test_the_operation_of_the_item_s_routing_gives_the_run_time(worked: Floor) -> None:
    with worked.env(minute=AFTER) as env:
        item, here = one(env, Item, code="VB-1"), machine(env)
        routing = Routing(code="VB-1", item_id=item.id, company_id=here.company_id)
        for position, seconds in ((10, 100), (20, 180)):
            routing.operations.append(
                Operation(
                    position=position, name="Mill", work_center_id=here.id, cycle_seconds=Decimal(seconds)
                )
            )
        env.add(routing)
        env.flush()
        totalling.recompute(env, [s.id for s in env.session.scalars(select(ShiftInstance))])

        assert _early(env).planned_run == 57 * 180


def test_a_plant_decides_how_it_judges(worked: Floor) -> None:
    with worked.env(minute=AFTER) as env:
        assert policy(env) == kpi.ISO
        settings.choose(env, unknown_counts, False, Level.SITE)
        settings.choose(env, one_more_failure, False, Level.SITE)

        assert policy(env) == kpi.Policy(unknown_counts=False, one_more_failure=False)


def test_an_operator_recomputes_nothing(worked: Floor) -> None:
    with worked.env("idris", minute=AFTER) as env, pytest.raises(Forbidden):
        do(env, totalling.recompute_shifts, *env.session.scalars(select(ShiftInstance)))


def test_the_floor_now_shows_each_machine_in_its_area(worked: Floor) -> None:
    with worked.env("vera", minute=AFTER, write=False) as env:
        (area,) = reading.floor_now(env)

        assert (area.code, [m.code for m in area.machines]) == ("M-AREA", ["M-1", "M-2", "M-3"])
        first, _second, third = area.machines
        assert (first.state, third.state, third.since) == (S.OFF, S.UNKNOWN, None)
        assert area.elements.operation_time == 2 * 120 * 60


def test_open_stops_are_those_that_nobody_explained(worked: Floor) -> None:
    with worked.env("amina", minute=AFTER) as env:
        assert [stop.starts_at for stop in reading.open_stops(env)] == [at(315)]

        do(env, saying.give_reason, *reading.open_stops(env), reason_id=one(env, Reason, code="TOOL").id)

        assert reading.open_stops(env) == []


def test_intervals_between_two_instants_are_whole(worked: Floor) -> None:
    with worked.env("vera", minute=AFTER, write=False) as env:
        found = reading.intervals(env, machine(env).id, at(150), at(330))

        assert [(i.state, i.starts_at) for i in found] == [
            (S.RUN, at(144)), (S.IDLE, at(225)), (S.RUN, at(255)), (S.DOWN, at(315)),
        ]  # fmt: skip


def test_elements_of_a_period_add_up_by_order(worked: Floor) -> None:
    with worked.env("vera", minute=AFTER, write=False) as env:
        sums = reading.elements_of(env, [machine(env).id], THURSDAY, THURSDAY)
        shifts = reading.elements_by_shift(env, [machine(env).id], THURSDAY, THURSDAY)

        assert sums[machine(env).id] == sum((s.total for s in shifts), Elements())
        assert Key("WO-1", one(env, Item, code="VB-1").id) in shifts[0].by_work


def test_a_break_that_is_moved_added_or_taken_away_makes_its_shift_compute_again(worked: Floor) -> None:
    for change, planned in ((_move_break, 0), (_add_break, 20), (_take_breaks, 0)):
        with worked.env("amina", minute=AFTER) as env:
            early = one(env, ShiftInstance, name="Early", equipment_id=machine(env).id)
            assert not early.dirty
            change(early)
        with worked.env("amina", minute=AFTER) as env:
            assert len([name for _code, name in _dirty(env) if name == "Early"]) == 1
            assert _early(env).planned == planned * 60
            totalling.recompute(env, totalling.dirty(env, 10))
            assert _early(env).planned == planned * 60


def _move_break(shift: ShiftInstance) -> None:
    """To where the machine runs, so that nobody is on break."""
    (pause,) = shift.breaks
    pause.starts_at, pause.ends_at = at(60), at(90)


def _add_break(shift: ShiftInstance) -> None:
    shift.breaks.append(ShiftBreak(starts_at=at(315), ends_at=at(335)))


def _take_breaks(shift: ShiftInstance) -> None:
    shift.breaks.clear()


def test_a_shift_does_not_begin_before_the_other_ends(worked: Floor) -> None:
    with worked.env("amina", minute=AFTER) as env:
        late = one(env, ShiftInstance, name="Late", equipment_id=machine(env).id)
        late.starts_at = at(470)

        with pytest.raises(UserError, match="Another shift"):
            env.flush()
