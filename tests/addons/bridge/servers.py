"""Two installations with one world each, as an integrator sets them up; every step runs in a process of its own."""
# ruff: noqa: PLC0415 -- which addons there are is known once a step has opened its site

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from core.config import Settings, read, write
from core.orm.engine import engine_for
from core.testing.process import apart, free_port

#: Longest time for something to come about that is bound to.
PATIENCE = 120


@dataclass
class Server:
    """An installation and its process."""

    folder: Path
    database: str
    port: int
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it takes messages of its only partner."""
        return f"http://127.0.0.1:{self.port}/api/bridge/partner/1/receive"

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "core.cli",
            "--site",
            str(self.folder),
            "serve",
            "--port",
            str(self.port),
        ]
        with (self.folder / "server.log").open("ab") as log:
            self.running.append(subprocess.Popen(command, stdout=log, stderr=log))
        wait_for(self._answers)

    def kill(self) -> None:
        """End the process as a power cut does."""
        process = self.running.pop()
        process.kill()
        process.wait()

    def does(self, step: Callable[..., Any], *values: object) -> Any:  # Any: what the step gives
        """Run a step on the site in a process of its own."""
        return apart(step, str(self.folder), *values)

    def has(self, table: str, count: int) -> None:
        """Wait until the table has so many rows."""
        engine = engine_for(self.database)
        counted = text(f"SELECT count(*) FROM {table}")  # noqa: S608 -- the test's own word

        def is_so() -> bool:
            with engine.connect() as connection:
                return bool(connection.scalar(counted) == count)

        wait_for(is_so)
        engine.dispose()

    def _answers(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def server(folder: Path, database: str) -> Iterator[Server]:
    """An installation that is still to be made."""
    folder.mkdir()
    made = Server(folder, database, free_port())
    try:
        yield made
    finally:
        while made.running:
            made.kill()


def wait_for(holds: Callable[[], object]) -> None:
    """Wait until it holds, and fail when it never does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came about"
        time.sleep(0.1)


def make_office(folder: str, database: str, partner_url: str) -> str:
    """The ERP alone, with everything sent and a hundred filters received; a token for the partner's account."""
    house = _made(folder, database, ("bridge", "erp_supply"))
    from addons.bridge.joins.erp.actions.synchronising import send_everything
    from addons.bridge.models import Side
    from tests.addons.bridge import connection
    from tests.addons.bridge.house import do, items, machines, partner, people_and_places, supplier
    from tests.addons.bridge.store import received, store

    with house.env_of_system() as env:
        for step in (people_and_places, items, machines, supplier, store):
            step(env)
    with house.env() as env:
        made = partner(env, Side.MES, partner_url)
        do(env, send_everything, made)
        received(env, "FILTER", 100)
    return connection.token_of(house)


def make_floor(folder: str, database: str, partner_url: str) -> str:
    """The MES alone, with nothing to work with yet; a token for the partner's account."""
    house = _made(folder, database, ("bridge", "mes_equipment"))
    from addons.bridge.models import Side
    from tests.addons.bridge import connection
    from tests.addons.bridge.house import partner, people_and_places

    with house.env_of_system() as env:
        people_and_places(env)
    with house.env() as env:
        partner(env, Side.ERP, partner_url)
    return connection.token_of(house)


def use(folder: str, quantities: tuple[int, ...]) -> None:
    """Report uses of filters at M-1, each in a transaction of its own."""
    house = _opened(folder)
    from tests.addons.bridge.machine import used, watch

    with house.env() as env:
        watch(env)
    for quantity in quantities:
        with house.env("idris") as env:
            used(env, "FILTER", quantity)


def hurry(folder: str) -> None:
    """What waits for another attempt, or for the lease of a process that died, is tried now."""
    house = _opened(folder)
    from sqlalchemy import update

    from core import clock
    from core.events.outbox import Lane

    with house.env() as env:
        waiting = update(Lane).where(Lane.next_at.is_not(None))
        env.session.execute(waiting.values(next_at=clock.now(), lease=None, lease_until=None))


def issued(folder: str) -> tuple[list[int], int]:
    """What was issued to the floor in its order, and what is left."""
    house = _opened(folder)
    from sqlalchemy import select

    from addons.bridge.joins.erp.models import FloorIssue
    from tests.addons.bridge.store import on_hand

    with house.env(write=False) as env:
        quantities = env.session.scalars(select(FloorIssue.quantity).order_by(FloorIssue.id))
        return [int(quantity) for quantity in quantities], int(on_hand(env, "FILTER"))


def agrees(folder: str) -> list[str]:
    """Wait until no figure differs; those that still do."""
    house = _opened(folder)
    from addons.bridge.actions.comparing import figures

    end = time.monotonic() + PATIENCE
    while True:
        with house.env(write=False) as env:
            found = [f"{f.flow} {f.what}" for f in figures(env, env.company_id or 0) if f.difference]
        if not found or time.monotonic() > end:
            return found
        time.sleep(0.2)


def _made(folder: str, database: str, addons: tuple[str, ...]) -> Any:  # Any: as _opened
    from core.app import create_site

    settings = Settings(Path(folder), database=database, secure_cookies=False)
    write(settings)
    create_site(settings, addons)
    return _opened(folder)


def _opened(folder: str) -> Any:  # Any: a House, whose module maps the bridge's models
    """The site in that folder, with the addons that it has."""
    from core.app import open_site

    site = open_site(read(Path(folder)))
    from tests.addons.bridge.house import House

    return House(site)
