"""A server that is asked to end answers what came before."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from subprocess import Popen

import pytest

from core.orm.env import Site
from core.testing.process import free_port
from tests.core.cli.test_working import SECONDS, started

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="a process is not asked by signals there"),
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),  # no matter of the database
]

REQUEST = b"GET /-/sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@contextmanager
def serving(site: Site) -> Iterator[tuple[Popen[str], socket.socket]]:
    """A server, and a connection to it on which nothing was said yet."""
    port = free_port()
    with started(site, "serve", "--no-worker", "--port", str(port)) as process:
        assert process.stdout is not None
        assert str(port) in process.stdout.readline()
        with socket.create_connection(("127.0.0.1", port), SECONDS) as connection:
            yield process, connection


def answer_on(connection: socket.socket) -> bytes:
    with connection.makefile("rb") as answer:
        return answer.read()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_who_connected_before_is_answered(site: Site, how: signal.Signals) -> None:
    with serving(site) as (process, connection):
        process.send_signal(how)
        time.sleep(0.2)  # as long as a browser may take from its connection to its request
        connection.sendall(REQUEST)

        assert answer_on(connection).startswith(b"HTTP/1.1 200 ")
        assert process.wait(SECONDS) == 0


def test_a_request_that_has_come_half_is_answered(site: Site) -> None:
    with serving(site) as (process, connection):
        connection.sendall(REQUEST[:20])
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        connection.sendall(REQUEST[20:])

        assert answer_on(connection).startswith(b"HTTP/1.1 200 ")
        assert process.wait(SECONDS) == 0


def test_who_says_nothing_does_not_hold_it(site: Site) -> None:
    with serving(site) as (process, connection):
        process.send_signal(signal.SIGTERM)

        assert process.wait(SECONDS) == 0
        assert answer_on(connection) == b""


def test_the_same_signal_once_more_ends_it_at_once(site: Site) -> None:
    with serving(site) as (process, connection):
        connection.sendall(REQUEST[:20])
        process.send_signal(signal.SIGTERM)
        time.sleep(0.2)
        process.send_signal(signal.SIGTERM)

        assert process.wait(SECONDS) == -signal.SIGTERM
