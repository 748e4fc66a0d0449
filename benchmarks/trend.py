"""The page of trends over a month of 200 tags: its own statements, and the CPU of a whole request as a person makes it.

    python -m benchmarks.trend [--postgres | --database URL] [--json] [--tags N] [--repeat N]

The database must be empty: an SQLite file of a temporary folder by default, with --postgres one of a server of its own.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import click
from flask.testing import FlaskClient
from sqlalchemy import select

from benchmarks.measure import Meter, Row, Taken
from benchmarks.model_layer import HEAD, database_of, line
from core import addon, clock
from core.app import create_site, web
from core.base import Company, Currency, EquipmentLevel, Unit, User, UserCompany, UserRole, WorkCenter
from core.base import Site as Plant
from core.config import Settings
from core.orm import bulk, series
from core.orm.env import Env, Principal, Site, open_env
from core.security.principal import principal_of
from core.testing.browsing import signed_in
from core.testing.making import make

NAMES = ["mes_equipment"]
# Whose modules are whose is known before any of them is imported.
addon.claim(addon.in_order(NAMES, addon.discover()))

from addons.mes_equipment.models import Latest, Protocol, RollupHour, RollupMinute, Tag, viewer  # noqa: E402 -- as said
from addons.mes_equipment.rules.reading import Quality  # noqa: E402 -- as said

MOST_STATEMENTS, MOST_MS = 4, 40
DRAWN = 8
#: Of a page that has little beside session and shell.
_SHELL = "/-/keys"
_HOURS, _MINUTES, _MINUTES_OF = 30 * 24, 2 * 24 * 60, 20


@click.command()
@click.option("--database", default="", help="URL of an empty database; by default a new SQLite file.")
@click.option("--postgres", is_flag=True, help="Start a private PostgreSQL and measure on it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--tags", default=200, help="Tags of the machine.")
@click.option("--repeat", default=9, help="Runs behind each median.")
def main(database: str, postgres: bool, as_json: bool, tags: int, repeat: int) -> None:
    """Measure the page of trends."""
    with (
        tempfile.TemporaryDirectory() as folder,
        database_of(database, Path(folder), postgres=postgres) as url,
    ):
        site = create_site(Settings(Path(folder) / "site", database=url), NAMES)
        found = list(_measured(site, tags, repeat))
        site.engine.dispose()
    if as_json:
        click.echo(json.dumps({"rows": [row.as_json() for row in found]}))
    else:
        click.echo("\n".join([HEAD, *map(line, found)]))
    sys.exit(0 if all(row.met for row in found) else 1)


def _measured(site: Site, count: int, repeat: int) -> Iterator[Row]:
    client, machine, tags = _plant(site, count)
    meter = Meter(site.engine, repeat)
    drawn = ",".join(map(str, tags[:DRAWN]))
    for span in ("month", "8h", "year"):
        url = f"/equipment/{machine}/trend?span={span}&tags={drawn}"
        shell, page = meter.take_in_turn(partial(_get, client, _SHELL), partial(_get, client, url))
        yield _row(f"trend_{span}", f"{span} of {DRAWN} tags, {count} listed", page, shell)


def _get(client: FlaskClient, url: str, _run: int) -> None:
    answer = client.get(url)
    assert answer.status_code == 200, answer.text[:500]  # noqa: PLR2004 -- HTTP's own


def _row(id: str, work: str, page: Taken, shell: Taken) -> Row:
    own = page.statements - shell.statements
    cpu = round(page.cpu * 1000, 2)
    return Row(
        id, work, None, cpu, round(shell.cpu * 1000, 2), own, f"{MOST_STATEMENTS} statements, {MOST_MS} ms CPU",
        own <= MOST_STATEMENTS and cpu < MOST_MS,
    )  # fmt: skip


def _plant(site: Site, count: int) -> tuple[FlaskClient, int, list[int]]:
    """Somebody signed in, a machine, and its tags with a month of readings."""
    with open_env(site, write=True) as env:
        company, machine, user = _people(env)
    with open_env(site, Principal(company_id=company), write=True) as env:
        unit = env.session.scalar(select(Unit.id).where(Unit.code == "P1"))
        tags = bulk.create(env, Tag, [
            {"company_id": company, "path": f"Plant/Mill/Gauge {n:03}", "address": f"Mill/{n}", "unit_id": unit,
             "protocol": Protocol.MQTT, "work_center_id": machine, "low": Decimal(0), "high": Decimal(120)}
            for n in range(count)
        ])  # fmt: skip
        _fill(env, tags)
    with open_env(site) as env:
        return signed_in(site, principal_of(env, user), web(site)), machine, tags


def _people(env: Env) -> tuple[int, int, int]:
    euro = env.session.scalar(select(Currency.id).where(Currency.code == "EUR"))
    company = make(env, Company, code="KH", currency_id=euro)
    env.flush()
    plant = make(env, Plant, company_id=company.id)
    user = make(
        env, User, home_company_id=company.id, roles=[UserRole(role=viewer.name)],
        companies=[UserCompany(seen_company_id=company.id)],
    )  # fmt: skip
    env.flush()
    machine = make(env, WorkCenter, company_id=company.id, site_id=plant.id, level=EquipmentLevel.WORK_UNIT)
    env.flush()
    return company.id, machine.id, user.id


def _fill(env: Env, tags: list[int]) -> None:
    """Hours of a month of every tag, minutes of two days of those that are drawn and some more."""
    now = clock.now()
    hour, minute = now.replace(minute=0, second=0, microsecond=0), now.replace(second=0, microsecond=0)
    for model, step, number, of in (
        (RollupHour, timedelta(hours=1), _HOURS, tags),
        (RollupMinute, timedelta(minutes=1), _MINUTES, tags[:_MINUTES_OF]),
    ):
        begin = hour if model is RollupHour else minute
        for tag in of:
            series.merge(env, model, [_bucket(tag, begin - n * step, step) for n in range(number)])
    series.merge(env, Latest, [(tag, now, 50.0, None, Quality.GOOD, 0, None) for tag in tags])


def _bucket(tag: int, at: datetime, step: timedelta) -> tuple[object, ...]:
    value = 50 + 20 * math.sin(hash((tag, at)) % 628 / 100)
    seconds = step.total_seconds() - 1
    last = at + timedelta(seconds=seconds)
    return (
        tag,
        at,
        value - 7.3,
        value + 8.1,
        value * 60,
        60,
        value * seconds,
        seconds,
        value,
        at,
        value,
        last,
    )


if __name__ == "__main__":
    main()
