"""Replaying a recorded day of a machine as a Sparkplug edge node."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from addons.mes_equipment.rules.edge import Edge, Sample
from core.formats import shdr, sparkplug
from core.formats.shdr import Observation
from core.formats.sparkplug import DataType, Topic

#: A value is held until it is sent, at the latest so long after it was captured.
_STEP_MS = 100
#: What a quick replay leaves to the others of the machine after so many values.
_BREATH_VALUES, _BREATH_SECONDS = 500, 0.02
_WAIT_SECONDS = 0.02
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_DAY = re.compile(r"-(\d{8})-\d{8}\.")


@dataclass(frozen=True)
class Replay:
    """Who is played, and how fast."""

    group: str
    node: str
    host_id: str = "dovetail"
    #: How many times as fast as it was; 0 is as fast as it goes.
    speed: float = 1.0
    #: When its first line is told to have happened; what follows lies as far from it as in the file.
    #: None is now, and what follows as much closer as it is played faster.
    begin: datetime | None = None


def simulate_shdr(
    file: Path, broker: str, replay: Replay, stopped: Callable[[], bool] = lambda: False
) -> int:
    """Replay `file` and return how many values were sent; the node stays until its host has surely heard the last."""
    before, day = divided(list(shdr.read_file(file)), begin_of(file))
    if not day:
        return 0
    types = data_types([*before, *day])
    clock = _Clock(day[0].at, replay)
    edge = Edge(
        replay.group,
        replay.node,
        replay.node,
        types,
        bd_seq=int(time.time()),
        since=clock.shown((before or day)[0].at),
    )
    player = _Player(edge, broker, replay.host_id)
    player.prepare([_sample(seen, types, clock) for seen in before])
    player.connect()
    try:
        return player.play(_steps(day, types, clock), clock, stopped)
    finally:
        player.disconnect()


def begin_of(file: Path) -> datetime | None:
    """The day that a file's name says it holds; lines of an earlier one tell what was before."""
    named = _DAY.search(file.name)
    return datetime.strptime(named[1], "%Y%m%d").replace(tzinfo=UTC) if named else None


def divided(seen: list[Observation], begin: datetime | None) -> tuple[list[Observation], list[Observation]]:
    """What was before `begin`, and what happened from then on."""
    if begin is None:
        return [], seen
    return [each for each in seen if each.at < begin], [each for each in seen if each.at >= begin]


def data_types(seen: Iterable[Observation]) -> dict[str, DataType]:
    """An item whose every value is a number is one."""
    types: dict[str, DataType] = {}
    for each in seen:
        known = types.setdefault(each.item, DataType.DOUBLE)
        if known is DataType.DOUBLE and each.value is not None and not _is_number(each.value):
            types[each.item] = DataType.STRING
    return types


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


class _Clock:
    """When a recorded instant is played, and what instant it then has."""

    def __init__(self, begin: datetime, replay: Replay) -> None:
        self._begin = begin
        self._replay = replay
        self._start = time.time()

    def due(self, at: datetime) -> float:
        """Seconds of Unix time."""
        return self._start + self._shrunk(at)

    def shown(self, at: datetime) -> int:
        """Milliseconds of Unix time."""
        if self._replay.begin is not None:
            return (self._replay.begin + (at - self._begin) - _EPOCH) // _MILLISECOND
        return round((self._start + self._shrunk(at)) * 1_000)

    def _shrunk(self, at: datetime) -> float:
        return (at - self._begin).total_seconds() / self._replay.speed if self._replay.speed else 0.0


def _sample(seen: Observation, types: dict[str, DataType], clock: _Clock) -> Sample:
    value = seen.value
    number = value is not None and types[seen.item] is DataType.DOUBLE
    return Sample(clock.shown(seen.at), seen.item, float(value) if number and value is not None else value)


def _steps(
    day: list[Observation], types: dict[str, DataType], clock: _Clock
) -> Iterable[tuple[float, list[Sample]]]:
    """The values that go together, with the moment at which they are due."""
    for _step, together in groupby(day, lambda seen: clock.shown(seen.at) // _STEP_MS):
        seen = list(together)
        yield clock.due(seen[-1].at), [_sample(each, types, clock) for each in seen]


class _Player:
    """The network around an edge node."""

    def __init__(self, edge: Edge, broker: str, host_id: str) -> None:
        host, _colon, port = broker.rpartition(":")
        self._address = host, int(port)
        self._edge = edge
        self._state = f"{sparkplug.NAMESPACE}/{sparkplug.STATE}/{host_id}"
        self._commands = Topic("NCMD", edge.group, edge.node).path
        self._lock = threading.RLock()
        self._client = Client(CallbackAPIVersion.VERSION2, clean_session=True)
        self._client.on_pre_connect = self._renew_will
        self._client.on_connect = self._connected
        self._client.on_disconnect = self._lost
        self._client.on_message = self._heard

    def prepare(self, before: list[Sample]) -> None:
        """What the machine showed before the day: it is told with the first birth."""
        for _message in self._edge.sample(before, 0):
            pass

    def connect(self) -> None:
        self._client.reconnect_delay_set(1, 5)
        self._client.connect_async(*self._address, keepalive=10)
        self._client.loop_start()

    def disconnect(self) -> None:
        """Say what the will would say, and go."""
        with self._lock:
            if self._client.will_topic:
                info = self._client.publish(self._client.will_topic, self._client.will_payload, qos=1)
                if self._client.is_connected():
                    info.wait_for_publish(5)
        self._client.disconnect()
        self._client.loop_stop()

    def play(
        self, steps: Iterable[tuple[float, list[Sample]]], clock: _Clock, stopped: Callable[[], bool]
    ) -> int:
        sent = since_breath = 0
        for due, samples in steps:
            while time.time() < due and not stopped():
                time.sleep(min(_WAIT_SECONDS, max(due - time.time(), 0)))
            if stopped():
                return sent
            with self._lock:
                self._publish(self._edge.sample(samples, _now()))
            sent, since_breath = sent + len(samples), since_breath + len(samples)
            if since_breath >= _BREATH_VALUES:
                time.sleep(_BREATH_SECONDS)
                since_breath = 0
        while self._edge.may_be_unheard(_now()) and not stopped():
            time.sleep(_WAIT_SECONDS)
        return sent

    def _connected(self, *_of: object) -> None:
        self._client.subscribe([(self._state, 1), (self._commands, 1)])

    def _heard(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        at = _now()
        with self._lock:
            if message.topic == self._state:
                if self._edge.host_said(bytes(message.payload), at):
                    self._publish(self._edge.birth(at))
                    self._publish(self._edge.flush(at))
            elif self._edge.host_online and self._edge.wants_rebirth(bytes(message.payload)):
                self._publish(self._edge.birth(at))

    def _lost(self, *_of: object) -> None:
        with self._lock:
            self._edge.host_lost(_now())

    def _renew_will(self, *_of: object) -> None:
        with self._lock:
            topic, payload = self._edge.will(_now())
            self._client.will_set(topic, payload, qos=1)

    def _publish(self, messages: Iterable[tuple[str, bytes]]) -> None:
        for topic, payload in messages:
            self._client.publish(topic, payload, qos=0)


def _now() -> int:
    """Milliseconds of Unix time."""
    return time.time_ns() // 1_000_000
