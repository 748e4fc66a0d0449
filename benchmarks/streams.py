"""Event streams of one process: how soon all hear of a commit, what they hold, and what writers pay for it."""

from __future__ import annotations

import argparse
import resource
import socket
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import update

from core import clock
from core.app import create_site
from core.base import User
from core.base.models.role import employee
from core.cli.streaming import Streams
from core.config import Settings
from core.events.asgi import PATH, StreamApp
from core.events.stream import publish
from core.orm.env import Site, open_env
from core.security import session
from core.security.role import Role
from core.security.session import LoginSession
from core.testing.making import make

#: Streams that one person may have.
EACH = 5
SECONDS = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--events", type=int, default=30)
    parser.add_argument("--database", default="", help="an empty PostgreSQL; SQLite without it")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        site = create_site(Settings(Path(folder) / "site", database=asked.database))
        streams = Streams(StreamApp(site, secure_cookies=False))
        streams.start()
        _measure(site, streams, asked.streams, asked.events)
        streams.stop()
        site.engine.dispose()


def _measure(site: Site, streams: Streams, count: int, events: int) -> None:
    tokens = _tokens(site, -(-count // EACH))
    cost = _cost(site)
    before = _memory_mb()
    began = time.perf_counter()
    listeners = [_listen(streams, tokens[n % len(tokens)]) for n in range(count)]
    for listener in listeners:
        _until(listener, b"event: hello")
    opened = time.perf_counter() - began
    latencies = [_heard_by_all(site, listeners, n) for n in range(events)]
    print(f"streams            {count} on one process, opened in {opened:.1f} s")
    print(
        f"heard by all after {1000 * statistics.median(latencies):.0f} ms, at most {1000 * max(latencies):.0f} ms"
    )
    print(f"memory             {_memory_mb() - before:.0f} MB more, both ends of each connection counted")
    print(f"a commit pays      {cost:.2f} ms for its event")
    for listener in listeners:
        listener.close()


def _tokens(site: Site, people: int) -> list[str]:
    with open_env(site, write=True) as env:
        users = [make(env, User) for _n in range(people)]
        return [session.start(env, user.id, "127.0.0.1", "benchmark")[0] for user in users]


def _listen(streams: Streams, token: str) -> socket.socket:
    ours, theirs = socket.socketpair()
    ours.settimeout(SECONDS)
    headers = [(b"cookie", f"dovetail={token}".encode())]
    streams.adopt(theirs, {
        "type": "http", "method": "GET", "path": PATH, "query_string": b"", "headers": headers,
    })  # fmt: skip
    return ours


def _until(listener: socket.socket, words: bytes) -> None:
    text = b""
    while words not in text:
        text += listener.recv(65536)


def _heard_by_all(site: Site, listeners: list[socket.socket], number: int) -> float:
    with open_env(site, write=True) as env:
        publish(env, f"news {number}", role=_everybody(site), companies=())
    began = time.perf_counter()
    for listener in listeners:
        _until(listener, f"news {number}".encode())
    return time.perf_counter() - began


def _everybody(site: Site) -> Role:
    return next(role for role in site.access.roles.values() if role.everybody)


def _cost(site: Site) -> float:
    """Median milliseconds that a transaction takes longer when it publishes."""

    def took(tell: bool) -> float:
        taken = []
        for _n in range(200):
            began = time.perf_counter()
            with open_env(site, write=True) as env:
                env.session.execute(update(LoginSession).values(seen_at=clock.now()))
                if tell:
                    publish(env, "cost", role=employee, companies=())
            taken.append(time.perf_counter() - began)
        return statistics.median(taken)

    return 1000 * (took(tell=True) - took(tell=False))


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
