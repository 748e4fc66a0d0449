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


def test_records_made_before_an_addon_have_its_facet_after_it(library: str) -> None:
    apart(steps.add_book, library, "B1")

    plan = apart(steps.plan_install, library, ["lending"])
    apart(steps.install, library, ["lending"])

    assert plan.back_filled == (("lending_book", 2),)
    assert steps.count(library, "lending_book") == 2


def test_a_join_comes_with_its_last_partner_and_goes_with_the_first(library: str) -> None:
    made = apart(steps.install, library, ["shelving"])
    gone = apart(steps.remove, library, "library")

    assert made == ["shelving", "shelving.library"]
    assert gone == ["shelving.library", "library"]
    assert steps.states(library) == {"base": "installed", "shelving": "installed"}


def test_a_purge_leaves_no_trace(library: str) -> None:
    schema, contents = steps.schema(library), steps.contents(library)

    apart(steps.install, library, ["lending"])
    apart(steps.remove, library, "lending")

    assert snapshot.difference(schema, steps.schema(library)) == []
    assert snapshot.difference(contents, steps.contents(library)) == []


def test_a_purge_takes_the_rows_of_base_that_name_the_addon_but_not_the_trail(library: str) -> None:
    naming = (
        "base_comment", "base_attachment", "base_user_role", "base_saved_view", "base_setting", "base_external_id",
    )  # fmt: skip
    tables = (*naming, "base_mention")
    before = {table: steps.count(library, table) for table in tables}
    apart(steps.hang_on, library, "library.book")
    apart(steps.hang_on, library, "base.item")

    plan = apart(steps.plan_remove, library, "library")
    apart(steps.remove, library, "library")

    assert dict(plan.dropped) == {"library_book": 1}
    assert dict(plan.deleted) == dict.fromkeys((*tables, "base_event"), 1)
    for table in tables:
        assert steps.count(library, table) == before[table] + 1, table
    assert steps.count(library, "base_user") == 2
    assert apart(steps.changes_of, library, "library.book") == 1


@only_sqlite
def test_a_purge_removes_the_files_that_were_attached_to_what_goes(library: str) -> None:
    purged, other = (steps.file_of(library, model) for model in ("library.book", "base.item"))
    apart(steps.hang_on, library, "library.book")
    apart(steps.hang_on, library, "base.item")

    apart(steps.remove, library, "library")

    assert (purged.exists(), other.exists()) == (False, True)


def test_a_dependant_is_named_and_must_be_taken_along(lending: str) -> None:
    with pytest.raises(Apart, match=r"lending needs library. Nothing has changed"):
        apart(steps.remove, lending, "library")
    gone = apart(steps.remove, lending, "library", include_dependants=True)

    assert gone == ["lending", "library"]
    assert steps.states(lending) == {"base": "installed"}


def test_a_disabled_addon_catches_up_when_it_comes_back(lending: str) -> None:
    apart(steps.disable, lending, "lending")
    apart(steps.add_book, lending, "MEANWHILE")
    behind = steps.count(lending, "lending_book")
    apart(steps.enable, lending, "lending")

    assert behind == 1
    assert steps.count(lending, "lending_book") == 2
    assert steps.states(lending)["lending"] == "installed"


@only_sqlite
def test_base_stays(database_url: str) -> None:
    apart(steps.create, database_url, [])

    with pytest.raises(Apart, match="Base carries everything else"):
        apart(steps.remove, database_url, "base")


def test_a_process_that_does_not_know_an_addon_may_not_write(library: str) -> None:
    with pytest.raises(Apart, match="of this site changed while this process ran"):
        apart(steps.write_after_others_installed, library, "lending")

    assert steps.count(library, "library_book") == 1


def test_a_hook_writes_with_the_rights_of_its_addon(lending: str) -> None:
    apart(steps.add_book, lending, "B1")

    assert apart(steps.authors_of_movements, lending) == [("FIRST", None), ("B1", 7)]


def test_a_ledger_row_cannot_be_changed(lending: str) -> None:
    with pytest.raises(Apart, match="Movements are never changed"):
        apart(steps.change_movement, lending)


def test_what_was_installed_does_not_drift_until_somebody_alters_it(lending: str) -> None:
    before = apart(steps.drifts, lending, "lending")

    steps.sql(lending, "alter table lending_book add column colour varchar(10)")
    apart(steps.drop_guard, lending, "lending")

    assert before == []
    after = " ".join(apart(steps.drifts, lending, "lending"))
    assert "colour" in after
    assert "Guard lending_movement_append_only" in after
