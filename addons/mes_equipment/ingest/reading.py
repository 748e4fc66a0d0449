"""The reader: what comes over the networks is decoded and spooled, and only then acknowledged."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from paho.mqtt.client import topic_matches_sub

from addons.mes_equipment.ingest.connecting import Arrived, Connection, HostConnection, Waiting
from addons.mes_equipment.ingest.settings import Ingest, JsonTopic, Mqtt
from addons.mes_equipment.ingest.spool import Frame, Full, Spool
from addons.mes_equipment.ingest.writing import READINGS, SOURCE
from addons.mes_equipment.rules import message
from addons.mes_equipment.rules.host import REBIRTH, Host
from addons.mes_equipment.rules.reading import (
    Event,
    PresenceDenied,
    Reading,
    Readings,
    RebirthWanted,
    Refused,
    SourceChanged,
)
from core import FormatError
from core.formats import sparkplug
from core.formats.sparkplug import DataType, Metric, Payload, Topic

log = logging.getLogger("dovetail.ingest")

SYNC_SECONDS = 0.1
_AT_ONCE = 2_000
_RETRY_SECONDS = 1.0


class Listener(Protocol):
    """Something that readings come from, besides MQTT."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def take(self) -> list[Frame]: ...


class Reader:
    """Listens to all that the settings name, until it is stopped."""

    def __init__(self, settings: Ingest, spool: Spool, listeners: list[Listener] | None = None) -> None:
        self._spool = spool
        self._waiting = Waiting()
        self._listeners = listeners or []
        self._hosts: dict[Connection, Host] = {}
        self._topics: dict[Connection, tuple[JsonTopic, ...]] = {}
        for broker in settings.mqtt:
            self._connect(broker, settings.host_id)

    def run(self, stopped: Callable[[], bool]) -> None:
        """Spool what comes, at the latest every `SYNC_SECONDS`."""
        parts: list[Connection | Listener] = [*self._hosts, *self._topics, *self._listeners]
        for part in parts:
            part.start()
        try:
            while not stopped():
                time.sleep(SYNC_SECONDS)
                while self._round(stopped) == _AT_ONCE:
                    pass
        finally:
            self._each_host(HostConnection.pause)  # so that edges hold back what we would not hear
            time.sleep(SYNC_SECONDS)
            self._round(stopped)
            for part in parts:
                part.stop()
            self._spool.close()

    def _connect(self, broker: Mqtt, host_id: str) -> None:
        if broker.sparkplug:
            self._hosts[HostConnection(broker, host_id, self._waiting)] = Host(host_id)
        if broker.json:
            topics = [each.topic for each in broker.json]
            self._topics[Connection(broker, f"{host_id}-json", topics, self._waiting)] = broker.json

    def _round(self, stopped: Callable[[], bool]) -> int:
        """Keep what is waiting; returns how many messages that were."""
        arrived = self._waiting.take(_AT_ONCE)
        frames = [frame for each in arrived for frame in self._decoded(each)]
        frames += [frame for listener in self._listeners for frame in listener.take()]
        now = time.time_ns() // 1_000
        for connection, host in self._hosts.items():
            frames += self._followed(connection, host.tick(now / 1_000), now)
        if not frames or self._keep(frames, stopped):
            for each in arrived:
                each.connection.acknowledge(each)
        return len(arrived)

    def _keep(self, frames: list[Frame], stopped: Callable[[], bool]) -> bool:
        """Spool `frames`, however long the disk is full: meanwhile nothing is read, and edges are told to hold back."""
        paused = False
        while True:
            try:
                self._spool.append(frames)
            except Full as error:
                if not paused:
                    log.error("The spool is full; nothing is taken over until there is room: %s", error)  # noqa: TRY400 -- the cause is in the message
                    self._each_host(HostConnection.pause)
                paused = True
                if stopped():
                    return False
                time.sleep(_RETRY_SECONDS)
            else:
                break
        if paused:
            log.warning("The spool has room again.")
            self._each_host(HostConnection.resume)
        return True

    def _each_host(self, step: Callable[[HostConnection], None]) -> None:
        for connection in self._hosts:
            if isinstance(connection, HostConnection):
                step(connection)

    def _decoded(self, arrived: Arrived) -> Iterator[Frame]:
        host = self._hosts.get(arrived.connection)
        if host is not None:
            events = host.receive(arrived.topic, arrived.payload, arrived.at / 1_000)
            yield from self._followed(arrived.connection, events, arrived.at)
            return
        for topic in self._topics[arrived.connection]:
            if topic_matches_sub(topic.topic, arrived.topic):
                yield from _of_message(topic, arrived)
                return

    def _followed(self, connection: Connection, events: list[Event], at: int) -> Iterator[Frame]:
        for event in events:
            match event:
                case Readings(source, epoch, values):
                    yield readings_frame("sparkplug", source, epoch, at, values)
                case SourceChanged(source, online, epoch, since):
                    yield [SOURCE, source, online, epoch, since]
                case RebirthWanted(group, node):
                    connection.publish(Topic("NCMD", group, node).path, _rebirth(at))
                case PresenceDenied():
                    if isinstance(connection, HostConnection) and not connection.is_paused:
                        connection.announce()
                case Refused(topic, reason):
                    log.warning("A message of %s was refused: %s", topic, reason)


def readings_frame(protocol: str, source: str, epoch: int, at: int, values: list[Reading]) -> Frame:
    """Readings as they lie in the spool."""
    return [READINGS, protocol, source, epoch, at, values]


def _of_message(topic: JsonTopic, arrived: Arrived) -> Iterator[Frame]:
    try:
        values = message.readings(arrived.topic, arrived.payload, arrived.at, topic.time)
    except FormatError as error:
        log.warning("A message was refused: %s", error)
        return
    if values:
        yield readings_frame("mqtt", topic.source, 0, arrived.at, values)


def _rebirth(at: int) -> bytes:
    metric = Metric(REBIRTH, None, at // 1_000, DataType.BOOLEAN, True)
    return sparkplug.encode(Payload(at // 1_000, None, (metric,)))
