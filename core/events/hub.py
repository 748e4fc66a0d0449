"""The browsers that listen, and what is handed to each: in order, once, within bounds."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Sequence
from threading import Lock

from core.errors import PlatformError
from core.events.audience import Told, seen_by
from core.events.feed import BATCH, Feed
from core.i18n import _
from core.orm.env import Principal, Site, open_env
from core.security import session
from core.security.principal import principals_of_sessions
from core.security.session import Handle

#: Messages that wait for a browser; one that takes no more is dropped, and resumes where it was.
MOST_WAITING = 2 * BATCH
#: Browsers of one person, and streams of one process.
MOST_OF_PERSON = 8
MOST_STREAMS = 5_000
#: How soon a session that ended, or roles that changed, are noticed.
CHECK_SECONDS = 5.0
log = logging.getLogger("dovetail.stream")


class TooManyStreams(PlatformError):
    """Somebody, or everybody together, listens with more browsers than are allowed."""

    code, status = "too_many_streams", 429


class Subscriber:
    """One open stream. Its queue is filled in the loop that empties it."""

    def __init__(self, principal: Principal, session: Handle, since: int) -> None:
        self.principal = principal
        #: Not its token, which is another one when the password was given again.
        self.session = session
        #: The last event that it has, or that was not for it.
        self.position = since
        #: Why it ends, once it does.
        self.ending = ""
        self.ready = asyncio.Event()
        self._waiting: deque[tuple[int, bytes]] = deque()

    def push(self, messages: Sequence[tuple[int, bytes]], position: int) -> None:
        """Queue what is new; a browser that does not keep up is sent away."""
        if len(self._waiting) + len(messages) > MOST_WAITING:
            self.end("slow")
            return
        self._waiting.extend(messages)
        self._waiting.append((position, b""))
        self.ready.set()

    def take(self) -> bytes:
        """All that waits, without what the browser has already."""
        self.ready.clear()
        found = bytearray()
        while self._waiting:
            position, message = self._waiting.popleft()
            if position > self.position:
                found += message
            if not message:
                self.position = max(self.position, position)
        return bytes(found)

    def end(self, why: str) -> None:
        self.ending = self.ending or why
        self._waiting.clear()
        self.ready.set()


class Hub:
    """The streams of one process."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.feed = Feed(site, self.deliver)
        #: The last event that was handed to those who were there.
        self.position = 0
        self._subscribers: set[Subscriber] = set()
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._checks: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        return len(self._subscribers)

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self.feed.start)
        self.position = self.feed.position
        self._checks = asyncio.create_task(self._check())

    async def stop(self) -> None:
        if self._checks is not None:
            self._checks.cancel()
        for subscriber in list(self._subscribers):
            subscriber.end("closing")
        await asyncio.to_thread(self.feed.stop)

    def join(self, subscriber: Subscriber) -> int:
        """Add a stream; returns the position up to which it has to read by itself. Raises TooManyStreams."""
        with self._lock:
            own = Counter(s.principal.user_id for s in self._subscribers)[subscriber.principal.user_id]
            if own >= MOST_OF_PERSON or len(self._subscribers) >= MOST_STREAMS:
                raise TooManyStreams(
                    _("Live updates are open in {count} browsers already. Close some of them.", count=own)
                )
            self._subscribers.add(subscriber)
            return self.position

    def leave(self, subscriber: Subscriber) -> None:
        with self._lock:
            self._subscribers.discard(subscriber)

    def deliver(self, batch: Sequence[Told]) -> None:
        """Called by the feed's thread: find out for each person what they get, and hand it to their loop."""
        with self._lock:
            subscribers, self.position = list(self._subscribers), batch[-1].id
        known: dict[Principal, list[tuple[int, bytes]]] = {}
        for subscriber in subscribers:
            principal = subscriber.principal
            if principal not in known:
                known[principal] = messages(self.site, principal, batch)
            assert self._loop is not None
            self._loop.call_soon_threadsafe(subscriber.push, known[principal], batch[-1].id)

    async def _check(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self.check()
            except Exception:
                log.exception("the event stream cannot check sessions; it tries again")

    async def check(self) -> None:
        """End the streams of sessions that have ended, and follow the roles and companies of the others."""
        subscribers = list(self._subscribers)
        found = await asyncio.to_thread(_principals, self.site, {s.session for s in subscribers})
        for subscriber in subscribers:
            principal = found.get(subscriber.session)
            if principal is None:
                subscriber.end("signed-out")
            else:
                subscriber.principal = principal


def messages(site: Site, principal: Principal, batch: Sequence[Told]) -> list[tuple[int, bytes]]:
    """What `principal` gets of `batch`, each with its id."""
    seen = (seen_by(site, principal, told) for told in batch)
    return [(told.id, told.message) for told in seen if told is not None]


def listener(site: Site, token: str) -> Subscriber | None:
    """A stream of the person whose session's token this is; None when it has ended."""
    with open_env(site) as env:
        found = session.find(env, token)
        if found is None:
            return None
        principal = principals_of_sessions(env, {found.handle}).get(found.handle)
        return Subscriber(principal, found.handle, 0) if principal is not None else None


def _principals(site: Site, sessions: set[Handle]) -> dict[Handle, Principal]:
    with open_env(site) as env:
        return principals_of_sessions(env, sessions)
