"""A connection to an MQTT broker in a thread of its own, which stops reading while too much is waiting."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import deque
from typing import Any, NamedTuple

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from addons.mes_equipment.ingest.settings import Mqtt
from core.formats import sparkplug

log = logging.getLogger("dovetail.ingest")

#: Messages and bytes that wait for the decoder at most, over all connections.
WAITING_MESSAGES = 20_000
WAITING_BYTES = 32 * 1024 * 1024
_KEEPALIVE_SECONDS = 30
_LONGEST_WAIT = 30.0
_PAUSE_SECONDS = 0.02


class Arrived(NamedTuple):
    """A message as it came, at microseconds of Unix time; it is acknowledged when it has been kept."""

    connection: Connection
    topic: str
    payload: bytes
    at: int
    mid: int
    qos: int


class Waiting:
    """The messages between the networks and the decoder; who finds it full waits, and reads no further."""

    def __init__(self) -> None:
        self._messages: deque[Arrived] = deque()
        self._size = 0
        self._lock = threading.Lock()

    @property
    def is_full(self) -> bool:
        return len(self._messages) >= WAITING_MESSAGES or self._size >= WAITING_BYTES

    def add(self, message: Arrived) -> None:
        with self._lock:
            self._size += len(message.payload)
            self._messages.append(message)

    def take(self, most: int) -> list[Arrived]:
        """The oldest messages."""
        with self._lock:
            taken = [self._messages.popleft() for _ in range(min(most, len(self._messages)))]
            self._size -= sum(len(message.payload) for message in taken)
        return taken


class Connection:
    """What plain MQTT needs: a session that outlives us, and acknowledgement by hand."""

    clean_session = False

    def __init__(self, settings: Mqtt, client_id: str, topics: list[str], waiting: Waiting) -> None:
        self.settings = settings
        self._topics = topics
        self._waiting = waiting
        self._ending = threading.Event()
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=self.clean_session,
            manual_ack=True,
        )
        self._client.on_connect = self._connected
        self._client.on_message = self._received
        self._client.on_subscribe = self._subscribed
        if settings.username:
            self._client.username_pw_set(settings.username, settings.password())
        if settings.is_secure:
            self._client.tls_set_context(settings.context())
        self._thread = threading.Thread(target=self._run, name=f"mqtt {client_id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Say good-bye to the broker and wait until it is said."""
        self.leave()
        self._ending.set()
        self._thread.join()

    def leave(self) -> None:
        """What is to be said before the connection ends."""

    def pause(self) -> None:
        """What comes cannot be kept for the time being."""

    def resume(self) -> None:
        """What comes can be kept again."""

    def acknowledge(self, message: Arrived) -> None:
        """The broker may forget `message`."""
        if message.qos:
            self._client.ack(message.mid, message.qos)

    def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> None:
        self._client.publish(topic, payload, qos, retain)

    def before_connecting(self) -> None:
        """What is to be told to the broker with the connection."""

    def _run(self) -> None:
        wait = 0.0
        while not self._ending.wait(wait):
            wait = min(max(2 * wait, 0.25), _LONGEST_WAIT)
            try:
                self.before_connecting()
                self._client.connect(self.settings.host, self.settings.port, _KEEPALIVE_SECONDS)
            except OSError as error:
                log.warning("The broker %s cannot be reached: %s", self.settings.broker, error)
                continue
            if self._serve():
                wait = 0.25
        self._client.disconnect()
        while self._client.want_write():
            if self._client.loop_write() is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                break

    def _serve(self) -> bool:
        """Read and write until the connection is gone; returns whether there was one."""
        was_connected = False
        while not self._ending.is_set():
            if self._waiting.is_full:
                self._client.loop_write()
                status = self._client.loop_misc()
                time.sleep(_PAUSE_SECONDS)
            else:
                status = self._client.loop(timeout=0.1)
            was_connected = was_connected or self._client.is_connected()
            if status is not MQTTErrorCode.MQTT_ERR_SUCCESS:
                log.warning("The connection to %s was lost: %s", self.settings.broker, status.name)
                return was_connected
        return was_connected

    def _connected(
        self, _client: Client, _userdata: object, _flags: object, reason: Any, _properties: object
    ) -> None:  # Any: paho's code
        if reason.is_failure:
            log.error("The broker %s refuses us: %s", self.settings.broker, reason)
            return
        self._client.subscribe([(topic, 1) for topic in self._topics])

    def _subscribed(self, *_of: object) -> None:
        """The broker will send what comes from now on."""

    def _received(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        at = time.time_ns() // 1_000
        self._waiting.add(Arrived(self, message.topic, bytes(message.payload), at, message.mid, message.qos))


class HostConnection(Connection):
    """What Sparkplug needs of a host: a clean session, and its presence, by which edges decide to hold back."""

    clean_session = True

    def __init__(self, settings: Mqtt, host_id: str, waiting: Waiting) -> None:
        self._state = f"{sparkplug.NAMESPACE}/{sparkplug.STATE}/{host_id}"
        self._since = 0
        self._paused = False
        super().__init__(settings, f"{host_id}-host", [f"{sparkplug.NAMESPACE}/#"], waiting)

    def before_connecting(self) -> None:
        """The will carries the instant of the birth to come."""
        self._since = time.time_ns() // 1_000_000
        self._client.will_set(self._state, self._said(online=False), 1, retain=True)

    def announce(self) -> None:
        """Tell the edges whether what they send can be kept."""
        self.publish(self._state, self._said(online=not self._paused), qos=1, retain=True)

    def leave(self) -> None:
        self._paused = True
        self.announce()

    def pause(self) -> None:
        self._paused = True
        self.announce()

    def resume(self) -> None:
        self._paused = False
        self.announce()

    @property
    def is_paused(self) -> bool:
        return self._paused

    def _subscribed(self, *_of: object) -> None:
        """Only now, lest something is sent that nobody hears."""
        self.announce()

    def _said(self, *, online: bool) -> bytes:
        return json.dumps({"online": online, "timestamp": self._since}).encode()
