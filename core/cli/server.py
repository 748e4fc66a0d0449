"""Serving a site: waitress for its pages, threads for its event stream and, as it may be, for its jobs and messages."""

from __future__ import annotations

import logging
import socket
from typing import Any

import click

from core import config, log
from core.app import web
from core.cli.background import Background
from core.cli.draining import Draining
from core.cli.renewing import Renewal, begin_anew, handed_over
from core.errors import ConfigError
from core.events.asgi import StreamApp
from core.i18n import _
from core.orm.env import Site

HOST = "127.0.0.1"
_THREADS = 8
#: The first port that needs no rights.
_UNPRIVILEGED = 1024


class Listener:
    """The port of a server, taken before anything else, so that a second start is told at once."""

    def __init__(self, port: int, host: str = HOST) -> None:
        self.host = host
        self._socket = handed_over() or _taken(host, port)
        self.port: int = self._socket.getsockname()[1]

    def serve(self, site: Site, *, works: bool = True, demonstration: str = "") -> None:
        """Serve `site` until the process is asked to end; with `works` it carries out its jobs as well.

        With the language of its `demonstration` the examples of its addons live.
        """
        from waitress.server import create_server  # noqa: PLC0415 -- for servers alone

        from core.cli.streaming import Streams, StreamsFirst  # noqa: PLC0415 -- as above
        from core.web import metrics  # noqa: PLC0415 -- as above

        settings = config.read(site.folder)
        log.start(settings)
        logging.getLogger("waitress").setLevel(logging.ERROR)  # it warns of every queued request
        app = web(site)
        background = Background(site, demonstration=demonstration)
        streams = Streams(StreamApp(site, secure_cookies=settings.secure_cookies))
        metrics.streams.set_function(lambda: streams.app.hub.count)
        connections: dict[int, Any] = {}
        server = create_server(app, connections, sockets=[self._socket], ident="",
                               _dispatcher=StreamsFirst(streams, _THREADS))  # fmt: skip
        draining = Draining(server, connections)
        click.echo(
            str(_("Dovetail is at {address} (Ctrl-C ends it).", address=f"http://{self.host}:{self.port}/"))
        )
        listening, renewal = self._socket.dup(), Renewal(site)  # the server closes its own
        if works:
            background.start()
        streams.start()
        renewal.start()
        try:
            draining.run()
        finally:
            renewal.stop()
            streams.stop()
            background.stop()
            server.close()
        if renewal.is_due:
            begin_anew(listening)


def _taken(host: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen()
    except OSError as error:
        made.close()
        raise ConfigError(_refused(host, port, error)) from error
    return made


def _refused(host: str, port: int, error: OSError) -> object:
    if error.errno in (13, 98, 48):
        return _(
            "Port {port} of {host} is taken by another program or not free to take. --port {other} takes another.",
            port=port,
            host=host,
            other=max(port + 1, _UNPRIVILEGED),
        )
    return _(
        "Nothing can listen on {host}, port {port}: {error}.", host=host, port=port, error=error.strerror
    )
