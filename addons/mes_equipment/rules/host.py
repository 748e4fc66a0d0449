"""A Sparkplug B host application as a state machine: messages and the clock in, events out, no network.

Numbers in brackets are requirements of the specification, version 3.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from json import JSONDecodeError, loads

from addons.mes_equipment.rules.reading import (
    Event,
    PresenceDenied,
    Quality,
    Reading,
    Readings,
    RebirthWanted,
    Refused,
    SourceChanged,
)
from core import FormatError
from core.formats import sparkplug
from core.formats.sparkplug import STATE, Metric, Payload, Topic, signed

BD_SEQ = "bdSeq"
#: Metrics by which a node is spoken to; they say nothing of a machine.
CONTROL = "Node Control/"
REBIRTH = CONTROL + "Rebirth"
_CYCLE = 256
#: A message this far or farther ahead is one from behind.
_AHEAD = _CYCLE // 2
#: What one plant has at most; beyond that somebody floods the broker.
MAX_NODES = 5_000
MAX_METRICS = 50_000
_ANSWERED = frozenset(("NBIRTH", "NDEATH", "NDATA", "DBIRTH", "DDEATH", "DDATA"))


@dataclass(slots=True)
class _Node:
    """An edge node as its births and messages have shown it."""

    group: str
    name: str
    online: bool = False
    bd_seq: int = -1
    born_at: int = -1
    expected: int = 0
    #: Address and data type of what was born, by alias, and by device and name.
    by_alias: dict[int, tuple[str, int]] = field(default_factory=dict)
    by_name: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    devices: set[str] = field(default_factory=set)
    #: Messages that came before one that is missing, by sequence number.
    held: dict[int, tuple[Topic, Payload]] = field(default_factory=dict)
    gap_since: float = 0.0
    wants_rebirth: bool = False
    asked_at: float = float("-inf")

    @property
    def path(self) -> str:
        return f"{self.group}/{self.name}"


class Host:
    """Follows every edge node that it hears of; `now` is always a clock in milliseconds."""

    def __init__(self, host_id: str, *, reorder_ms: float = 2_000, rebirth_ms: float = 30_000) -> None:
        self.host_id = host_id
        self._reorder_ms = reorder_ms
        self._rebirth_ms = rebirth_ms
        self._nodes: dict[tuple[str, str], _Node] = {}

    def receive(self, path: str, data: bytes, now: float) -> list[Event]:
        """What follows from a message."""
        try:
            topic = sparkplug.topic(path)
        except FormatError as error:
            return [Refused(path, str(error))]
        if topic.kind == STATE:
            return self._presence(topic, data)
        if topic.kind not in _ANSWERED:
            return []
        node = self._node(topic)
        if node is None:
            return [Refused(path, f"more than {MAX_NODES} edge nodes")]
        try:
            payload = sparkplug.decode(data)
        except FormatError as error:
            return [Refused(path, str(error)), *self._ask(node, now)]
        return list(self._taken(node, topic, payload, now))

    def tick(self, now: float) -> list[Event]:
        """What follows from the time that has passed; to be called a few times a second."""
        events: list[Event] = []
        for node in self._nodes.values():
            if node.held and now - node.gap_since >= self._reorder_ms:
                events += self._give_up(node, now)
            if node.wants_rebirth:
                events += self._ask(node, now)
        return events

    def _node(self, topic: Topic) -> _Node | None:
        key = (topic.group, topic.node)
        if key not in self._nodes and len(self._nodes) < MAX_NODES:
            self._nodes[key] = _Node(*key)
        return self._nodes.get(key)

    def _presence(self, topic: Topic, data: bytes) -> list[Event]:
        """Our own will, published late by a broker, would keep edges buffering for ever."""
        if topic.node != self.host_id:
            return []
        try:
            said = loads(data)
        except (JSONDecodeError, UnicodeDecodeError) as error:
            return [Refused(topic.path, str(error)), PresenceDenied()]
        denied = not isinstance(said, dict) or said.get("online") is not True
        return [PresenceDenied()] if denied else []

    def _taken(self, node: _Node, topic: Topic, payload: Payload, now: float) -> Iterator[Event]:
        if topic.kind == "NBIRTH":
            yield from self._birth(node, topic, payload, now)
        elif topic.kind == "NDEATH":
            yield from self._death(node, payload, now)
        elif not node.online:
            yield from self._ask(node, now)
        elif payload.seq is None or not 0 <= payload.seq < _CYCLE:
            yield Refused(topic.path, f"sequence number {payload.seq}")
            yield from self._ask(node, now)
        else:
            yield from self._in_order(node, topic, payload, now)

    def _birth(self, node: _Node, topic: Topic, payload: Payload, now: float) -> Iterator[Event]:
        bd_seq = _bd_seq(payload)
        if bd_seq is None or payload.seq is None:
            yield Refused(topic.path, "a birth without bdSeq or sequence number")
            yield from self._ask(node, now)
            return
        born_at = payload.at if payload.at is not None else int(now)
        if born_at < node.born_at or (born_at, bd_seq) == (node.born_at, node.bd_seq):
            return  # a birth from before, or this one again
        yield from self._drained(node, now)
        node.online, node.bd_seq, node.born_at = True, bd_seq, born_at
        node.expected = (payload.seq + 1) % _CYCLE
        node.wants_rebirth = False
        node.by_alias, node.by_name, node.devices = {}, {}, set()
        yield SourceChanged(node.path, True, bd_seq, born_at * 1000)
        yield from self._introduced(node, topic, payload, now)

    def _death(self, node: _Node, payload: Payload, now: float) -> Iterator[Event]:
        """A will of an earlier session says nothing of this one [tck-id-operational-behavior-edge-node-termination]."""
        if not node.online or _bd_seq(payload) != node.bd_seq:
            return
        yield from self._drained(node, now)
        node.online = False
        yield SourceChanged(node.path, False, node.bd_seq, int(now * 1000))

    def _in_order(self, node: _Node, topic: Topic, payload: Payload, now: float) -> Iterator[Event]:
        assert payload.seq is not None
        ahead = (payload.seq - node.expected) % _CYCLE
        if ahead >= _AHEAD or payload.seq in node.held:
            return  # it was here before
        if ahead:
            node.gap_since = node.gap_since if node.held else now
            node.held[payload.seq] = (topic, payload)
            return
        yield from self._applied(node, topic, payload, now)
        had_gap = bool(node.held)
        while node.expected in node.held:
            yield from self._applied(node, *node.held.pop(node.expected), now)
        if had_gap:
            node.gap_since = now

    def _give_up(self, node: _Node, now: float) -> Iterator[Event]:
        """What is missing will not come: take what came after it, and ask for everything anew."""
        yield from self._drained(node, now)
        yield from self._ask(node, now)

    def _drained(self, node: _Node, now: float) -> Iterator[Event]:
        for seq in sorted(node.held, key=lambda seq: (seq - node.expected) % _CYCLE):
            yield from self._applied(node, *node.held.pop(seq), now)

    def _applied(self, node: _Node, topic: Topic, payload: Payload, now: float) -> Iterator[Event]:
        assert payload.seq is not None
        node.expected = (payload.seq + 1) % _CYCLE
        if topic.kind == "DBIRTH":
            node.devices.add(topic.device)
            at = payload.at if payload.at is not None else int(now)
            yield SourceChanged(f"{node.path}/{topic.device}", True, node.bd_seq, at * 1000)
            yield from self._introduced(node, topic, payload, now)
        elif topic.device and topic.device not in node.devices:
            yield from self._ask(node, now)
        elif topic.kind == "DDEATH":
            node.devices.discard(topic.device)
            yield SourceChanged(f"{node.path}/{topic.device}", False, node.bd_seq, int(now * 1000))
        else:
            yield from self._read(node, topic, payload, now)

    def _introduced(self, node: _Node, topic: Topic, payload: Payload, now: float) -> Iterator[Event]:
        """Note what a birth says there will be, and take its values."""
        if len(node.by_name) + len(payload.metrics) > MAX_METRICS:
            yield Refused(topic.path, f"more than {MAX_METRICS} metrics")
            return
        prefix = f"{node.path}/{topic.device}/" if topic.device else f"{node.path}/"
        for metric in payload.metrics:
            known = (prefix + metric.name, metric.datatype)
            node.by_name[topic.device, metric.name] = known
            if metric.alias is not None:
                node.by_alias[metric.alias] = known
        yield from self._read(node, topic, payload, now)

    def _read(self, node: _Node, topic: Topic, payload: Payload, now: float) -> Iterator[Event]:
        values, unknown = [], False
        sent_at = payload.at if payload.at is not None else int(now)
        for metric in payload.metrics:
            known = _known(node, topic.device, metric)
            if known is None:
                unknown = True
            elif not metric.transient and not _is_control(
                metric.name or known[0].removeprefix(node.path + "/")
            ):
                values.append(_reading(metric, known, sent_at))
        if values:
            yield Readings(node.path, node.bd_seq, values)
        if unknown:
            yield from self._ask(node, now)

    def _ask(self, node: _Node, now: float) -> Iterator[Event]:
        """Ask for a rebirth, but not the same node again and again: what is due later, `tick` asks for."""
        node.wants_rebirth = now - node.asked_at < self._rebirth_ms
        if not node.wants_rebirth:
            node.asked_at = now
            yield RebirthWanted(node.group, node.name)


def _known(node: _Node, device: str, metric: Metric) -> tuple[str, int] | None:
    if metric.alias is not None and not metric.name:
        return node.by_alias.get(metric.alias)
    return node.by_name.get((device, metric.name))


def _reading(metric: Metric, known: tuple[str, int], sent_at: int) -> Reading:
    address, datatype = known
    value = metric.value
    if not metric.datatype:
        value = signed(value, datatype)
    if isinstance(value, bytes):
        value = value.hex()
    quality = metric.quality
    if quality is None:
        quality = Quality.BAD if value is None else Quality.GOOD
    at = metric.at if metric.at is not None else sent_at
    return Reading(address, at * 1000, value, int(quality), metric.historical)


def _bd_seq(payload: Payload) -> int | None:
    for metric in payload.metrics:
        if metric.name == BD_SEQ and isinstance(metric.value, int):
            return metric.value
    return None


def _is_control(name: str) -> bool:
    return name == BD_SEQ or name.startswith(CONTROL)
