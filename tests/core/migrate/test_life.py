"""The life of an addon, on both databases, with the sample addons of a third party."""

from __future__ import annotations

import pytest

from core.testing import snapshot
from core.testing.process import Apart, apart
from tests.core.migrate import steps

#: What no database changes.
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def test_an_addon_brings_what_it_needs_and_its_seeds(database_url: str) -> None:
    made = apart(steps.create, database_url, ["lending"])

    assert made == ["base", "library", "lending"]
    assert steps.count(database_url, "library_book") == 1


def test_records_made_before_an_addon_have_its_facet_after_it(database_url: str) -> None:
    apart(steps.create, database_url, ["library"])
    apart(steps.add_book, database_url, "B1")

    plan = apart(steps.plan_install, database_url, ["lending"])
    apart(steps.install, database_url, ["lending"])

    assert plan.back_filled == (("lending_book", 2),)
    assert steps.count(database_url, "lending_book") == 2


def test_a_join_comes_with_its_last_partner_and_goes_with_the_first(database_url: str) -> None:
    apart(steps.create, database_url, ["library"])

    made = apart(steps.install, database_url, ["shelving"])
    gone = apart(steps.remove, database_url, "library")

    assert made == ["shelving", "shelving.library"]
    assert gone == ["shelving.library", "library"]
    assert steps.states(database_url) == {"base": "installed", "shelving": "installed"}


def test_a_purge_leaves_no_trace(database_url: str) -> None:
    apart(steps.create, database_url, ["library"])
    schema, contents = steps.schema(database_url), steps.contents(database_url)

    apart(steps.install, database_url, ["lending"])
    apart(steps.remove, database_url, "lending")

    assert snapshot.difference(schema, steps.schema(database_url)) == []
    assert snapshot.difference(contents, steps.contents(database_url)) == []


def test_a_purge_takes_the_rows_of_base_that_name_the_addon_but_not_the_trail(database_url: str) -> None:
    naming = ("base_comment", "base_user_role", "base_saved_view", "base_setting", "base_external_id")
    tables = (*naming, "base_mention")
    apart(steps.create, database_url, ["library"])
    before = {table: steps.count(database_url, table) for table in tables}
    apart(steps.hang_on, database_url, "library.book")
    apart(steps.hang_on, database_url, "base.item")

    plan = apart(steps.plan_remove, database_url, "library")
    apart(steps.remove, database_url, "library")

    assert dict(plan.dropped) == {"library_book": 1}
    assert dict(plan.deleted) == dict.fromkeys(naming, 1)
    for table in tables:
        assert steps.count(database_url, table) == before[table] + 1, table
    assert steps.count(database_url, "base_user") == 2
    assert apart(steps.changes_of, database_url, "library.book") == 1


@only_sqlite
def test_a_dependant_is_named_and_must_be_taken_along(database_url: str) -> None:
    apart(steps.create, database_url, ["lending"])

    with pytest.raises(Apart, match=r"lending needs library. Nothing has changed"):
        apart(steps.remove, database_url, "library")
    gone = apart(steps.remove, database_url, "library", include_dependants=True)

    assert gone == ["lending", "library"]
    assert steps.states(database_url) == {"base": "installed"}


def test_a_disabled_addon_catches_up_when_it_comes_back(database_url: str) -> None:
    apart(steps.create, database_url, ["lending"])

    apart(steps.disable, database_url, "lending")
    apart(steps.add_book, database_url, "MEANWHILE")
    behind = steps.count(database_url, "lending_book")
    apart(steps.enable, database_url, "lending")

    assert behind == 1
    assert steps.count(database_url, "lending_book") == 2
    assert steps.states(database_url)["lending"] == "installed"


@only_sqlite
def test_base_stays(database_url: str) -> None:
    apart(steps.create, database_url, [])

    with pytest.raises(Apart, match="Base carries everything else"):
        apart(steps.remove, database_url, "base")


def test_a_process_that_does_not_know_an_addon_may_not_write(database_url: str) -> None:
    apart(steps.create, database_url, ["library"])

    with pytest.raises(Apart, match="addons of this site changed while this process ran"):
        apart(steps.write_after_others_installed, database_url, "lending")

    assert steps.count(database_url, "library_book") == 1


def test_a_hook_writes_with_the_rights_of_its_addon(database_url: str) -> None:
    apart(steps.create, database_url, ["lending"])

    apart(steps.add_book, database_url, "B1")

    assert apart(steps.authors_of_movements, database_url) == [("FIRST", None), ("B1", 7)]


def test_a_ledger_row_cannot_be_changed(database_url: str) -> None:
    apart(steps.create, database_url, ["lending"])

    with pytest.raises(Apart, match="Movements are never changed"):
        apart(steps.change_movement, database_url)


def test_what_was_installed_does_not_drift_until_somebody_alters_it(database_url: str) -> None:
    apart(steps.create, database_url, ["lending"])
    before = apart(steps.drifts, database_url, "lending")

    steps.sql(database_url, "alter table lending_book add column colour varchar(10)")
    apart(steps.drop_guard, database_url, "lending")

    assert before == []
    after = " ".join(apart(steps.drifts, database_url, "lending"))
    assert "colour" in after
    assert "Guard lending_movement_append_only" in after
