"""dovetail stream: the event stream of a site in a process of its own, behind the proxy of several web processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import click

from core import log
from core.app import open_site
from core.cli import settings_of
from core.cli.renewing import Renewal
from core.config import Settings
from core.errors import ConfigError
from core.i18n import _

_HOST = "127.0.0.1"
_PORT = 8001


@click.command()
@click.option("--port", default=_PORT, show_default=True, help="The port to listen on.")
@click.option("--host", default=_HOST, show_default=True, help="The address to listen on.")
@click.pass_context
def stream(ctx: click.Context, port: int, host: str) -> None:
    """Serve the event stream alone; the proxy in front sends /-/stream here."""
    if os.name != "posix":
        raise ConfigError(_("dovetail stream needs a Unix. Here dovetail serve serves the stream as well."))
    settings = settings_of(ctx)
    open_site(settings).engine.dispose()  # what is wrong with the site is said here, in words
    _run(settings, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


def _run(settings: Settings, address: str) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 -- gunicorn is not there on Windows

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
        """Gunicorn with its asgi worker, one process that holds all streams."""

        def load_config(self) -> None:
            for name, value in _options(address).items():
                self.cfg.set(name, value)

        def load(self) -> Callable[..., Any]:  # Any: as ASGI has it
            from core.events.asgi import StreamApp  # noqa: PLC0415 -- in the worker, whose site it is

            log.start(settings)
            site = open_site(settings)
            # Gunicorn's own process loads its worker anew.
            Renewal(site, lambda: os.kill(os.getppid(), signal.SIGHUP)).start()
            return StreamApp(
                site,
                secure_cookies=settings.secure_cookies,
                metrics_token=settings.metrics_token,
            )

    Server().run()


def _options(address: str) -> dict[str, object]:
    return {
        "bind": address,
        "worker_class": "asgi",
        "workers": 1,
        "asgi_lifespan": "on",
        "graceful_timeout": 1,  # a stream never ends by itself; browsers come back and resume
        "loglevel": "warning",
        "proc_name": "dovetail-stream",
    }
