"""A shift at a machine, from its plan to the figures of the morning meeting, told by those who work it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select

from addons.mes_equipment.actions import planning, reading, reporting, saying, totalling, using
from addons.mes_equipment.models import (
    CountEvent,
    CountKind,
    EquipmentState,
    MaterialUse,
    Reason,
    StateChange,
    TimeElements,
)
from addons.mes_equipment.rules import kpi
from core.base import Item, Operation, Routing
from core.orm.env import Env
from tests.addons.mes_equipment.conftest import floor as floor  # noqa: PLC0414 -- a fixture is used by its name
from tests.addons.mes_equipment.floor import Floor, do, machine, one

pytestmark = pytest.mark.story

S = EquipmentState
TODAY = date(2026, 3, 12)


def _say(floor: Floor, minute: float, state: EquipmentState, **more: object) -> None:
    with floor.env("idris", minute=minute) as env:
        do(env, saying.set_state, machine(env), state=state, **more)


def _routing(env: Env) -> None:
    """Six minutes a piece at M-1."""
    item, here = one(env, Item, code="VB-1"), machine(env)
    made = Routing(code="VB-1", item_id=item.id, company_id=here.company_id)
    made.operations.append(
        Operation(position=20, name="Mill", work_center_id=here.id, cycle_seconds=Decimal(360))
    )
    env.add(made)


def test_a_shift_is_planned_worked_explained_corrected_and_comes_to_an_oee_of_72_percent(
    floor: Floor,
) -> None:
    with floor.env() as env:
        _routing(env)

    # Amina plans the day. Idris sets up the order, runs it, and goes on break when the plan says so.
    with floor.env("amina", minute=-30) as env:
        do(env, planning.plan_shifts, machine(env), days=1)
        item = one(env, Item, code="VB-1").id
    _say(floor, 0, S.SETUP, order_code="WO-1", operation_code="20", item_id=item)
    for minute, state in (
        (40, S.RUN), (140, S.DOWN), (144, S.RUN), (225, S.IDLE), (255, S.RUN), (315, S.DOWN), (353, S.RUN),
        (400, S.STARVED), (404, S.RUN), (440, S.BLOCKED), (444, S.RUN),
    ):  # fmt: skip
        _say(floor, minute, state)

    # He changes a filter, and reports his pieces; the terminal sends the report twice.
    with floor.env("idris", minute=350) as env:
        do(env, using.report_use, machine(env), item_id=one(env, Item, code="FILTER").id, quantity=Decimal(1))
    for _time in range(2):
        with floor.env("idris", minute=470) as env:
            do(
                env, reporting.report_pieces, machine(env), good=Decimal(54), scrap=Decimal(3), rework=Decimal(2),
                reason_id=one(env, Reason, code="POROSITY").id, key="T1-1",
            )  # fmt: skip
    with floor.env("idris", minute=480) as env:
        do(env, saying.end_order, machine(env))

    # One stop is left to explain: the short ones are minor stops by themselves. Amina corrects the scrap.
    with floor.env("idris", minute=485) as env:
        stops = reading.open_stops(env)
        assert [(stop.state, stop.seconds) for stop in stops] == [(S.DOWN, 38 * 60)]
        do(env, saying.give_reason, *stops, reason_id=one(env, Reason, code="TOOL").id)
    with floor.env("amina", minute=490) as env:
        do(env, reporting.correct_count, one(env, CountEvent, kind=CountKind.SCRAP), quantity=Decimal(1))
        totalling.recompute(env, totalling.dirty(env, 10))

    # The morning meeting sees the oracle's figures, and the ledger still holds every word that was said.
    with floor.env("vera", minute=900, write=False) as env:
        early = reading.elements_by_shift(env, [machine(env).id], TODAY, TODAY)[0].total
        tree = kpi.loss_tree(early)
        assert (kpi.oee(early), kpi.availability(early)) == (Decimal("0.72"), Decimal("0.8"))
        assert tree is not None
        assert (tree.breakdown, tree.setup, tree.minor_stop) == (38 * 60, 40 * 60, 12 * 60)
        assert len(env.session.scalars(select(StateChange.id)).all()) == 14
        assert len(env.session.scalars(select(CountEvent.id)).all()) == 4
        assert len(env.session.scalars(select(MaterialUse.id)).all()) == 1
        kept = env.session.scalars(select(TimeElements.order_code)).all()
        assert "WO-1" in kept
