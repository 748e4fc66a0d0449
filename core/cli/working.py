"""dovetail work: carrying out jobs and delivering messages in a process of its own."""

from __future__ import annotations

import logging
import signal
import time
from contextlib import suppress

import click

from core.app import load_tasks
from core.cli import settings_of
from core.cli.background import Background, end
from core.cli.site import opened
from core.i18n import _

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@click.command()
@click.option(
    "--threads", default=1, show_default=True, type=click.IntRange(1, 64), help="How many jobs at once."
)
@click.option("--once", is_flag=True, help="Do what waits now, then end.")
@click.pass_context
def work(ctx: click.Context, threads: int, *, once: bool) -> None:
    """Carry out the site's jobs and deliver its messages, until the process is asked to end."""
    site = opened(settings_of(ctx), bring_up=False)
    load_tasks()
    logging.basicConfig(level=logging.WARNING, format=_FORMAT)
    background = Background(site, threads)
    for asked in (
        signal.SIGTERM,
        signal.SIGINT,
    ):  # the second is ignored where a shell started it in the background
        signal.signal(asked, end)
    try:
        with suppress(SystemExit):
            if once:
                background.run_waiting()
            else:
                background.start()
                click.echo(str(_("Working for the site in {folder} (Ctrl-C ends it).", folder=site.folder)))
                _rest()
    finally:
        background.stop()


def _rest() -> None:
    while True:
        time.sleep(3600)
