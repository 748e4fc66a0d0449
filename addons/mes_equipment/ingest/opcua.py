"""Following nodes of an OPC UA server by a subscription, in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections import deque
from datetime import UTC, datetime
from typing import Any

from asyncua.client.client import Client
from asyncua.ua.uaerrors import UaError

from addons.mes_equipment.ingest.settings import OpcUa
from addons.mes_equipment.ingest.spool import Frame
from addons.mes_equipment.ingest.writing import READINGS, SOURCE
from addons.mes_equipment.rules.reading import Quality, Reading, Value

log = logging.getLogger("dovetail.ingest")

#: Readings that wait for the spool at most; a server cannot be held up, so that further ones are dropped and told.
WAITING = 100_000
_LOOK_SECONDS = 1.0
_LONGEST_WAIT = 30.0


class OpcUaListener:
    """Listens to one server, and connects again whenever it must."""

    def __init__(self, settings: OpcUa) -> None:
        self._settings = settings
        self._waiting: deque[tuple[int, Reading]] = deque()
        self._changes: deque[Frame] = deque()
        self._dropped = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._run()), name=settings.url, daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ending.set()
        self._thread.join()

    def take(self) -> list[Frame]:
        """What came since the last time."""
        frames = [self._changes.popleft() for _ in range(len(self._changes))]
        came = [self._waiting.popleft() for _ in range(len(self._waiting))]
        if came:
            frames.append(
                [
                    READINGS,
                    "opc_ua",
                    self._settings.source,
                    0,
                    came[-1][0],
                    [reading for _at, reading in came],
                ]
            )
        if self._dropped:
            log.error(
                "%s readings of %s were dropped: they come faster than they are kept.",
                self._dropped,
                self._settings.url,
            )
            self._dropped = 0
        return frames

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:  # Any: asyncua's own types
        """The library tells of a value."""
        said = data.monitored_item.Value
        arrived = _now()
        captured = said.SourceTimestamp or said.ServerTimestamp
        at = arrived if captured is None else _microseconds(captured)
        plain = _plain(value)
        good = said.StatusCode.is_good() and plain is not None
        reading = Reading(
            f"{self._settings.source}/{node.nodeid.to_string()}",
            at,
            plain,
            int(Quality.GOOD if good else Quality.BAD),
        )
        if len(self._waiting) < WAITING:
            self._waiting.append((arrived, reading))
        else:
            self._dropped += 1

    async def _run(self) -> None:
        wait = 0.5
        while not self._ending.is_set():
            try:
                await self._follow()
                wait = 0.5
            except (OSError, UaError, TimeoutError) as error:
                log.warning(
                    "The server %s cannot be followed: %s", self._settings.url, error or type(error).__name__
                )
            await self._rest(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _follow(self) -> None:
        async with await self._client() as client:
            subscription = await client.create_subscription(self._settings.interval_ms, self)
            await subscription.subscribe_data_change([client.get_node(node) for node in self._settings.nodes])
            self._told(online=True)
            try:
                while not self._ending.is_set():
                    await client.check_connection()
                    await self._rest(_LOOK_SECONDS)
            finally:
                self._told(online=False)

    async def _client(self) -> Client:
        client = Client(self._settings.url)
        if self._settings.security:
            given = self._settings
            await client.set_security_string(f"{given.security},{given.cert_file},{given.key_file}")
        if self._settings.username:
            client.set_user(self._settings.username)
            client.set_password(self._settings.password() or "")
        return client

    async def _rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until and not self._ending.is_set():  # noqa: ASYNC110 -- another thread sets it
            await asyncio.sleep(0.05)

    def _told(self, *, online: bool) -> None:
        self._changes.append([SOURCE, self._settings.source, online, 0, _now()])


def _plain(value: object) -> Value:
    """A value as a tag can have it; of arrays and structures nothing is followed."""
    if isinstance(value, str | bool | int | float):
        return value
    return value.isoformat() if isinstance(value, datetime) else None


def _microseconds(at: datetime) -> int:
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1_000_000)


def _now() -> int:
    return time.time_ns() // 1_000
