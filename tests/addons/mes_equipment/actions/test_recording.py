"""The ledger of states as it is written: intervals follow it, whatever comes late or is corrected."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from addons.mes_equipment.actions import saying
from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.models import EquipmentState, Reason, Source, StateChange, StateInterval
from addons.mes_equipment.rules.ledger import Entry, Work, fold
from core import Env, Forbidden, NotFound, UserError, ValidationError
from tests.addons.mes_equipment.floor import Floor, at, do, machine, one, seen

RUN, DOWN, IDLE, SETUP = EquipmentState.RUN, EquipmentState.DOWN, EquipmentState.IDLE, EquipmentState.SETUP


def _say(env: Env, *said: tuple[float, EquipmentState], code: str = "M-1") -> list[int]:
    return record(env, [Said(machine(env, code).id, at(minute), state) for minute, state in said])


def _interval(env: Env, minute: float, code: str = "M-1") -> StateInterval:
    return one(env, StateInterval, equipment_id=machine(env, code).id, starts_at=at(minute))


def test_states_become_intervals_and_the_last_one_lasts(floor: Floor) -> None:
    with floor.env() as env:
        _say(env, (0, SETUP), (40, RUN), (100, DOWN), (140, RUN))

        assert seen(env) == [(SETUP, 0), (RUN, 40), (DOWN, 100), (RUN, 140)]
        assert [_interval(env, m).seconds for m in (0, 40, 100, 140)] == [2400, 3600, 2400, None]


def test_what_comes_late_takes_its_place_in_time(floor: Floor) -> None:
    with floor.env() as env:
        _say(env, (0, RUN), (100, DOWN))
        _say(env, (50, IDLE))

        assert seen(env) == [(RUN, 0), (IDLE, 50), (DOWN, 100)]


def test_a_short_stop_becomes_a_minor_one_when_it_ends(floor: Floor) -> None:
    with floor.env() as env:
        _say(env, (0, RUN), (10, DOWN))
        assert seen(env)[-1] == (DOWN, 10)

        _say(env, (12, RUN))

        assert seen(env) == [(RUN, 0), (EquipmentState.MINOR_STOP, 10), (RUN, 12)]


def test_an_order_goes_on_until_another_one_is_said(floor: Floor) -> None:
    with floor.env() as env:
        here = machine(env).id
        record(env, [Said(here, at(0), SETUP, work=Work("WO-1", "20")), Said(here, at(30), RUN)])
        record(env, [Said(here, at(60), IDLE, work=Work()), Said(here, at(90), RUN)])

        orders = env.session.scalars(select(StateInterval.order_code).order_by(StateInterval.starts_at)).all()
        assert orders == ["WO-1", "WO-1", None, None]


def test_whatever_is_written_in_whatever_order_the_intervals_are_the_fold_of_the_ledger(floor: Floor) -> None:
    chance = Random(7)  # noqa: S311 -- a test's own history
    with floor.env() as env:
        here = machine(env).id
        written: list[int] = []
        corrected: set[int] = set()
        for _step in range(25):
            said = []
            for _number in range(chance.randint(1, 3)):
                free = [id_ for id_ in written if id_ not in corrected]
                corrects = chance.choice(free) if free and chance.random() < 0.4 else None
                if corrects is not None:
                    corrected.add(corrects)
                instant = at(0) + timedelta(seconds=chance.randint(0, 7200))
                state = chance.choice(list(EquipmentState))
                order = Work(chance.choice((None, "WO-1", "WO-2")))
                withdrawn = corrects is not None and chance.random() < 0.5
                said.append(Said(here, instant, state, work=order, corrects_id=corrects, withdrawn=withdrawn))
            written += record(env, said)

            assert _kept(env, here) == _folded(env, here)


def _kept(env: Env, equipment_id: int) -> list[tuple[object, ...]]:
    rows = env.session.scalars(
        select(StateInterval)
        .where(StateInterval.equipment_id == equipment_id)
        .order_by(StateInterval.starts_at)
    )
    return [(r.starts_at, r.ends_at, r.state, r.order_code, r.change_id) for r in rows]


def _folded(env: Env, equipment_id: int) -> list[tuple[object, ...]]:
    rows = env.session.scalars(select(StateChange).where(StateChange.equipment_id == equipment_id))
    entries = [
        Entry(
            c.id,
            c.at,
            c.state,
            c.reason_id,
            Work(c.order_code, c.operation_code, c.item_id),
            c.corrects_id,
            c.withdrawn,
        )
        for c in rows
    ]
    return [
        (i.starts_at, i.ends_at, i.state, i.work.order, i.entry_id)
        for i in fold(entries, timedelta(minutes=5))
    ]


def test_the_ledger_is_never_changed(floor: Floor) -> None:
    with floor.env() as env:
        (id_,) = _say(env, (0, RUN))
        env.get(StateChange, id_).state = DOWN

        with pytest.raises(UserError, match="never changed"):
            env.flush()


def test_an_entry_is_corrected_once(floor: Floor) -> None:
    with floor.env() as env:
        here = machine(env).id
        (id_,) = _say(env, (0, RUN))
        record(env, [Said(here, at(0), DOWN, corrects_id=id_)])

        with pytest.raises(UserError, match="corrected this entry already"):
            record(env, [Said(here, at(0), IDLE, corrects_id=id_)])


def test_equipment_that_nobody_monitors_has_no_states(floor: Floor) -> None:
    with floor.env() as env, pytest.raises(UserError, match="nobody monitors"):
        _say(env, (0, RUN), code="M-AREA")


def test_an_operator_sets_a_state_by_hand_with_its_order(floor: Floor) -> None:
    with floor.env("idris", minute=60) as env:
        do(env, saying.set_state, machine(env), state=SETUP, order_code="WO-7", minutes_ago=10)

    with floor.env("amina") as env:
        change = one(env, StateChange, order_code="WO-7")
        assert (change.at, change.state, change.source) == (at(50), SETUP, Source.OPERATOR)
        assert change.person is not None
        assert change.person.name == "Idris"


def test_ending_an_order_leaves_the_machine_idle_without_one(floor: Floor) -> None:
    with floor.env("idris") as env:
        do(env, saying.set_state, machine(env), state=RUN, order_code="WO-7", minutes_ago=60)
        do(env, saying.end_order, machine(env))

        assert _interval(env, 480).order_code is None
        assert seen(env)[-1] == (IDLE, 480)


def test_no_state_is_set_for_the_future(floor: Floor) -> None:
    with floor.env("idris") as env, pytest.raises(ValidationError):
        do(env, saying.set_state, machine(env), state=RUN, minutes_ago=-1)


def test_several_stops_get_one_reason(floor: Floor) -> None:
    with floor.env() as env:
        _say(env, (0, RUN), (10, DOWN), (30, RUN), (50, DOWN), (52, RUN))

    with floor.env("idris") as env:
        tool = one(env, Reason, code="TOOL").id
        do(env, saying.give_reason, _interval(env, 10), _interval(env, 50), reason_id=tool)

        assert seen(env) == [(RUN, 0), (DOWN, 10), (RUN, 30), (DOWN, 50), (RUN, 52)]
        assert [_interval(env, m).reason_id for m in (0, 10, 50)] == [None, tool, tool]


def test_a_stop_is_divided_between_two_causes(floor: Floor) -> None:
    with floor.env() as env:
        _say(env, (0, RUN), (10, DOWN), (50, RUN))

    with floor.env("idris") as env:
        meeting = one(env, Reason, code="MEETING").id
        do(env, saying.divide, _interval(env, 10), minutes=15, reason_id=meeting, state=EquipmentState.PM)

        assert seen(env) == [(RUN, 0), (DOWN, 10), (EquipmentState.PM, 25), (RUN, 50)]
        with pytest.raises(ValidationError):
            do(env, saying.divide, _interval(env, 10), minutes=15, reason_id=meeting)


def test_a_team_leader_corrects_the_whole_interval_and_the_ledger_keeps_both(floor: Floor) -> None:
    with floor.env() as env:
        _say(env, (0, RUN), (10, DOWN), (20, DOWN), (50, RUN))

    with floor.env("amina") as env:
        do(env, saying.correct_state, _interval(env, 10), state=SETUP)

        assert seen(env) == [(RUN, 0), (SETUP, 10), (RUN, 50)]
        assert len(env.session.scalars(select(StateChange.id)).all()) == 6


def test_an_operator_corrects_nothing(floor: Floor) -> None:
    with floor.env() as env:
        _say(env, (0, RUN), (10, DOWN))

    with floor.env("idris") as env, pytest.raises(Forbidden):
        do(env, saying.correct_state, _interval(env, 10), state=SETUP)


def test_who_reported_what_is_seen_by_a_team_leader_alone(floor: Floor) -> None:
    with floor.env("idris") as env:
        do(env, saying.set_state, machine(env), state=RUN)

    for login, sees in (("idris", False), ("vera", False), ("amina", True)):
        with floor.env(login) as env:
            info = StateChange.person_id.info["field"]
            assert env.site.access.may_field(env.principal, info) is sees


def test_nobody_of_another_company_says_anything(floor: Floor) -> None:
    with floor.env("idris") as env:
        here = machine(env).id

    with floor.env("xaver") as env:
        with pytest.raises(UserError, match="not there"):
            record(env, [Said(here, at(0), RUN)])
        with pytest.raises(NotFound):
            env.get(type(machine(env, "X-1")), here)


def test_a_stop_gets_no_reason_that_is_for_rejected_pieces(floor: Floor) -> None:
    with floor.env() as env:
        _say(env, (0, RUN), (10, DOWN))

    with floor.env("idris") as env, pytest.raises(ValidationError, match="Choose one for: Stops"):
        do(env, saying.give_reason, _interval(env, 10), reason_id=one(env, Reason, code="POROSITY").id)
