"""`dovetail ingest` and `dovetail simulate shdr`: machine data from the command line."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import click

from addons.mes_equipment.ingest import running
from addons.mes_equipment.ingest.writing import Opener
from core import _


@click.command()
@click.option("--part", type=click.Choice([running.READER, running.WRITER]), hidden=True)
@click.pass_obj
def ingest(opener: Opener, part: str | None) -> None:
    """Take over machine data from the brokers and servers that the site's ingest.toml names."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    stopped = running.until_signalled()
    place = running.place_of(opener)
    if part == running.READER:
        running.read(place, stopped)
    elif part == running.WRITER:
        running.write(place, opener, stopped)
    else:
        brokers = [each.broker for each in place.settings.mqtt] + [each.url for each in place.settings.opcua]
        click.echo(str(_("Listening to {sources} (Ctrl-C ends it).", sources=", ".join(brokers))))
        running.supervise(running.this_command(), stopped)


@click.group()
def simulate() -> None:
    """Be a machine, for trying out."""


@simulate.command("shdr")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--broker", default="127.0.0.1:1883", show_default=True, help="HOST:PORT of the broker.")
@click.option(
    "--speed", default=1.0, show_default=True, help="How many times as fast; 0 is as fast as it goes."
)
@click.option("--group", default="Simulation", show_default=True, help="The Sparkplug group.")
@click.option("--node", default="", help="The edge node; the name of the file without one.")
@click.option("--host-id", default="dovetail", show_default=True, help="The primary host that is waited for.")
@click.option("--begin", type=click.DateTime(), help="When its first line happened (UTC); now without one.")
def shdr(
    file: Path, broker: str, speed: float, group: str, node: str, host_id: str, begin: datetime | None
) -> None:
    """Replay FILE as a Sparkplug edge node that holds back while the primary host is offline."""
    from addons.mes_equipment.ingest.simulating import Replay, simulate_shdr  # noqa: PLC0415 -- paho, for this alone

    stopped = running.until_signalled()
    name = node or file.name.split(".")[0].split("-")[0]
    sent = simulate_shdr(
        file, broker, Replay(group, name, host_id, speed, begin and begin.replace(tzinfo=UTC)), stopped
    )
    click.echo(str(_("{count} values sent.", count=sent)))
