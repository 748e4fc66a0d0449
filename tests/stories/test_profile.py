"""An integrator keeps a file for each customer, and makes the customer's site what the file says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.backup.dump import closing_engine
from core.config import Settings, read, write
from core.orm.installed import records
from core.testing.databases import Databases
from tests.core.cli.typed import dovetail

PROFILE = """\
[addons]
erp_supply = ">=0.1"

[settings.erp_supply]
approval_limit = 5000

[companies.ACME]
name = "ACME GmbH"
currency = "EUR"
country = "DE"
zone = "Europe/Berlin"

[companies.ACME.settings.erp_supply]
approval_limit = 800.50

[seeds."base.currency".TRY]
active = true

[seeds."base.schedule"."base.tidy"]
active = false
"""


@pytest.fixture
def folder(tmp_path: Path, database_kind: str, fresh_databases: Databases) -> Path:
    """The folder of a site that `dovetail init` made with another addon than the profile names."""
    site = tmp_path / "site"
    write(Settings(site, database=fresh_databases.fresh(database_kind)))
    assert dovetail(site, "init", "--addons", "mes_equipment").returncode == 0
    return site


def _states(folder: Path) -> dict[str, str]:
    with closing_engine(read(folder).url) as engine, engine.connect() as connection:
        return {name: str(record.state) for name, record in records(connection).items()}


def _by_hand(folder: Path) -> None:
    with closing_engine(read(folder).url) as engine:
        writing = engine.execution_options(dovetail_write=True)
        with writing.begin() as connection:
            connection.exec_driver_sql("UPDATE base_company SET zone = 'UTC'")
            connection.exec_driver_sql("UPDATE base_schedule SET active = true WHERE name = 'base.tidy'")


@pytest.mark.story
def test_a_site_is_made_from_a_profile_and_brought_back_to_it(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "acme.toml"
    file.write_text(PROFILE)

    # Made: the addon, what it is set to, the company and the shipped rows. What it does not name stays.
    made = dovetail(folder, "apply", str(file), "--yes")
    assert (made.returncode, made.stderr) == (0, "")
    assert "Install: addons.erp_supply" in made.stdout
    assert "mes_equipment is in use and not in the profile" in made.stdout

    # Changed by hand, and a decision about the other addon: the difference is told, and nothing else.
    _by_hand(folder)
    file.write_text(PROFILE.replace("[addons]", "[addons]\nmes_equipment = false"))
    differing = dovetail(folder, "diff", str(file), "--json")
    assert differing.returncode == 1
    assert [
        (each["verb"], ".".join(each["path"]), each["after"])
        for each in json.loads(differing.stdout)["changes"]
    ] == [
        ("disable", "addons.mes_equipment", None),
        ("set", "companies.ACME.zone", "Europe/Berlin"),
        ("set", "seeds.base.schedule.base.tidy", {"active": False}),
    ]

    # Brought back; the data of the addon that is out of use stays. A second time there is nothing to do.
    assert dovetail(folder, "apply", str(file), "--yes").returncode == 0
    assert _states(folder) == {"base": "installed", "erp_supply": "installed", "mes_equipment": "disabled"}
    again = dovetail(folder, "apply", str(file))
    assert (again.returncode, again.stdout) == (0, "Nothing to do.\n")
