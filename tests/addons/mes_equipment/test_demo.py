"""The example: two weeks on the floor that add up, alive now, in each language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from addons.mes_equipment.actions import reading
from addons.mes_equipment.demo import demo
from addons.mes_equipment.demo.machines import MACHINES
from addons.mes_equipment.models import (
    CountEvent,
    EquipmentState,
    MaterialUse,
    Reason,
    ShiftInstance,
    StateInterval,
    TimeElements,
)
from addons.mes_equipment.rules import kpi
from core import clock, now, today
from core.base import WorkCenter
from core.base.demo import demo as base_demo
from core.orm.env import Env, Site, open_env
from tests.addons.sites import installed

#: In a shift, and on a Sunday night when none runs.
MOMENTS = {"en": datetime(2026, 3, 12, 9, 42, tzinfo=UTC), "de": datetime(2026, 3, 29, 0, 42, tzinfo=UTC)}


@pytest.fixture(scope="module", params=["en", "de"])
def example(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Made once a language; the tests only read, at the same instant."""
    folder: Path = tmp_path_factory.mktemp("example")
    site = installed(["mes_equipment"], f"sqlite:///{folder / 'example.db'}", folder)
    with clock.held(MOMENTS[request.param]):
        for fill in (base_demo, demo):
            with open_env(site, write=True) as env:
                fill(env, request.param)
        yield site
    site.engine.dispose()


def _machines(env: Env) -> dict[str, int]:
    codes = [machine.code for machine in MACHINES]
    rows = env.session.execute(select(WorkCenter.code, WorkCenter.id).where(WorkCenter.code.in_(codes)))
    return {row[0]: row[1] for row in rows}


def test_each_machine_does_now_what_the_example_says(example: Site) -> None:
    with open_env(example) as env:
        seen = {
            m.code: (m.state, m.order_code or "") for area in reading.floor_now(env) for m in area.machines
        }

        assert seen == {m.code: (m.state, m.order) for m in MACHINES}


def test_every_machine_has_a_shift_now_and_an_oee_of_the_last_two_weeks(example: Site) -> None:
    with open_env(example) as env:
        ids = _machines(env)
        running = env.session.scalars(
            select(ShiftInstance.equipment_id).where(
                ShiftInstance.starts_at <= now(), ShiftInstance.ends_at > now()
            )
        ).all()
        assert sorted(running) == sorted(ids.values())
        for elements in reading.elements_of(
            env, ids.values(), today() - timedelta(days=15), today()
        ).values():
            found = kpi.oee(elements)
            assert found is not None
            assert 0.4 < found < 0.95
            assert not kpi.is_too_fast(elements)


def test_intervals_of_a_machine_meet_and_one_is_open(example: Site) -> None:
    with open_env(example) as env:
        for id_ in _machines(env).values():
            kept = env.session.scalars(
                select(StateInterval)
                .where(StateInterval.equipment_id == id_)
                .order_by(StateInterval.starts_at)
            ).all()
            assert [i.ends_at for i in kept] == [*(i.starts_at for i in kept[1:]), None]


def test_what_is_kept_of_a_shift_is_its_length_to_the_second(example: Site) -> None:
    with open_env(example) as env:
        sums = env.session.execute(
            select(
                TimeElements.shift_id,
                func.sum(TimeElements.production + TimeElements.setup + TimeElements.delay + TimeElements.idle
                         + TimeElements.planned + TimeElements.unknown),
            ).group_by(TimeElements.shift_id)
        ).all()  # fmt: skip
        assert len(sums) > 100
        for shift_id, seconds in sums:
            shift = env.get(ShiftInstance, shift_id)
            assert seconds == (shift.ends_at - shift.starts_at).total_seconds()


def test_nothing_lies_in_the_future_and_there_is_something_to_do(example: Site) -> None:
    with open_env(example) as env:
        for latest in (func.max(StateInterval.starts_at), func.max(CountEvent.at), func.max(MaterialUse.at)):
            at = env.session.scalar(select(latest))
            assert at is not None
            assert at <= now()
        assert reading.open_stops(env)
        assert env.session.scalar(
            select(func.count()).where(StateInterval.state == EquipmentState.MINOR_STOP)
        )


def test_reasons_speak_the_language_of_the_example(example: Site) -> None:
    with open_env(example) as env:
        name = env.session.scalar(select(Reason.name).where(Reason.code == "WAIT-MAT"))
        assert name == {"en": "No material", "de": "Kein Material"}["en" if now() == MOMENTS["en"] else "de"]
