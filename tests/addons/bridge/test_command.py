"""`dovetail bridge`: an exit status that a watchdog can read."""

from __future__ import annotations

from functools import partial

from click.testing import CliRunner, Result

from addons.bridge.command import group
from core.orm.env import open_env
from tests.addons.bridge.house import House
from tests.addons.bridge.machine import used
from tests.addons.bridge.store import received


def run(house: House, *words: str) -> Result:
    return CliRunner().invoke(group, [*words, "--company", "KH"], obj=partial(open_env, house.site))


def test_it_says_that_both_worlds_agree_or_by_how_much_not(house: House) -> None:
    with house.env("priya") as env:
        received(env, "FILTER", 10)
    agreed = run(house, "reconcile")
    with house.env("idris") as env:
        used(env, "COOLANT", 3)
    differing, status = run(house, "reconcile"), run(house, "status")

    assert (agreed.exit_code, "no difference" in agreed.output) == (0, True)
    assert "Both sides have the same" in agreed.output
    assert "COOLANT: ERP nothing, MES 3 KGM (Parked: " in differing.output
    assert differing.exit_code == 1
    assert "Material used at machines: COOLANT  3 - 0 = 3 KGM" in differing.output
    assert (status.exit_code, "1 are parked" in status.output) == (1, True)
    assert run(house, "reconcile", "--csv").output.startswith("\ufeff")
