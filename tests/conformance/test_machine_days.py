"""Two days of real machines (NIST SMS Test Bed) come through a real broker as a computation from the files has them."""

from __future__ import annotations

import gzip
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from addons.mes_equipment.ingest.simulating import Replay, simulate_shdr
from addons.mes_equipment.models import (
    Equipment,
    EquipmentState,
    Latest,
    StateInterval,
    StateMap,
    StateMapLine,
    Tag,
    TagRole,
    Telemetry,
    TelemetryText,
)
from core.base import WorkCenter
from core.orm.env import open_env
from core.testing.mosquitto import Broker
from tests.addons.mes_equipment.conftest import floor as floor  # noqa: PLC0414 -- a fixture
from tests.addons.mes_equipment.floor import Floor, one
from tests.addons.mes_equipment.ingest.site import Running, running_ingest, wait_until

FILES = {"M-1": "Mazak01-20161101-20161102.txt.gz", "M-2": "GFAgie01-20161006-20161007.txt.gz"}
GROUP = "NIST"
#: None of these is turned into a minor stop by its length.
STATES = {
    "ACTIVE": EquipmentState.RUN, "READY": EquipmentState.IDLE, "STOPPED": EquipmentState.OFF,
    "INTERRUPTED": EquipmentState.SETUP, "FEED_HOLD": EquipmentState.SETUP, "PROGRAM_COMPLETED": EquipmentState.ENG,
    "OPTIONAL_STOP": EquipmentState.PM, "PROGRAM_STOPPED": EquipmentState.PM,
}  # fmt: skip


@dataclass(frozen=True)
class Day:
    """A file, read here by hand: instants in milliseconds, None for what is unavailable."""

    name: str
    path: Path
    lines: list[tuple[int, str, str | None]]
    begin: int

    def shifted(self) -> timedelta:
        """By how many whole days the file is brought near to now, so that nothing of it is too old to be kept."""
        return timedelta(days=(datetime.now(UTC) - _instant(self.begin)).days - 1)


def _day(path: Path) -> Day:
    with gzip.open(path, "rt") as file:
        split = [line.rstrip("\n").split("|") for line in file]
    lines = [
        (_ms(at), item, None if value.upper() == "UNAVAILABLE" else value)
        for at, item, value, *_rest in split
    ]
    named = datetime.strptime(path.name.split("-")[1], "%Y%m%d").replace(tzinfo=UTC)
    begin = min(at for at, _item, _value in lines if at >= named.timestamp() * 1000)
    return Day(path.name.split("-")[0], path, lines, begin)


