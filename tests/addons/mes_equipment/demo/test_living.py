"""The floor of the example goes on from what the database says, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event as Stop

import pytest
from sqlalchemy import func, select

from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.demo.living import beat, begin, live
from addons.mes_equipment.demo.machines import MACHINES, monitored
from addons.mes_equipment.demo.programme import has_signal, phase_at, phases, pieces
from addons.mes_equipment.models import (
    CountEvent,
    Equipment,
    EquipmentState,
    ShiftInstance,
    StateChange,
    StateInterval,
)
from addons.mes_equipment.rules.ledger import NOTHING, Work
from addons.mes_equipment.seed import seed
from core import Env, clock
from core.base import Company, EquipmentLevel, WorkCenter
from core.base import Site as Plant
from core.events.stream import Event
from core.orm.env import open_env
from tests.addons.mes_equipment.floor import Floor, at, one

S = EquipmentState
MILL, OVEN, SILENT = (next(m for m in MACHINES if m.code == code) for code in ("M-402", "H-01", "W-01"))
KEPT = (MILL, OVEN, SILENT)


@pytest.fixture
def example(floor: Floor) -> Floor:
    """Three machines of the example: one with an order, one without, and one without a signal."""
    with floor.env(minute=0) as env:
        seed(env)
        company = one(env, Company, code="KH").id
        site = env.session.scalars(select(Plant.id).where(Plant.company_id == company)).one()
        for machine in KEPT:
            center = WorkCenter(
                code=machine.code, name=machine.code, level=EquipmentLevel.WORK_UNIT, site_id=site, company_id=company
            )  # fmt: skip
            Equipment.of(center).monitored = True
            env.add(center)
        env.flush()
        ids = monitored(env)
        record(env, [
            Said(ids[MILL.code], at(-5), S.RUN, work=Work("WO-26-1190", MILL.operation)),
            Said(ids[OVEN.code], at(-4), S.IDLE, work=NOTHING),
            Said(ids[SILENT.code], at(-3), S.UNKNOWN),
        ])  # fmt: skip
    return floor


@contextmanager
def told(floor: Floor, minute: float, since: datetime | None = None) -> Iterator[datetime]:
    """The example as it lives at a minute; without `since` as it is taken up again."""
    with clock.held(at(minute)):
        yield begin(floor.site, "en") if since is None else beat(floor.site, "en", since)


def go_on(floor: Floor, first: int, last: int) -> None:
    """Take it up, and a beat each half minute."""
    with told(floor, first) as since:
        reached = since
    for half in range(first * 2 + 1, last * 2 + 1):
        with told(floor, half / 2, reached) as since:
            reached = since


def lasting(env: Env, code: str) -> StateInterval:
    return env.session.scalars(
        select(StateInterval)
        .join(WorkCenter, WorkCenter.id == StateInterval.equipment_id)
        .where(WorkCenter.code == code, StateInterval.ends_at.is_(None))
    ).one()


def rows(env: Env, model: type[StateChange | CountEvent]) -> int:
    return env.session.scalar(select(func.count()).select_from(model)) or 0


def test_machines_do_what_the_programme_says_and_the_silent_one_stays_unknown(example: Floor) -> None:
    go_on(example, 0, 15)

    with open_env(example.site) as env:
        for machine in (MILL, OVEN):
            expected = phase_at(machine, at(15))
            assert at(0) < expected.starts_at
            assert (lasting(env, machine.code).state, lasting(env, machine.code).starts_at) == (
                expected.state, expected.starts_at,
            )  # fmt: skip
        assert (lasting(env, SILENT.code).state, lasting(env, SILENT.code).starts_at) == (S.UNKNOWN, at(-3))
        assert rows(env, StateChange) == 3 + sum(len(phases(machine, at(0), at(15))) for machine in KEPT)


def test_a_machine_without_an_order_begins_one_and_the_other_keeps_its_own(example: Floor) -> None:
    first = min(phases(OVEN, at(0), at(15)), key=lambda phase: phase.starts_at)
    assert not any(phase.begins_order for phase in phases(MILL, at(0), at(15)))

    go_on(example, 0, 15)

    with open_env(example.site) as env:
        orders = env.session.scalars(
            select(StateChange.order_code).where(StateChange.at == first.starts_at)
        ).all()
        assert [order for order in orders if order] == orders
        assert (lasting(env, OVEN.code).order_code or "").startswith("WO-26-")
        assert lasting(env, MILL.code).order_code == "WO-26-1190"


def test_every_piece_was_made_while_its_machine_ran_and_none_is_counted_twice(example: Floor) -> None:
    go_on(example, 0, 45)
    go_on(example, 45, 60)

    with open_env(example.site) as env:
        counts = env.session.scalars(select(CountEvent)).all()
        assert counts
        for count in counts:
            running = env.session.scalars(
                select(StateInterval.state).where(
                    StateInterval.equipment_id == count.equipment_id,
                    StateInterval.starts_at <= count.at,
                    StateInterval.ends_at.is_(None) | (StateInterval.ends_at > count.at),
                )
            ).one()
            assert running is S.RUN
        instants = [(count.equipment_id, count.at) for count in counts]
        assert len(instants) == len(set(instants))
        assert len(counts) <= sum(len(pieces(machine, at(0), at(60))) for machine in KEPT)


def test_a_machine_that_somebody_stopped_makes_no_pieces_until_its_next_phase(example: Floor) -> None:
    piece = next(
        piece
        for piece in pieces(OVEN, at(0), at(600))
        if phase_at(OVEN, piece.at).starts_at < piece.at - timedelta(seconds=30)
    )
    before, stopped = piece.at - timedelta(seconds=20), piece.at - timedelta(seconds=10)
    with clock.held(before):
        since = begin(example.site, "en")
    with clock.held(stopped), open_env(example.site, write=True) as env:
        record(env, [Said(monitored(env)[OVEN.code], stopped, S.PM)])

    with clock.held(piece.at):
        beat(example.site, "en", since)

    with open_env(example.site) as env:
        assert lasting(env, OVEN.code).state is S.PM
        assert rows(env, CountEvent) == 0


def test_a_day_without_the_example_is_unknown_and_takes_two_rows_a_machine(example: Floor) -> None:
    go_on(example, 0, 5)
    with open_env(example.site) as env:
        before, pieces_before = rows(env, StateChange), rows(env, CountEvent)
    tomorrow = 24 * 60 + 5

    with told(example, tomorrow):
        pass

    with open_env(example.site) as env:
        assert rows(env, StateChange) == before + 5
        assert rows(env, CountEvent) == pieces_before
        for machine in KEPT:
            unknown = env.session.scalars(
                select(StateInterval)
                .join(WorkCenter, WorkCenter.id == StateInterval.equipment_id)
                .where(WorkCenter.code == machine.code, StateInterval.state == S.UNKNOWN)
                .order_by(StateInterval.starts_at.desc())
            ).first()
            assert unknown is not None
            assert unknown.starts_at <= at(6)
            assert unknown.ends_at == (at(tomorrow) if has_signal(machine) else None)
        assert lasting(env, MILL.code).state is phase_at(MILL, at(tomorrow)).state
        assert lasting(env, MILL.code).order_code == "WO-26-1190"


def test_a_process_that_slept_takes_the_story_up_as_one_that_starts(example: Floor) -> None:
    with told(example, 0) as since:
        pass
    with told(example, 600, since):
        pass

    with open_env(example.site) as env:
        assert rows(env, StateChange) == 3 + 5


def test_a_shift_runs_whenever_the_example_lives(example: Floor) -> None:
    sunday_night = 3 * 24 * 60 + 19 * 60
    with told(example, sunday_night), open_env(example.site) as env:
        running = env.session.scalars(
            select(ShiftInstance.equipment_id).where(
                ShiftInstance.starts_at <= clock.now(), ShiftInstance.ends_at > clock.now()
            )
        ).all()
        assert sorted(running) == sorted(monitored(env).values())


def test_open_pages_are_told_of_a_beat(example: Floor) -> None:
    with told(example, 0) as since, open_env(example.site) as env:
        before = env.session.scalar(select(func.max(Event.id))) or 0
    with told(example, 10, since):
        pass

    with open_env(example.site) as env:
        topics = env.session.scalars(select(Event.topic).where(Event.id > before)).all()
        assert any("state" in topic for topic in topics), topics


def test_a_quiet_beat_writes_nothing(example: Floor) -> None:
    changes = [each.at for m in MACHINES for each in pieces(m, at(0), at(20))]
    changes += [each.starts_at for m in MACHINES for each in phases(m, at(0), at(20))]
    quiet = next(
        second
        for second in range(1, 1000)
        if at(second / 60) not in changes and at((second + 1) / 60) not in changes
    )
    with told(example, quiet / 60) as since, open_env(example.site) as env:
        before = env.session.scalar(select(func.max(Event.id)))

    with told(example, (quiet + 1) / 60, since), open_env(example.site) as env:
        assert env.session.scalar(select(func.max(Event.id))) == before


def test_nothing_is_told_of_machines_that_nobody_monitors(example: Floor) -> None:
    with example.env() as env:
        for machine in KEPT:
            Equipment.of(one(env, WorkCenter, code=machine.code)).monitored = False

    go_on(example, 0, 15)

    with open_env(example.site) as env:
        assert (rows(env, StateChange), rows(env, CountEvent)) == (3, 0)


def test_it_stands_still_beside_machines_of_their_own(example: Floor) -> None:
    stop = Stop()
    stop.set()
    (example.site.folder / "ingest.toml").write_text('company = "KH"\n')

    with clock.held(at(600)):
        live(example.site, "en", stop)
        with open_env(example.site) as env:
            assert rows(env, StateChange) == 3
        (example.site.folder / "ingest.toml").unlink()
        live(example.site, "en", stop)
        with open_env(example.site) as env:
            assert rows(env, StateChange) == 3 + 5
