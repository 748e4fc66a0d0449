"""A Sparkplug edge node as a state machine: it numbers its messages, and holds back while its host is away."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from itertools import islice
from json import JSONDecodeError, loads
from typing import NamedTuple

from addons.mes_equipment.rules.host import BD_SEQ, REBIRTH
from core.formats import sparkplug
from core.formats.sparkplug import DataType, Metric, Payload, Topic, Value

_CYCLE = 256
_AT_ONCE = 200
#: What was sent within this time before the host was lost is sent again.
OVERLAP_MS = 10_000


class Sample(NamedTuple):
    """A value of a metric at milliseconds of Unix time."""

    at: int
    name: str
    value: Value


class Edge:
    """An edge node with one device; what it returns are messages to publish: topic and payload."""

    def __init__(
        self,
        group: str,
        node: str,
        device: str,
        metrics: Mapping[str, DataType],
        *,
        bd_seq: int,
        since: int = 0,
    ) -> None:
        """`bd_seq` is the session before; from `since` on what was never measured is unknown."""
        self.group, self.node, self.device = group, node, device
        self._types = dict(metrics)
        self._aliases = {name: alias for alias, name in enumerate(metrics, 1)}
        self._last: dict[str, Sample] = {}
        self._held: deque[Sample] = deque()
        #: What was sent lately, with the moment.
        self._sent: deque[tuple[int, Sample]] = deque()
        self._bd_seq = bd_seq % _CYCLE
        self._since = since
        self._seq = 0
        self._host_since = -1
        self.host_online = False

    @property
    def held(self) -> int:
        """How many values are held back."""
        return len(self._held)

    def may_be_unheard(self, at: int) -> bool:
        """Whether something is held back, or was sent so lately that it would be again if the host were lost now."""
        return bool(self.held or (self._sent and self._sent[-1][0] >= at - OVERLAP_MS))

    def will(self, at: int) -> tuple[str, bytes]:
        """What the broker is to say when the node is gone; a new session has a number of its own."""
        self._bd_seq = (self._bd_seq + 1) % _CYCLE
        metric = Metric(BD_SEQ, None, at, DataType.INT64, self._bd_seq)
        return Topic("NDEATH", self.group, self.node).path, sparkplug.encode(Payload(at, None, (metric,)))

    def host_said(self, payload: bytes, at: int) -> bool:
        """Take note of a STATE of the primary host, unless an older one; returns whether it has come."""
        try:
            said = loads(payload)
            online, since = bool(said["online"]), int(said["timestamp"])
        except (JSONDecodeError, KeyError, TypeError, ValueError):
            return False
        if since < self._host_since:
            return False
        came = online and not self.host_online
        self._host_since = since
        if not online:
            self.host_lost(at)
        self.host_online = online
        return came

    def host_lost(self, at: int) -> None:
        """The host, or the way to it, is gone: what was sent lately may not have been heard, and is held back again.

        The host knows a value that it has by itself, so that saying it twice does no harm.
        """
        self.host_online = False
        again = [sample for sent, sample in self._sent if sent >= at - OVERLAP_MS]
        self._held.extendleft(reversed(again))
        self._sent.clear()

    def birth(self, at: int) -> Iterator[tuple[str, bytes]]:
        """Node and device with all they have, each value at the instant it was captured."""
        self._seq = 0
        yield self._say("NBIRTH", at, [
            Metric(BD_SEQ, None, at, DataType.INT64, self._bd_seq),
            Metric(REBIRTH, None, at, DataType.BOOLEAN, False),
        ])  # fmt: skip
        yield self._say("DBIRTH", at, [self._born(name) for name in self._types])

    def flush(self, at: int) -> Iterator[tuple[str, bytes]]:
        """What was held back, as historical, in the order in which it was captured."""
        while self._held and self.host_online:
            some = [self._held.popleft() for _ in range(min(_AT_ONCE, len(self._held)))]
            self._note(some, at)
            yield self._say("DDATA", at, [self._metric(sample, historical=True) for sample in some])

    def sample(self, samples: list[Sample], at: int) -> Iterator[tuple[str, bytes]]:
        """New values: sent, or held back while the host is away."""
        self._last.update({sample.name: sample for sample in samples})
        if not self.host_online:
            self._held.extend(samples)
            return
        remaining = iter(samples)
        while some := list(islice(remaining, _AT_ONCE)):
            self._note(some, at)
            yield self._say("DDATA", at, [self._metric(sample) for sample in some])

    def wants_rebirth(self, payload: bytes) -> bool:
        """Whether a command asks for births."""
        return any(m.name == REBIRTH and m.value is True for m in sparkplug.decode(payload).metrics)

    def _note(self, samples: list[Sample], at: int) -> None:
        self._sent.extend((at, sample) for sample in samples)
        while self._sent[0][0] < at - OVERLAP_MS:
            self._sent.popleft()

    def _born(self, name: str) -> Metric:
        sample = self._last.get(name, Sample(self._since, name, None))
        return Metric(name, self._aliases[name], sample.at, self._types[name], sample.value)

    def _metric(self, sample: Sample, *, historical: bool = False) -> Metric:
        return Metric(
            "", self._aliases[sample.name], sample.at, self._types[sample.name], sample.value, historical
        )

    def _say(self, kind: str, at: int, metrics: list[Metric]) -> tuple[str, bytes]:
        topic = Topic(kind, self.group, self.node, self.device if kind.startswith("D") else "")
        data = sparkplug.encode(Payload(at, self._seq, tuple(metrics)))
        self._seq = (self._seq + 1) % _CYCLE
        return topic.path, data
