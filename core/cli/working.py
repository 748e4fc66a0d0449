"""dovetail work: carrying out jobs and delivering messages in a process of its own."""

from __future__ import annotations

import signal
import time
from contextlib import suppress

import click

from core import log
from core.app import load_tasks
from core.cli import settings_of
from core.cli.background import Background, end
from core.cli.renewing import Renewal, begin_anew
from core.cli.site import opened
from core.i18n import _


@click.command()
@click.option(
    "--threads", default=1, show_default=True, type=click.IntRange(1, 64), help="How many jobs at once."
)
@click.option("--once", is_flag=True, help="Do what waits now, then end.")
@click.pass_context
def work(ctx: click.Context, threads: int, *, once: bool) -> None:
    """Carry out the site's jobs and deliver its messages, until the process is asked to end."""
    settings = settings_of(ctx)
    site = opened(settings, bring_up=False)
    load_tasks()
    log.start(settings)
    background, renewal = Background(site, threads), Renewal(site)
    # The second is ignored where a shell started the process in the background.
    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, end)
    try:
        with suppress(SystemExit):
            if once:
                background.run_waiting()
            else:
                background.start()
                renewal.start()
                click.echo(str(_("Working for the site in {folder} (Ctrl-C ends it).", folder=site.folder)))
                _rest()
    finally:
        background.stop()
    if renewal.is_due:
        begin_anew()


def _rest() -> None:
    while True:
        time.sleep(3600)
