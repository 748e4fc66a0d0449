"""The page of the addons: how each is, what it holds, and the plan of a change with the command that does it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.config import Settings, write
from core.migrate import planning
from core.migrate.planning import Foreseen
from core.testing.process import apart
from tests.core.migrate import steps
from tests.core.web.browsing import Browsed, Browser
from tests.core.web.conftest import Shop
from tests.core.web.test_shipped import administrator as administrator  # noqa: PLC0414 -- a fixture is used by its name


def _cells(page: Browsed, name: str) -> list[str]:
    return page.words(f'//tbody/tr[.//a[@href="/-/addons/{name}"]]/td')


def test_every_addon_is_listed_with_its_state_health_and_rows(shop: Shop, administrator: Browser) -> None:
    page = administrator.get("/-/addons")

    title, _version, state, health, rows, size, needed_by = _cells(page, "base")
    assert (title, state, health) == ("Base base", "Installed", "In order")
    assert int(rows) > 1
    assert size.endswith("B")
    assert needed_by == ""
    assert _cells(page, "erp_supply")[2:5] == ["Not on this site", "", ""]


def test_what_is_wrong_with_the_tables_is_told_where_the_addon_is(shop: Shop, administrator: Browser) -> None:
    with shop.site.engine.execution_options(dovetail_write=True).begin() as connection:
        connection.exec_driver_sql("ALTER TABLE base_currency ADD COLUMN colour VARCHAR(10)")

    page = administrator.get("/-/addons/base")

    assert "colour" in page.text
    assert "Everything is as it should be" not in page.text


def test_a_quarantined_addon_says_why(shop: Shop, administrator: Browser) -> None:
    with shop.site.engine.execution_options(dovetail_write=True).begin() as connection:
        connection.exec_driver_sql(
            "UPDATE base_addon SET state = 'quarantined', reason = 'No module named steam.' WHERE name = 'workshop'"
        )

    assert _cells(administrator.get("/-/addons"), "workshop")[2:4] == [
        "In quarantine",
        "No module named steam.",
    ]
    assert "No module named steam." in administrator.get("/-/addons/workshop").text


def test_a_change_shows_its_plan_and_the_command_and_does_nothing(
    shop: Shop, administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def foreseen(*of: object) -> Foreseen:
        asked.append(of[1:])
        return Foreseen(["Install: erp_supply", "Creates table erp_supply_item"])

    monkeypatch.setattr(planning, "foreseen", foreseen)

    page = administrator.get("/-/addons/erp_supply?plan=install")

    assert asked == [("install", "erp_supply")]
    assert "Creates table erp_supply_item" in page.text
    assert page.words("//pre") == [f"dovetail --site {shop.site.folder} addons install erp_supply"]


@pytest.mark.parametrize("address", ["base?plan=purge", "erp_supply?plan=purge", "erp_supply?plan=rm"])
def test_what_cannot_be_done_with_an_addon_is_not_planned(
    administrator: Browser, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(planning, "foreseen")

    assert administrator.get(f"/-/addons/{address}").status == 200


def test_an_addon_that_nobody_has_is_not_found(administrator: Browser) -> None:
    assert administrator.get("/-/addons/nope").status == 404


def test_only_an_administrator_sees_the_addons(shop: Shop) -> None:
    browser = shop.browser("tove")

    assert browser.get("/-/addons").status == 403
    assert browser.get("/-/addons/base?plan=purge").status == 403
    assert "/-/addons" not in browser.get("/").html


@pytest.mark.parametrize(
    ("verb", "name", "told"),
    [
        ("install", "lending", "Creates table lending_movement"),
        ("purge", "library", "Drops table library_book with 1 rows"),
        ("archive", "library", "Writes all that goes to"),
        ("disable", "library", "Disable: library"),
        ("enable", "lending", "is not installed. dovetail addons install lending installs it."),
    ],
)
def test_a_plan_is_that_of_the_command_made_in_a_process_of_its_own(
    tmp_path_factory: pytest.TempPathFactory, verb: str, name: str, told: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "planned"
    if not folder.exists():
        write(Settings(folder))
        apart(steps.create, f"sqlite:///{folder / 'site.db'}", ["library"])

    seen = apart(steps.foreseen, str(folder), verb, name)

    assert told in seen


def test_a_plan_that_takes_too_long_is_told_as_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "_SECONDS", 0.001)

    told = planning.foreseen(tmp_path, "install", "library")

    assert (told.lines, told.refusal) == ((), "The plan could not be made. dovetail doctor says more.")
