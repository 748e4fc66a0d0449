"""An edge node for tests: it says the messages that a real one would."""

from __future__ import annotations

from collections.abc import Mapping

from core.formats import sparkplug
from core.formats.sparkplug import DataType, Metric, Payload, Topic, Value

GROUP, NODE, DEVICE = "Plant", "Edge", "Mill"
#: The metrics of the device, by name, with alias and data type.
METRICS = {"speed": (1, DataType.DOUBLE), "count": (2, DataType.INT32), "execution": (3, DataType.STRING)}

Message = tuple[str, bytes]


class Edge:
    """Counts its messages as the specification wants it."""

    def __init__(self, bd_seq: int = 0, at: int = 1_000) -> None:
        self.bd_seq = bd_seq
        self.at = at
        self._seq = 0

    def birth(self) -> list[Message]:
        """The births of node and device."""
        self._seq = 0
        node = [Metric("bdSeq", None, self.at, DataType.INT64, self.bd_seq),
                Metric("Node Control/Rebirth", None, self.at, DataType.BOOLEAN, False)]  # fmt: skip
        born = [Metric(name, alias, self.at, kind, None) for name, (alias, kind) in METRICS.items()]
        return [self.say("NBIRTH", *node), self.say("DBIRTH", *born, device=DEVICE)]

    def data(self, values: Mapping[str, Value], *, at: int = 2_000, historical: bool = False) -> Message:
        """Values by alias alone, as after a birth that gave aliases."""
        metrics = [Metric("", alias, at, kind, values[name], historical)
                   for name, (alias, kind) in METRICS.items() if name in values]  # fmt: skip
        return self.say("DDATA", *metrics, device=DEVICE)

    def death(self) -> Message:
        """The will, which has no sequence number."""
        metric = Metric("bdSeq", None, self.at, DataType.INT64, self.bd_seq)
        return Topic("NDEATH", GROUP, NODE).path, sparkplug.encode(Payload(self.at, None, (metric,)))

    def say(self, kind: str, *metrics: Metric, device: str = "") -> Message:
        """The next message."""
        payload = Payload(self.at, self._seq, metrics)
        self._seq = (self._seq + 1) % 256
        return Topic(kind, GROUP, NODE, device).path, sparkplug.encode(payload)
