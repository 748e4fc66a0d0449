"""The ASGI application of the event stream: server-sent events, resumed where a browser left off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from core.errors import PlatformError
from core.events import feed
from core.events.hub import Hub, Subscriber, listener, messages
from core.orm.env import Site
from core.security.headers import headers as secure_headers
from core.security.session import cookie_name
from core.security.watching import may_see_metrics

Message = MutableMapping[str, Any]  # Any: as ASGI has it
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

#: Where browsers find it, in front of a proxy too.
PATH = "/-/stream"
#: A browser that hears nothing for three of these has lost the connection.
BEAT_SECONDS = 15.0
#: How soon a browser comes back after a cut.
RETRY_MS = 3_000
#: A browser that takes nothing for so long is dropped.
SEND_SECONDS = 20.0
_GAUGE = "dovetail_stream_subscribers"
_STREAM = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
}
_TEXT = {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"}


class StreamApp:
    """Streams of one site: `GET /-/stream`, with the session's cookie."""

    def __init__(self, site: Site, *, secure_cookies: bool, metrics_token: str = "") -> None:
        self.site = site
        self._metrics_token = metrics_token
        self.hub = Hub(site)
        self._cookie = cookie_name(secure=secure_cookies)
        self._headers = secure_headers(over_tls=secure_cookies)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.hub.start()
            else:
                await self.hub.stop()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        if scope["path"] == "/healthz":
            await self._say(send, 200, "ok\n")
        elif scope["path"] == "/metrics" and self._may_see(scope, headers):
            await self._say(send, 200, f"# TYPE {_GAUGE} gauge\n{_GAUGE} {self.hub.count}\n")
        elif scope["path"] != PATH or scope["method"] != "GET":
            await self._say(send, 404, "Nothing is kept at this address.\n")
        elif headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            await self._say(send, 403, "Another site asks for this.\n")
        else:
            await self._stream(headers, scope["query_string"].decode("latin-1"), receive, send)

    def _may_see(self, scope: Message, headers: dict[str, str]) -> bool:
        here = (scope.get("client") or ("",))[0]
        return may_see_metrics(self._metrics_token, here, headers)

    async def _stream(self, headers: dict[str, str], query: str, receive: Receive, send: Send) -> None:
        token = _cookie(headers.get("cookie", ""), self._cookie)
        subscriber = await asyncio.to_thread(listener, self.site, token)
        if subscriber is None:
            await self._say(send, 401, "Sign in to go on.\n")
            return
        try:
            joined = self.hub.join(subscriber)
        except PlatformError as error:
            await self._say(send, error.status, f"{error}\n")
            return
        try:
            await send(self._begun(200, _STREAM))
            await _Stream(self.site, subscriber, receive, send).run(_last(headers, query), joined)
        finally:
            self.hub.leave(subscriber)

    async def _say(self, send: Send, status: int, text: str) -> None:
        await send(self._begun(status, _TEXT))
        await send({"type": "http.response.body", "body": text.encode(), "more_body": False})

    def _begun(self, status: int, headers: Mapping[str, str]) -> Message:
        said = [(n.lower().encode(), value.encode()) for n, value in {**self._headers, **headers}.items()]
        return {"type": "http.response.start", "status": status, "headers": said}


class _Stream:
    """One answer, until the browser or the session goes."""

    def __init__(self, site: Site, subscriber: Subscriber, receive: Receive, send: Send) -> None:
        self._site = site
        self._subscriber = subscriber
        self._receive = receive
        self._send = send

    async def run(self, last: int | None, joined: int) -> None:
        """Send what happened after `last` (None: from now on), then what happens."""
        leaving = asyncio.create_task(self._leave())
        try:
            await self._write(f"retry: {RETRY_MS}\n\n".encode())
            await self._catch_up(last, joined)
            await self._follow()
        except TimeoutError:
            self._subscriber.end("slow")
        finally:
            leaving.cancel()
        with suppress(OSError):
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _catch_up(self, last: int | None, joined: int) -> None:
        """What is kept between the cut and now; `reset` where that is not all there was."""
        newest = await asyncio.to_thread(feed.newest, self._site)
        last = newest if last is None else last
        self._subscriber.position = last
        kept = await asyncio.to_thread(feed.oldest, self._site)
        if last + 1 < kept or last > max(joined, newest):
            self._subscriber.position = joined
            await self._write(b"event: reset\ndata: {}\n\n")
        while self._subscriber.position < joined and not self._subscriber.ending:
            await self._write(await asyncio.to_thread(self._missed, joined))
        await self._write(self._beat("hello"))

    def _missed(self, until: int) -> bytes:
        batch = [told for told in feed.after(self._site, self._subscriber.position) if told.id <= until]
        self._subscriber.position = batch[-1].id if batch else until
        return b"".join(text for _id, text in messages(self._site, self._subscriber.principal, batch))

    async def _follow(self) -> None:
        subscriber = self._subscriber
        while not subscriber.ending:
            try:
                await asyncio.wait_for(subscriber.ready.wait(), BEAT_SECONDS)
            except TimeoutError:
                await self._write(self._beat("beat"))
                continue
            await self._write(subscriber.take())
        if subscriber.ending == "signed-out":
            await self._write(b"event: signed-out\ndata: {}\n\n")

    def _beat(self, kind: str) -> bytes:
        """Proxies keep the connection for the comment; a script sees the event, and resumes from its id."""
        return f": {kind}\nid: {self._subscriber.position}\nevent: {kind}\ndata: {{}}\n\n".encode()

    async def _write(self, text: bytes) -> None:
        if text:
            sent = self._send({"type": "http.response.body", "body": text, "more_body": True})
            await asyncio.wait_for(sent, SEND_SECONDS)

    async def _leave(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._subscriber.end("gone")


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found is not None else ""


def _last(headers: dict[str, str], query: str) -> int | None:
    """Where a browser left off: by itself after a cut, or as its page was made."""
    given = headers.get("last-event-id") or parse_qs(query).get("after", [""])[0]
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None  # noqa: PLR2004 -- 64 bits
