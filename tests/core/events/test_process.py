"""The stream of a site in processes of its own and inside `serve`, as browsers reach it."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

import pytest

from core.events.asgi import PATH
from core.orm.env import Site
from core.testing.process import free_port
from tests.core.events.conftest import Plant, Somebody
from tests.core.events.listening import SECONDS, Closed, Listening

#: Browsers at once on one process.
MANY = 500


@contextmanager
def running(site: Site, command: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """`dovetail COMMAND` on the site, once it answers; ended with all that it started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core.cli", "--site", str(site.folder), command, "--port", str(port)],
        env={**os.environ, "PYTHONWARNINGS": ""}, start_new_session=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _answers(process, port)
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(SECONDS)


def _answers(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + SECONDS
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=SECONDS):
                return
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)


def listen(port: int, who: Somebody, after: int | None = None) -> Listening:
    connection = socket.create_connection(("127.0.0.1", port), SECONDS)
    last = "" if after is None else f"Last-Event-ID: {after}\r\n"
    head = f"GET {PATH} HTTP/1.1\r\nHost: plant\r\nCookie: dovetail={who.token}\r\n{last}\r\n"
    connection.sendall(head.encode())
    return Listening(connection)


def test_a_process_that_is_killed_and_started_again_loses_nothing(plant: Plant) -> None:
    item, who, port = plant.item("P-1"), plant.person("base.employee"), free_port()
    with running(plant.site, "stream", port) as process:
        listening = listen(port, who).ready()
        plant.rename(item, "before")
        before = listening.events(1)
        os.killpg(process.pid, signal.SIGKILL)
        with pytest.raises((Closed, ConnectionError)):
            listening.next()
        plant.rename(item, "meanwhile")
    with running(plant.site, "stream", port):
        again = listen(port, who, after=listening.last_id)
        plant.rename(item, "after")
        after = again.events(2)
        again.close()
    listening.close()

    assert [heard.id - before[0].id for heard in (*before, *after)] == [0, 1, 2]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_pages_and_stream_are_at_one_address(plant: Plant) -> None:
    who, port = plant.person("base.employee"), free_port()
    with running(plant.site, "serve", port):
        kept = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        kept.request("GET", "/healthz")
        assert kept.getresponse().read() == b"ok\n"
        kept.request("GET", PATH, headers={"Cookie": f"dovetail={who.token}"})  # over the same connection
        answer = kept.getresponse()
        assert (answer.status, answer.getheader("Content-Encoding")) == (200, None)
        assert answer.readline() == b"retry: 3000\n"
        kept.close()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_five_hundred_browsers_listen_while_pages_are_answered(plant: Plant) -> None:
    item, port = plant.item("P-1"), free_port()
    people = [plant.person("base.employee") for _n in range(MANY // 5)]
    with running(plant.site, "serve", port):
        listeners = [listen(port, people[n % len(people)]) for n in range(MANY)]
        for listening in listeners:
            listening.ready()

        plant.rename(item, "heard by all")
        with urlopen(f"http://127.0.0.1:{port}/-/sign-in", timeout=SECONDS) as page:
            assert page.status == 200

        assert {listening.events(1)[0].data["topic"] for listening in listeners} == {"base.item"}
        assert threading.active_count() < MANY
        for listening in listeners:
            listening.close()
