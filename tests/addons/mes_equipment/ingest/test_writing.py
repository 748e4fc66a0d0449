"""What lies in the spool comes into the tables once, whatever befalls the writer, and means what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from addons.mes_equipment.ingest import storing
from addons.mes_equipment.ingest.spool import Frame, Position, SpoolReader
from addons.mes_equipment.models import (
    Answer,
    CountEvent,
    CountKind,
    DirtyBucket,
    EdgeNode,
    EquipmentState,
    Protocol,
    Quarantine,
    Retention,
    ShiftInstance,
    StateMap,
    StateMapLine,
    Tag,
    TagRole,
    TelemetryText,
)
from addons.mes_equipment.rules.reading import Quality
from core import Env
from core.orm.env import open_env
from tests.addons.mes_equipment.floor import Floor, one, seen
from tests.addons.mes_equipment.ingest.plant import MILL, NODE, NOON, Plant, us

DAY = 86_400


@pytest.fixture
def plant(floor: Floor, tmp_path: Path) -> Plant:
    return Plant(floor, tmp_path / "spool")


def test_readings_are_stored_and_the_last_is_the_value_now(plant: Plant) -> None:
    tag = plant.tag("speed")
    for second in range(3):
        plant.say("speed", second, second * 1.5)

    plant.write()

    assert plant.stored(tag) == [(0, 0.0), (1, 1.5), (2, 3.0)]
    assert plant.latest(tag) == (2, 3.0, Quality.GOOD)


def test_an_unknown_address_becomes_a_tag_of_no_work_centre(plant: Plant) -> None:
    plant.say("new", 0, 7)

    plant.write()

    with open_env(plant.floor.site) as env:
        tag = one(env, Tag, address=f"{MILL}/new")
        assert (tag.protocol, tag.work_center_id, tag.company_id) == (
            Protocol.SPARKPLUG, None, plant.principal.company_id,
        )  # fmt: skip
    assert plant.stored(tag.id) == [(0, 7.0)]


def test_a_reading_that_comes_again_changes_nothing(plant: Plant) -> None:
    tag = plant.tag("speed")
    for _ in range(2):
        for second in (0, 1, 2, 1):
            plant.say("speed", second, float(second))
        plant.write()

    assert plant.stored(tag) == [(0, 0.0), (1, 1.0), (2, 2.0)]
    assert [minute["count"] for minute in plant.minutes(tag)] == [3]


def test_a_late_reading_fills_the_past_and_moves_no_tile(plant: Plant) -> None:
    tag = plant.tag("speed")
    plant.say("speed", 100, 1.0)
    plant.say("speed", 40, 9.0)
    plant.say("speed", 200, 3.0, historical=True)

    plant.write()

    assert plant.stored(tag) == [(40, 9.0), (100, 1.0), (200, 3.0)]
    assert plant.latest(tag) == (100, 1.0, Quality.GOOD)


def test_two_values_of_one_instant_are_both_kept_and_the_later_one_is_now(plant: Plant) -> None:
    tag = plant.tag("speed")
    plant.say("speed", 1, 1.0)
    plant.say("speed", 1, 2.0)

    plant.write()

    assert sorted(plant.stored(tag)) == [(1, 1.0), (1, 2.0)]
    assert plant.latest(tag)[1] == 2.0


def test_a_minute_with_a_late_reading_is_as_if_it_had_come_in_time(plant: Plant) -> None:
    late, punctual = plant.tag("late"), plant.tag("punctual")
    for second, value in ((0, 2.0), (20, 4.0), (40, 6.0), (70, 1.0)):
        plant.say("punctual", second, value)
    for second, value in ((0, 2.0), (40, 6.0), (70, 1.0), (20, 4.0)):
        plant.say("late", second, value)
    plant.write()
    with open_env(plant.floor.site, plant.principal, write=True) as env:
        assert storing.recompute(env) == 1
        assert env.session.scalar(select(func.count()).select_from(DirtyBucket)) == 0

    def figures(tag: int) -> list[dict[str, object]]:
        return [{k: v for k, v in minute.items() if k != "source_id"} for minute in plant.minutes(tag)]

    assert figures(late) == figures(punctual)
    assert figures(punctual)[0]["area"] == 2.0 * 20 + 4.0 * 20


def test_summaries_count_what_compression_drops(plant: Plant) -> None:
    tag = plant.tag("ramp", compression_deviation=1)
    for second in range(50):
        plant.say("ramp", second, float(second))
    plant.say("ramp", 50, None)

    plant.write()

    assert plant.stored(tag) == [(0, 0.0), (49, 49.0), (50, None)]
    (minute,) = plant.minutes(tag)
    assert (minute["count"], minute["low"], minute["high"], minute["total"]) == (
        50,
        0.0,
        49.0,
        sum(range(50)),
    )


def test_counters_and_states_are_never_compressed(plant: Plant) -> None:
    count = plant.tag("count", compression_deviation=100, role=TagRole.GOOD)
    for second in range(5):
        plant.say("count", second, second)

    plant.write()

    assert len(plant.stored(count)) == 5


def _killed_at_every_step(plant: Plant, steps: Sequence[int]) -> None:
    """Writers that take over a part, and die before they have written it."""
    for most in steps:
        writer = plant.writer()
        writer._reader = Slow(plant.folder, writer._reader.position, most)
        writer.take()
        if most % 2:
            writer.flush()
            writer.take()


class Slow(SpoolReader):
    """Gives a few frames and then no more."""

    def __init__(self, folder: Path, position: Position, most: int) -> None:
        super().__init__(folder, position)
        self._most = most

    def take(self, most: int) -> list[Frame]:
        return super().take(min(most, self._most))


def test_a_writer_that_dies_anywhere_loses_and_doubles_nothing(plant: Plant) -> None:
    machine = plant.machine(ACTIVE=EquipmentState.RUN, READY=EquipmentState.IDLE)
    ramp = plant.tag("ramp", compression_deviation=1)
    good = plant.tag("good", role=TagRole.GOOD, work_center_id=machine)
    plant.tag("execution", role=TagRole.STATE, work_center_id=machine)
    for second in range(60):
        plant.say("ramp", second, float(second % 20))
        plant.say("good", second, second // 7)
        plant.say("execution", second, "ACTIVE" if second // 10 % 2 else "READY")

    _killed_at_every_step(plant, [1, 7, 4, 30, 15, 2, 33])
    plant.write()

    assert [second for second, _value in plant.stored(ramp)] == [0, 19, 20, 39, 40]
    assert [minute["count"] for minute in plant.minutes(ramp)] == [60]
    assert len(plant.stored(good)) == 60
    with plant.floor.env() as env:
        assert _counted(env) == {CountKind.GOOD: 8}
        states = [(state, round(minute * 60)) for state, minute in seen(env)][-6:]
        assert [state for state, _second in states] == [EquipmentState.IDLE, EquipmentState.RUN] * 3


def _counted(env: Env) -> dict[CountKind, int]:
    asked = select(CountEvent.kind, func.sum(CountEvent.quantity)).group_by(CountEvent.kind)
    return {kind: int(quantity) for kind, quantity in env.session.execute(asked)}


@pytest.mark.parametrize(
    ("readings", "bits", "pieces"),
    [([100, 103, 103, 110], None, 10), ([100, 103, 0, 2], None, 5), ([65_533, 65_535, 1], 16, 4)],
)
def test_a_counter_is_counted_over_its_reset_and_its_end(
    plant: Plant, readings: list[int], bits: int | None, pieces: int
) -> None:
    plant.tag("good", role=TagRole.GOOD, work_center_id=plant.machine(), rollover_bits=bits)
    for second, value in enumerate(readings):
        plant.say("good", second, value)
    plant.say("good", 0.5, readings[0])

    plant.write()

    with plant.floor.env() as env:
        assert _counted(env) == {CountKind.GOOD: pieces}


def test_a_source_that_goes_leaves_its_values_stale_and_its_machine_unknown(plant: Plant) -> None:
    machine = plant.machine(ACTIVE=EquipmentState.RUN)
    speed = plant.tag("speed")
    plant.tag("execution", role=TagRole.STATE, work_center_id=machine)
    plant.source(NODE, 0, online=True)
    plant.say("execution", 0, "ACTIVE")
    plant.say("speed", 0, 5.0)
    plant.source(NODE, 30, online=False)

    plant.write()

    assert plant.latest(speed) == (0, 5.0, Quality.STALE)
    with plant.floor.env() as env:
        assert [state for state, _minute in seen(env)] == [EquipmentState.RUN, EquipmentState.UNKNOWN]
        assert not one(env, EdgeNode, path=NODE).online


def test_what_an_edge_kept_back_fills_the_gap_in_the_states(plant: Plant) -> None:
    machine = plant.machine(ACTIVE=EquipmentState.RUN, READY=EquipmentState.IDLE)
    plant.tag("execution", role=TagRole.STATE, work_center_id=machine)
    plant.say("execution", 0, "ACTIVE")
    plant.source(NODE, 60, online=False)
    plant.source(NODE, 600, online=True)
    plant.say("execution", 600, "ACTIVE")
    plant.write()
    with plant.floor.env() as env:
        before = [state for state, _minute in seen(env)]

    plant.say("execution", 60, "READY", historical=True, arrived=601)
    plant.say("execution", 300, "ACTIVE", historical=True, arrived=601)
    plant.write()

    assert before == [EquipmentState.RUN, EquipmentState.UNKNOWN, EquipmentState.RUN]
    with plant.floor.env() as env:
        start = seen(env)[0][1]
        assert [(state, round(minute - start)) for state, minute in seen(env)] == [
            (EquipmentState.RUN, 0), (EquipmentState.IDLE, 1), (EquipmentState.RUN, 5),
        ]  # fmt: skip


def test_a_line_of_the_state_map_for_times_without_a_shift_is_read_then(plant: Plant) -> None:
    machine = plant.machine(READY=EquipmentState.IDLE)
    plant.tag("execution", role=TagRole.STATE, work_center_id=machine)
    with open_env(plant.floor.site, plant.principal, write=True) as env:
        mapped = one(env, StateMap, code="MTC")
        mapped.lines.append(
            StateMapLine(position=-1, raw="READY", state=EquipmentState.OFF, in_calendar=Answer.NO)
        )
        env.add(ShiftInstance(company_id=plant.principal.company_id, equipment_id=machine, day=NOON.date(),
                              name="Early", starts_at=NOON, ends_at=NOON + timedelta(hours=1)))  # fmt: skip

    plant.say("execution", 60, "READY")
    plant.say("execution", 3600, "READY")
    plant.write()

    with plant.floor.env() as env:
        assert [state for state, _minute in seen(env)] == [EquipmentState.IDLE, EquipmentState.OFF]


def test_a_clock_two_days_ahead_is_kept_aside_and_told_of(plant: Plant) -> None:
    tag = plant.tag("speed")
    plant.say("speed", 0, 1.0)
    for second in range(1, 5):
        plant.say("speed", second + 2 * DAY, 9.0, arrived=second)

    plant.write()

    assert plant.stored(tag) == [(0, 1.0)]
    assert plant.latest(tag) == (0, 1.0, Quality.GOOD)
    with open_env(plant.floor.site) as env:
        kept = env.session.execute(select(Quarantine.captured_us, Quarantine.value)).all()
        assert sorted(kept) == [(us(second + 2 * DAY), 9.0) for second in range(1, 5)]
        assert one(env, EdgeNode, path=NODE).clock_wrong


def test_texts_have_their_own_series(plant: Plant) -> None:
    tag = plant.tag("program")
    plant.say("program", 0, "O1234")
    plant.say("program", 1, "")

    plant.write()

    with open_env(plant.floor.site) as env:
        asked = select(TelemetryText.value).where(TelemetryText.source_id == tag).order_by(TelemetryText.at)
        assert env.session.scalars(asked).all() == ["O1234", ""]
    assert plant.latest(tag)[1] == ""


def test_no_number_is_bad_and_ends_the_line(plant: Plant) -> None:
    tag = plant.tag("speed")
    plant.say("speed", 0, 1.0)
    plant.say("speed", 1, None)

    plant.write()

    assert plant.latest(tag) == (1, None, Quality.BAD)


def test_settings_that_somebody_changes_hold_from_then_on(plant: Plant) -> None:
    tag = plant.tag("ramp", compression_deviation=1, retention=Retention.LONG)
    writer = plant.writer()
    for second in range(10):
        plant.say("ramp", second, float(second))
    writer.take()
    writer.flush()

    with open_env(plant.floor.site, plant.principal, write=True) as env:
        one(env, Tag, id=tag).compression_deviation = None
    writer.keep_up()
    for second in range(10, 13):
        plant.say("ramp", second, float(second))
    writer.take()
    writer.flush()

    assert [second for second, _value in plant.stored(tag)] == [0, 9, 10, 11, 12]
