"""Who sees what of the floor: an operator with workplaces sees those alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from addons.mes_equipment.actions import saying
from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.models import EquipmentState, StateChange, StateInterval, Workplace
from core import Env, PlatformError
from core.base import User, WorkCenter
from tests.addons.mes_equipment.floor import Floor, at, do, machine, one


@pytest.fixture
def busy(floor: Floor) -> Floor:
    """Every machine at Kestrel runs."""
    with floor.env() as env:
        record(
            env, [Said(machine(env, code).id, at(0), EquipmentState.RUN) for code in ("M-1", "M-2", "M-3")]
        )
    return floor


def _give(floor: Floor, login: str, code: str) -> None:
    with floor.env() as env:
        here = machine(env, code)
        worker = one(env, User, login=login)
        env.add(Workplace(company_id=here.company_id, worker_id=worker.id, equipment_id=here.id))


def _sees(env: Env) -> list[str]:
    rows = env.session.scalars(
        select(WorkCenter.code).join(StateInterval, StateInterval.equipment_id == WorkCenter.id)
    )
    return sorted(rows)


def test_who_has_no_workplace_sees_all_equipment(busy: Floor) -> None:
    with busy.env("idris", write=False) as env:
        assert _sees(env) == ["M-1", "M-2", "M-3"]


def test_an_operator_with_a_workplace_sees_that_alone(busy: Floor) -> None:
    _give(busy, "idris", "M-2")

    with busy.env("idris", write=False) as env:
        assert _sees(env) == ["M-2"]
    with busy.env("lena", write=False) as env:
        assert _sees(env) == ["M-1", "M-2", "M-3"]


def test_a_workplace_that_is_an_area_holds_all_that_is_in_it(busy: Floor) -> None:
    _give(busy, "idris", "M-AREA")

    with busy.env("idris", write=False) as env:
        assert _sees(env) == ["M-1", "M-2", "M-3"]


def test_an_operator_says_nothing_of_equipment_elsewhere(busy: Floor) -> None:
    _give(busy, "idris", "M-2")

    with pytest.raises(PlatformError), busy.env("idris") as env:
        do(env, saying.set_state, machine(env, "M-1"), state=EquipmentState.DOWN)
    with busy.env("idris") as env:
        do(env, saying.set_state, machine(env, "M-2"), state=EquipmentState.DOWN)

    with busy.env() as env:
        written = env.session.scalars(
            select(StateChange).where(StateChange.state == EquipmentState.DOWN)
        ).all()
        assert [change.equipment.code for change in written] == ["M-2"]


def test_a_team_leader_sees_all_whatever_the_workplace(busy: Floor) -> None:
    _give(busy, "amina", "M-2")

    with busy.env("amina", write=False) as env:
        assert _sees(env) == ["M-1", "M-2", "M-3"]


def test_somebody_without_a_role_sees_nothing_of_the_floor(busy: Floor) -> None:
    with busy.env("nobody", write=False) as env:
        assert _sees(env) == []


def test_another_company_sees_nothing_of_it(busy: Floor) -> None:
    with busy.env("xaver", write=False) as env:
        assert _sees(env) == []
