"""Shifts made from the calendar, and what was moved by hand left alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from addons.mes_equipment.actions import planning
from addons.mes_equipment.actions.planning import plan
from addons.mes_equipment.models import ShiftInstance
from core import Env, Forbidden, UserError, ValidationError
from core.base import Calendar, CalendarException, WorkCenter
from tests.addons.mes_equipment.floor import Floor, at, do, machine, one

THURSDAY = date(2026, 3, 12)


def _shifts(env: Env, code: str = "M-1") -> list[tuple[str, float]]:
    rows = env.session.scalars(
        select(ShiftInstance)
        .where(ShiftInstance.equipment_id == machine(env, code).id)
        .order_by(ShiftInstance.starts_at)
    )
    return [(s.name, (s.starts_at - at(0)).total_seconds() / 3600) for s in rows]


def test_a_machine_has_the_shifts_of_its_area_s_calendar_with_their_breaks(floor: Floor) -> None:
    with floor.env() as env:
        assert plan(env, [machine(env).id], THURSDAY, THURSDAY) == 2

        assert _shifts(env) == [("Early", 0), ("Late", 8)]
        early = one(env, ShiftInstance, name="Early")
        assert [(b.starts_at, b.ends_at) for b in early.breaks] == [(at(225), at(255))]


def test_planning_again_makes_nothing_twice(floor: Floor) -> None:
    with floor.env() as env:
        plan(env, [machine(env).id], THURSDAY, THURSDAY)

        assert plan(env, [machine(env).id], THURSDAY, THURSDAY + timedelta(days=1)) == 2


def test_a_shift_that_was_moved_is_not_planned_beside_itself(floor: Floor) -> None:
    with floor.env() as env:
        plan(env, [machine(env).id], THURSDAY, THURSDAY)
        early = one(env, ShiftInstance, name="Early")
        early.starts_at = at(-60)
        env.flush()

        assert plan(env, [machine(env).id], THURSDAY, THURSDAY) == 0


def test_without_a_calendar_there_are_no_shifts(floor: Floor) -> None:
    with floor.env() as env:
        one(env, WorkCenter, code="M-AREA").calendar_id = None
        env.flush()

        assert plan(env, [machine(env).id], THURSDAY, THURSDAY) == 0


def test_the_nearest_calendar_holds_and_the_site_s_in_the_end(floor: Floor) -> None:
    with floor.env() as env:
        area, site = one(env, WorkCenter, code="M-AREA"), machine(env).site
        site.calendar_id, area.calendar_id = area.calendar_id, None
        env.flush()
        assert plan(env, [machine(env).id], THURSDAY, THURSDAY) == 2

        day = Calendar(code="D", name="Never")
        env.add(day)
        env.flush()
        machine(env, "M-2").calendar_id = day.id
        env.flush()
        assert plan(env, [machine(env, "M-2").id], THURSDAY, THURSDAY) == 0


def test_planning_anew_follows_a_new_holiday_and_leaves_what_has_begun(floor: Floor) -> None:
    with floor.env("amina", minute=60) as env:
        do(env, planning.plan_shifts, machine(env), days=3)
        assert len(_shifts(env)) == 6
    with floor.env() as env:
        calendar = one(env, Calendar, code="2S")
        calendar.exceptions.append(CalendarException(day=THURSDAY + timedelta(days=1), name="Holiday"))

    with floor.env("amina", minute=60) as env:
        do(env, planning.plan_shifts, machine(env), days=3, again=True)

        assert _shifts(env) == [("Early", 0), ("Late", 8), ("Early", 48), ("Late", 56)]


@pytest.mark.parametrize("days", [0, 401])
def test_days_ahead_are_bounded(floor: Floor, days: int) -> None:
    with floor.env("amina") as env, pytest.raises(ValidationError):
        do(env, planning.plan_shifts, machine(env), days=days)


def test_an_operator_plans_nothing(floor: Floor) -> None:
    with floor.env("idris") as env, pytest.raises(Forbidden):
        do(env, planning.plan_shifts, machine(env), days=3)


def test_nobody_plans_for_what_is_not_monitored(floor: Floor) -> None:
    with floor.env() as env, pytest.raises(UserError, match="nobody monitors"):
        plan(env, [one(env, WorkCenter, code="M-AREA").id], THURSDAY, THURSDAY)
