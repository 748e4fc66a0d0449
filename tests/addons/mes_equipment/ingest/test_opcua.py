"""Nodes of an OPC UA server are followed by subscription, with the server's instants, and over its absence."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import asyncua.ua
from asyncua.server.server import Server

from addons.mes_equipment.ingest.opcua import OpcUaListener
from addons.mes_equipment.ingest.settings import OpcUa
from addons.mes_equipment.ingest.spool import Frame
from addons.mes_equipment.rules.reading import Quality, Reading
from core.testing.process import free_port
from tests.addons.mes_equipment.ingest.site import wait_until

#: What its stubs do not say.
ua: Any = asyncua.ua
NODE = "ns=1;s=Speed"
AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


class Machine:
    """A server with one variable, in a thread of its own."""

    def __init__(self, port: int) -> None:
        self.url = f"opc.tcp://127.0.0.1:{port}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._server: Any = None  # Any: asyncua's own types
        self._node: Any = None

    def start(self) -> None:
        self._do(self._started)

    def set(self, value: float, *, good: bool = True) -> None:
        status = ua.StatusCode(ua.StatusCodes.Good if good else ua.StatusCodes.BadSensorFailure)
        said = ua.DataValue(
            ua.Variant(value, ua.VariantType.Double), status, SourceTimestamp=AT.replace(tzinfo=None)
        )
        self._do(lambda: self._node.write_value(said))

    def stop(self) -> None:
        self._do(self._server.stop)

    def close(self) -> None:
        self._do(_cancelled)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _started(self) -> None:
        self._server = Server()
        await self._server.init()
        self._server.set_endpoint(self.url)
        self._server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        folder = self._server.nodes.objects
        self._node = await folder.add_variable(ua.NodeId("Speed", 1), "Speed", 0.0)
        await self._server.start()

    def _do(self, step: Callable[[], Any]) -> None:
        asyncio.run_coroutine_threadsafe(step(), self._loop).result(60)


async def _cancelled() -> None:
    """The library leaves tasks behind."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


@contextmanager
def machine() -> Iterator[Machine]:
    made = Machine(free_port())
    made.start()
    try:
        yield made
    finally:
        made.stop()
        made.close()


@contextmanager
def following(url: str) -> Iterator[list[Frame]]:
    """All that a listener has told so far; it grows by looking at it."""
    listener = OpcUaListener(OpcUa(url, (NODE,), "press", interval_ms=50))
    listener.start()
    told = _Told(listener)
    try:
        yield told
    finally:
        listener.stop()


class _Told(list[Frame]):
    def __init__(self, listener: OpcUaListener) -> None:
        super().__init__()
        self.listener = listener

    def values(self) -> list[Reading]:
        self.extend(self.listener.take())
        return [value for frame in self if frame[0] == "r" for value in frame[5]]

    def presence(self) -> list[bool]:
        self.extend(self.listener.take())
        return [frame[2] for frame in self if frame[0] == "s"]


def test_a_value_comes_with_the_server_s_instant_and_quality() -> None:
    with machine() as server, following(server.url) as told:
        assert isinstance(told, _Told)
        wait_until(lambda: told.values() != [])
        server.set(4.5)
        wait_until(lambda: told.values()[-1].value == 4.5)
        server.set(5.5, good=False)
        wait_until(lambda: told.values()[-1].quality == Quality.BAD)

    at = int(AT.timestamp() * 1_000_000)
    assert told.values()[-2:] == [
        Reading(f"press/{NODE}", at, 4.5, Quality.GOOD),
        Reading(f"press/{NODE}", at, None, Quality.BAD),
    ]
    assert told.presence() == [True, False]


def test_a_server_that_comes_back_is_followed_again() -> None:
    with machine() as server, following(server.url) as told:
        assert isinstance(told, _Told)
        wait_until(lambda: told.values() != [])
        server.stop()
        wait_until(lambda: told.presence()[-1:] == [False])
        server.start()
        server.set(7.5)
        wait_until(lambda: told.values()[-1].value == 7.5)

    assert told.values()[-1].value == 7.5
    assert told.presence() == [True, False, True, False]
