"""What ships: state maps of known controls, and reasons in the site's language."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from addons.mes_equipment.models import Answer, EquipmentState, Loss, Reason, StateMap
from addons.mes_equipment.rules.state import Meaning, translated
from addons.mes_equipment.seed import seed
from core import Env
from core.base import Level, settings
from core.base.seed import language
from tests.addons.mes_equipment.floor import Floor, one

S = EquipmentState

#: ISA-TR88.00.02: its 17 states by name.
PACKML = {
    "Idle": S.IDLE, "Starting": S.RUN, "Execute": S.RUN, "Completing": S.RUN, "Complete": S.IDLE,
    "Resetting": S.SETUP, "Holding": S.DOWN, "Held": S.DOWN, "Unholding": S.DOWN, "Suspending": S.STARVED,
    "Suspended": S.STARVED, "Unsuspending": S.STARVED, "Stopping": S.DOWN, "Stopped": S.DOWN, "Aborting": S.DOWN,
    "Aborted": S.DOWN, "Clearing": S.DOWN,
}  # fmt: skip
EXECUTIONS = (
    "READY", "ACTIVE", "INTERRUPTED", "FEED_HOLD", "STOPPED", "OPTIONAL_STOP", "PROGRAM_STOPPED",
    "PROGRAM_COMPLETED", "WAIT", "UNAVAILABLE",
)  # fmt: skip


def _read(
    env: Env, code: str, raw: str, mode: str = "", *, has_order: bool = True, in_calendar: bool = True
) -> EquipmentState:
    lines = [
        Meaning(line.state, line.raw, line.mode, _answer(line.has_order), _answer(line.in_calendar))
        for line in one(env, StateMap, code=code).lines
    ]
    return translated(lines, raw, mode, has_order=has_order, in_calendar=in_calendar)


def _answer(given: Answer | None) -> bool | None:
    return None if given is None else given is Answer.YES


@pytest.fixture
def seeded(floor: Floor) -> Floor:
    with floor.env() as env:
        seed(env)
    return floor


def test_packml_is_read_by_name_with_an_order_in_a_shift(seeded: Floor) -> None:
    with seeded.env() as env:
        assert len(PACKML) == 17
        assert {raw: _read(env, "PACKML", raw, "Production") for raw in PACKML} == PACKML
        assert _read(env, "PACKML", "Stopped", in_calendar=False) is S.OFF
        assert _read(env, "PACKML", "Stopped", has_order=False) is S.IDLE
        assert _read(env, "PACKML", "Aborted", "Maintenance") is S.PM


def test_every_execution_of_mtconnect_means_something_and_silence_is_unknown(seeded: Floor) -> None:
    with seeded.env() as env:
        read = {raw: _read(env, "MTCONNECT", raw, "AUTOMATIC") for raw in EXECUTIONS}

        assert [raw for raw, state in read.items() if state is S.UNKNOWN] == ["UNAVAILABLE"]
        assert (read["ACTIVE"], read["FEED_HOLD"], read["WAIT"]) == (S.RUN, S.DOWN, S.STARVED)
        assert _read(env, "MTCONNECT", "ACTIVE", "MANUAL") is S.SETUP


def test_semi_e10_s_six_states_are_told_apart(seeded: Floor) -> None:
    with seeded.env() as env:
        read = [_read(env, "E10", code) for code in ("PRD", "SBY", "ENG", "SDT", "UDT", "NST")]

        assert read == [S.RUN, S.IDLE, S.ENG, S.PM, S.DOWN, S.OFF]


def test_opc_ua_machinery_is_read_by_item_state_and_mode(seeded: Floor) -> None:
    with seeded.env() as env:
        read = {
            (raw, mode): _read(env, "OPC-40001", raw, mode)
            for raw in ("NotAvailable", "OutOfService", "NotExecuting", "Executing")
            for mode in ("None", "Maintenance", "Setup", "Processing")
        }

        assert read["Executing", "Processing"] is S.RUN
        assert read["NotExecuting", "Processing"] is S.IDLE
        assert read["OutOfService", "Processing"] is S.DOWN
        assert read["Executing", "Setup"] is S.SETUP
        assert {read[raw, "Maintenance"] for raw in ("OutOfService", "NotExecuting", "Executing")} == {S.PM}
        assert {read["NotAvailable", mode] for mode in ("None", "Maintenance", "Processing")} == {S.UNKNOWN}


def test_reasons_form_a_tree_whose_leaves_have_the_loss_of_their_branch(seeded: Floor) -> None:
    with seeded.env() as env:
        reasons = env.session.scalars(select(Reason).where(Reason.parent_id.is_not(None))).all()

        assert {r.parent.code for r in reasons if r.parent} == {"TECH", "SET", "WAIT", "PLAN"}
        assert all(r.parent is not None and r.parent.loss is r.loss for r in reasons)
        losses = set(env.session.scalars(select(Reason.loss)))
        assert losses == set(Loss) - {Loss.SPEED}


def test_seeding_again_makes_nothing_twice_and_leaves_what_was_edited(seeded: Floor) -> None:
    with seeded.env() as env:
        one(env, Reason, code="TECH").name = "Machine broken"
        count = len(env.session.scalars(select(Reason.id)).all())
    with seeded.env() as env:
        settings.choose(env, language, "de", Level.SITE)
        seed(env)

        assert len(env.session.scalars(select(Reason.id)).all()) == count
        assert one(env, Reason, code="TECH").name == "Machine broken"
        assert one(env, Reason, code="WAIT").name == "Wartezeit"
