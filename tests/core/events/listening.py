"""A browser's end of an event stream: what it hears, message by message."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from typing import Any

#: Nothing that a test waits for takes so long.
SECONDS = 20.0


@dataclass(frozen=True)
class Heard:
    """A message: its kind ("message" for an event), its id and its data."""

    kind: str
    id: int
    data: dict[str, Any]  # Any: JSON


class Closed(Exception):
    """The server ended the stream."""


class Listening:
    """Reads one stream over a connected socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._connection.settimeout(SECONDS)
        self._text = b""
        self._chunked = False
        self._raw = b""
        self._status: int | None = None
        self.last_id = 0

    @property
    def status(self) -> int:
        if self._status is None:
            head = self._until(b"\r\n\r\n").decode()
            self._status = int(head.split()[1])
            if "transfer-encoding: chunked" in head.lower():
                self._chunked, self._raw, self._text = True, self._text, b""
        return self._status

    def next(self) -> Heard:
        """The next message; raises Closed when there is none any more."""
        assert self.status == 200
        while True:
            heard = _parsed(self._until(b"\n\n").decode())
            if heard is not None:
                self.last_id = heard.id or self.last_id
                return heard

    def until(self, kind: str) -> Heard:
        while (heard := self.next()).kind != kind:
            pass
        return heard

    def ready(self) -> Listening:
        """Once the stream has caught up."""
        self.until("hello")
        return self

    def events(self, count: int) -> list[Heard]:
        """The next `count` events, without what only keeps the connection."""
        return [self.until("message") for _n in range(count)]

    def before(self, topic: str) -> list[Heard]:
        """All events that come before one of `topic`, which a test sends as the last."""
        found: list[Heard] = []
        while (heard := self.until("message")).data["topic"] != topic:
            found.append(heard)
        return found

    def close(self) -> None:
        self._connection.close()

    def _until(self, end: bytes) -> bytes:
        while end not in self._text:
            self._text += self._chunk() if self._chunked else self._received()
        found, _end, self._text = self._text.partition(end)
        return found

    def _chunk(self) -> bytes:
        while b"\r\n" not in self._raw:
            self._raw += self._received()
        size, _end, self._raw = self._raw.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            raise Closed
        while len(self._raw) < length + 2:
            self._raw += self._received()
        found, self._raw = self._raw[:length], self._raw[length + 2 :]
        return found

    def _received(self) -> bytes:
        more = self._connection.recv(65536)
        if not more:
            raise Closed
        return more


def _parsed(block: str) -> Heard | None:
    fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
    if "data" not in fields:
        return None
    return Heard(fields.get("event", "message"), int(fields.get("id", "0")), json.loads(fields["data"]))
