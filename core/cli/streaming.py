"""The event stream inside `run` and `serve`: connections that ask for it leave waitress for a loop in its own thread.

So a browser finds pages and stream at one address, and no thread that answers pages is held by a stream.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Collection, Coroutine, Mapping
from contextlib import suppress
from http import HTTPStatus
from threading import Thread, current_thread
from typing import TYPE_CHECKING, Any

from waitress.task import ThreadedTaskDispatcher

from core.events.asgi import PATH, Message, StreamApp

if TYPE_CHECKING:
    from waitress.channel import HTTPChannel

START_SECONDS = 10.0
log = logging.getLogger("dovetail.stream")


class Streams:
    """An asyncio loop in a thread, which serves the connections that it is handed."""

    def __init__(self, app: StreamApp) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, name="dovetail-stream", daemon=True)

    def start(self) -> None:
        self._thread.start()
        self._do(self.app.hub.start())

    def stop(self) -> None:
        with suppress(TimeoutError):
            self._do(self.app.hub.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(START_SECONDS)

    def adopt(self, connection: socket.socket, scope: Message) -> None:
        """Serve a connection whose request was read."""
        asyncio.run_coroutine_threadsafe(self._serve(connection, scope), self._loop)

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.run_until_complete(_ended(asyncio.all_tasks(self._loop)))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(START_SECONDS)

    async def _serve(self, connection: socket.socket, scope: Message) -> None:
        reader, writer = await asyncio.open_connection(sock=connection)
        try:
            await self.app(scope, _Coming(reader), _Going(writer))
        except OSError:
            log.debug("a browser closed its stream")
        except Exception:
            log.exception("a stream failed")
        finally:
            writer.close()


async def _ended(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Once what still runs was told to end."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class StreamsFirst(ThreadedTaskDispatcher):  # type: ignore[misc]  # waitress has no types
    """Waitress's threads for requests, but for those that ask for the stream."""

    def __init__(self, streams: Streams, threads: int) -> None:
        super().__init__()
        self.set_thread_count(threads)
        self._streams = streams
        self._reading = current_thread()

    def add_task(self, task: HTTPChannel) -> None:
        """Called by the thread that reads all connections (and for pipelined requests, which no browser sends)."""
        request = task.requests[0]
        if request.error or request.path != PATH or current_thread() is not self._reading:
            super().add_task(task)
            return
        scope = _scope(request.command, request.query, request.headers)
        connection = task.socket.dup()  # the channel closes its own; the connection lives on in the twin
        connection.setblocking(False)
        task.handle_close()
        self._streams.adopt(connection, scope)


def _scope(method: str, query: str, headers: Mapping[str, str]) -> Message:
    named = [(n.lower().replace("_", "-").encode("latin-1"), v.encode("latin-1")) for n, v in headers.items()]
    return {
        "type": "http",
        "method": method,
        "path": PATH,
        "query_string": query.encode("latin-1"),
        "headers": named,
    }


class _Coming:
    """ASGI's receive: an empty body, then the end of the connection."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def __call__(self) -> Message:
        with suppress(OSError):
            while await self._reader.read(4096):
                log.debug("a stream sent more than its request")
        return {"type": "http.disconnect"}


class _Going:
    """ASGI's send, one answer a connection; it waits while the browser takes nothing."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            status = HTTPStatus(message["status"])
            lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode()]
            lines += [name + b": " + value for name, value in message["headers"]]
            self._writer.write(b"\r\n".join([*lines, b"connection: close", b"", b""]))
        else:
            self._writer.write(message.get("body", b""))
        await self._writer.drain()
