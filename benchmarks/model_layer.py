"""Run the platform and the same work in bare SQLAlchemy, and print what each costs.

    python benchmarks/model_layer.py [--postgres | --database URL] [--json] [--only PARTS] [--rows N]

The database must be empty: an SQLite file of a temporary folder by default, with --postgres one of a server of its own.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import click

from benchmarks import audit, lists, processes, records
from benchmarks.measure import Meter, Row
from benchmarks.plant import open_plant
from core.orm.engine import engine_for
from core.orm.env import Site
from core.testing.postgres import cloned_database, running_postgres

#: A server as it is in use: every commit is on the disk before it is answered.
DURABLE = {"shared_buffers": "256MB", "max_wal_size": "2GB", "max_connections": "80"}

HEAD = f"{'id':20} {'ratio':>8} {'cpu ms':>10} {'floor ms':>10} {'stmts':>6}  bar"

Part = Callable[[Site, Meter], Iterator[Row]]


@click.command()
@click.option("--database", default="", help="URL of an empty database; by default a new SQLite file.")
@click.option("--postgres", is_flag=True, help="Start a private PostgreSQL and measure on it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option(
    "--only", default="records,audit,lists,processes,numbers", help="Parts to run, with commas between them."
)
@click.option("--rows", "count", default=1_000_000, help="Rows of the long lists.")
@click.option("--repeat", default=5, help="Runs behind each median.")
def main(database: str, postgres: bool, as_json: bool, only: str, count: int, repeat: int) -> None:
    """Measure the model layer."""
    with (
        tempfile.TemporaryDirectory() as folder,
        database_of(database, Path(folder), postgres=postgres) as url,
    ):
        found: list[Row] = []
        for row in _measured(url, Path(folder), _parts(count, only), repeat):
            if not as_json:
                click.echo(line(row) if found else f"{HEAD}\n{line(row)}")
            found.append(row)
    if as_json:
        click.echo(json.dumps({"rows": [row.as_json() for row in found]}))
    sys.exit(0 if all(row.met for row in found) else 1)


@contextmanager
def database_of(url: str, folder: Path, *, postgres: bool) -> Iterator[str]:
    """The empty database to measure on."""
    if not postgres:
        yield url or f"sqlite:///{folder / 'plant.db'}"
        return
    with running_postgres(DURABLE) as server, cloned_database(server, "plant") as address:
        yield address


def _parts(count: int, only: str) -> list[Part]:
    known: dict[str, Part] = {"records": records.rows, "lists": partial(lists.rows, count=count),
                              "processes": partial(processes.rows, count=count),
                              "numbers": processes.numbers, "audit": audit.rows}  # fmt: skip
    return [known[name.strip()] for name in only.split(",")]


def _measured(url: str, folder: Path, parts: list[Part], repeat: int) -> Iterator[Row]:
    engine = engine_for(url)
    site = open_plant(engine, folder)
    meter = Meter(engine, repeat)
    for part in parts:
        yield from part(site, meter)
    engine.dispose()


def line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    floor = "" if row.floor_cpu_ms is None else f"{row.floor_cpu_ms:.2f}"
    met = "met" if row.met else "MISSED"
    return (
        f"{row.id:20} {ratio:>8} {row.cpu_ms:10.2f} {floor:>10} {row.statements or '':>6}  {row.bar}: {met}"
    )


if __name__ == "__main__":
    main()