def _ms(text: str) -> int:
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _instant(ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


@pytest.fixture(scope="module")
def days(data_dir: Path) -> dict[str, Day]:
    return {code: _day(data_dir / "mes" / "nist" / name) for code, name in FILES.items()}


@pytest.fixture
def replay_speed(pytestconfig: pytest.Config) -> float:
    """How many times as fast as the machines the files are replayed: at 60 times the test takes ten minutes."""
    speed: float = pytestconfig.getoption("--replay-speed")
    return speed


@pytest.fixture
def machines(floor: Floor, days: dict[str, Day]) -> Floor:
    """The floor with the state of each machine's control as a tag."""
    with floor.env() as env:
        mapped = StateMap(code="MTC", name="MTConnect", company_id=env.company_id)
        mapped.lines = [
            StateMapLine(position=n, raw=raw, state=state) for n, (raw, state) in enumerate(STATES.items())
        ]
        env.add(mapped)
        env.flush()
        for code, day in days.items():
            machine = one(env, WorkCenter, code=code)
            Equipment.of(machine).state_map_id = mapped.id
            address = f"{GROUP}/{day.name}/{day.name}/execution"
            env.add(Tag(company_id=env.company_id, path=f"{code}/execution", address=address, role=TagRole.STATE,
                        work_center_id=machine.id))  # fmt: skip
    return floor


def _replay(days: dict[str, Day], broker: Broker, speed: float) -> list[threading.Thread]:
    threads = []
    for day in days.values():
        begin = _first(day) + day.shifted()
        replay = Replay(GROUP, day.name, "dovetail", speed, begin)
        threads.append(threading.Thread(target=simulate_shdr, args=(day.path, broker.address, replay)))
    for thread in threads:
        thread.start()
    return threads


def _first(day: Day) -> datetime:
    """The file's own first instant of the day, to the microsecond, so that the shift is one of whole days."""
    with gzip.open(day.path, "rt") as file:
        instants = (datetime.fromisoformat(line.split("|")[0]) for line in file)
        return next(at for at in instants if _ms(at.isoformat()) >= day.begin)


def _expected_rows(day: Day) -> Counter[str]:
    """How many different readings each item has: one of the same value at the same millisecond is the same."""
    return Counter(item for _at, item, _value in set(day.lines))


def _rows(floor: Floor, day: Day) -> Counter[str]:
    prefix = f"{GROUP}/{day.name}/{day.name}/"
    found: Counter[str] = Counter()
    with open_env(floor.site) as env:
        for model in (Telemetry, TelemetryText):
            asked = (
                select(Tag.address, func.count())
                .join(model, model.source_id == Tag.id)
                .where(Tag.address.startswith(prefix))
                .group_by(Tag.address)
            )
            found.update(
                {address.removeprefix(prefix): count for address, count in env.session.execute(asked)}
            )
    return found


def _last_values(floor: Floor, day: Day) -> dict[str, tuple[int, str | float | None]]:
    prefix = f"{GROUP}/{day.name}/{day.name}/"
    shift = day.shifted() // timedelta(milliseconds=1)
    asked = select(Tag.address, Latest.at, Latest.value, Latest.text).join(Latest, Latest.source_id == Tag.id)
    with open_env(floor.site) as env:
        return {
            address.removeprefix(prefix): (_ms(at.isoformat()) - shift, value if text is None else text)
            for address, at, value, text in env.session.execute(asked.where(Tag.address.startswith(prefix)))
            if at is not None
        }


def _expected_last(day: Day) -> dict[str, tuple[int, str | float | None]]:
    numbers = {item for _at, item, _value in day.lines} - {
        item for _at, item, value in day.lines if value is not None and not _is_number(value)
    }
    return {
        item: (at, float(value) if item in numbers and value is not None else value)
        for at, item, value in sorted(day.lines, key=lambda line: line[0])
    }


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _expected_hours(day: Day) -> dict[EquipmentState, int]:
    """Milliseconds in each state from the day's first line to its last."""
    end = max(at for at, _item, _value in day.lines)
    said = [(at, value) for at, item, value in day.lines if item == "execution"]
    hours: dict[EquipmentState, int] = defaultdict(int)
    for (at, value), (until, _next) in zip(said, [*said[1:], (end, None)], strict=True):
        state = EquipmentState.UNKNOWN if value is None else STATES[value]
        hours[state] += max(min(until, end) - max(at, day.begin), 0)
    return {state: length for state, length in hours.items() if length}


def _hours(floor: Floor, code: str, day: Day) -> dict[EquipmentState, int]:
    shift = day.shifted()
    begin, end = _instant(day.begin) + shift, _instant(max(at for at, _i, _v in day.lines)) + shift
    found: dict[EquipmentState, timedelta] = defaultdict(timedelta)
    with open_env(floor.site) as env:
        asked = (
            select(StateInterval.state, StateInterval.starts_at, StateInterval.ends_at)
            .join(WorkCenter, WorkCenter.id == StateInterval.equipment_id)
            .where(WorkCenter.code == code)
        )
        for state, starts_at, ends_at in env.session.execute(asked):
            found[state] += max(min(ends_at or end, end) - max(starts_at, begin), timedelta())
    return {state: length // timedelta(milliseconds=1) for state, length in found.items() if length}


def _assert_as_the_files_have_it(floor: Floor, days: dict[str, Day]) -> None:
    for code, day in days.items():
        expected = _expected_rows(day)
        wait_until(lambda day=day, expected=expected: _rows(floor, day) == expected)  # type: ignore[misc]  # a lambda's defaults
        assert _rows(floor, day) == expected
        assert _last_values(floor, day) == _expected_last(day)
        assert _hours(floor, code, day) == _expected_hours(day)


@pytest.mark.slow
def test_both_days_come_to_the_states_counts_and_last_values_of_their_files(
    machines: Floor, days: dict[str, Day], broker: Broker
) -> None:
    with running_ingest(machines, broker):
        for thread in _replay(days, broker, speed=0):
            thread.join()
        _assert_as_the_files_have_it(machines, days)


@pytest.mark.fault
@pytest.mark.slow
def test_killing_reader_and_writer_in_the_middle_changes_nothing(
    machines: Floor, days: dict[str, Day], broker: Broker, replay_speed: float
) -> None:
    with running_ingest(machines, broker) as ingest:
        threads = _replay(days, broker, replay_speed)
        for part in ("reader", "writer"):
            _kill_after_some(machines, ingest, part)
        for thread in threads:
            thread.join()
        _assert_as_the_files_have_it(machines, days)


def _kill_after_some(floor: Floor, ingest: Running, part: str) -> None:
    before = _stored(floor)
    wait_until(lambda: _stored(floor) > before + 500)
    ingest.kill(part)
    time.sleep(0.5)


def _stored(floor: Floor) -> int:
    with open_env(floor.site) as env:
        return env.session.scalar(select(func.count()).select_from(Telemetry)) or 0
