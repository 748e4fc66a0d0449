"""The machines of benchmarks.ingest: edge nodes in a process of their own, as many values a second as are asked for."""

from __future__ import annotations

import time
from multiprocessing.sharedctypes import Synchronized
from queue import Empty, SimpleQueue

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from addons.mes_equipment.rules.edge import Edge, Sample
from core.formats.sparkplug import DataType

NODES, DEVICES, METRICS = 10, 10, 10


def play(port: int, rate: int, seconds: int, epoch: int, began: Synchronized[float], patient: bool) -> None:
    """Be `NODES` edge nodes of the session `epoch`; every message has `METRICS` values that nobody sent before.

    `began` is set to the second of Unix time of the first. Who is `patient` stays until nothing is held back, nor would
    be sent again if the host were lost now.
    """
    nodes = _Nodes(port, epoch)
    nodes.wait_for_host()
    began.value = time.time()
    start, value = time.monotonic(), 0.0
    for number in range(rate // METRICS * seconds):
        while number > (time.monotonic() - start) * rate / METRICS:
            time.sleep(0.001)
        value += 1
        nodes.measure(number, value)
    while patient and nodes.may_be_unheard():
        nodes.listen()
        time.sleep(0.1)
    nodes.leave()


class _Nodes:
    """Edge nodes behind one connection."""

    def __init__(self, port: int, epoch: int) -> None:
        self._names = [[f"d{d}/m{m}" for m in range(METRICS)] for d in range(DEVICES)]
        metrics = {name: DataType.DOUBLE for group in self._names for name in group}
        since = _ms() - 3_600_000
        self._edges = [
            Edge("Bench", f"n{n}", "cell", metrics, bd_seq=epoch, since=since) for n in range(NODES)
        ]
        #: What the network's thread heard, for the one that sends.
        self._heard: SimpleQueue[bytes] = SimpleQueue()
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.max_queued_messages_set(0)
        self._client.on_message = self._note
        self._client.connect("127.0.0.1", port)
        self._client.subscribe("spBv1.0/STATE/dovetail", 1)
        self._client.loop_start()

    def _note(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self._heard.put(bytes(message.payload))

    def wait_for_host(self) -> None:
        while not all(edge.host_online for edge in self._edges):
            self.listen()
            time.sleep(0.1)

    def listen(self) -> None:
        """Do as the host said: births and what was held back when it has come."""
        try:
            said = self._heard.get_nowait()
        except Empty:
            return
        for edge in self._edges:
            if edge.host_said(said, _ms()):
                for topic, payload in (*edge.birth(_ms()), *edge.flush(_ms())):
                    self._client.publish(topic, payload)

    def measure(self, number: int, value: float) -> None:
        """The message `number`: each metric of a device has `value`."""
        self.listen()
        edge, group = self._edges[number % NODES], self._names[number // NODES % DEVICES]
        now = _ms()
        for topic, payload in edge.sample([Sample(now, name, value) for name in group], now):
            self._client.publish(topic, payload)

    def may_be_unheard(self) -> bool:
        return any(edge.may_be_unheard(_ms()) for edge in self._edges)

    def leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def _ms() -> int:
    """Milliseconds of Unix time."""
    return time.time_ns() // 1_000_000
