"""What the floor tells: once a recording, with the ids of what is new, and a refusal undoes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import select

from addons.mes_equipment.actions import reporting, saying
from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.models import CountEvent, EquipmentState, StateChange, StateInterval
from core import Env, UserError, hookimpl
from tests.addons.mes_equipment.floor import Floor, at, do, machine

INGEST = """
mqtt = [{broker = "broker.plant"}, {broker = "old.plant", tls = false}]
[[opcua]]
url = "opc.tcp://press"
nodes = []
[[opcua]]
url = "opc.tcp://signed"
nodes = []
security = "Basic256Sha256,Sign"
[[opcua]]
url = "opc.tcp://closed"
nodes = []
security = "Basic256Sha256,SignAndEncrypt"
"""


def test_the_doctor_hears_of_servers_that_are_spoken_to_in_the_clear(floor: Floor) -> None:
    def told() -> dict[str, bool]:
        with floor.env() as env:
            found = floor.site.hook.collect_peers(env=env)
        return {peer.url: peer.is_confidential for answers in found for peer in answers}

    assert told() == {}
    (floor.site.folder / "ingest.toml").write_text(INGEST)

    assert told() == {
        "mqtt://broker.plant": True, "mqtt://old.plant": False, "opc.tcp://press": False,
        "opc.tcp://signed": False, "opc.tcp://closed": True,
    }  # fmt: skip


class _Listener:
    def __init__(self) -> None:
        self.states: list[list[int]] = []
        self.counts: list[list[int]] = []
        self.refuses = False

    @hookimpl
    def state_changed(self, env: Env, ids: Sequence[int]) -> None:
        if self.refuses:
            raise UserError("no")
        self.states.append(list(ids))

    @hookimpl
    def counts_reported(self, env: Env, ids: Sequence[int]) -> None:
        self.counts.append(list(ids))


@pytest.fixture
def listener(floor: Floor) -> Iterator[_Listener]:
    made = _Listener()
    floor.site.plugins.register(made)
    yield made
    floor.site.plugins.unregister(made)


def test_a_recording_is_told_once_with_all_its_entries(floor: Floor, listener: _Listener) -> None:
    with floor.env() as env:
        here = machine(env).id
        ids = record(env, [Said(here, at(m), EquipmentState.RUN) for m in (0, 10, 20)])

        assert listener.states == [ids]


def test_a_repeated_report_is_not_told_again(floor: Floor, listener: _Listener) -> None:
    with floor.env("idris") as env:
        for _time in range(2):
            do(env, reporting.report_pieces, machine(env), good=3, key="T1-5")

        assert listener.counts == [list(env.session.scalars(select(CountEvent.id)))]


def test_who_refuses_undoes_the_entries_and_their_intervals(floor: Floor, listener: _Listener) -> None:
    listener.refuses = True
    with pytest.raises(UserError), floor.env("idris") as env:
        do(env, saying.set_state, machine(env), state=EquipmentState.RUN)

    with floor.env() as env:
        assert env.session.scalars(select(StateChange.id)).all() == []
        assert env.session.scalars(select(StateInterval.id)).all() == []
