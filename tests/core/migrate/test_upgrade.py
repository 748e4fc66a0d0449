"""Histories: both ways to a schema are the same, up and down are identity, a failure changes nothing."""

from __future__ import annotations

import pytest

from core.errors import AddonError
from core.migrate.history import Revision
from core.migrate.schedule import schedule
from core.testing import snapshot
from core.testing.databases import Databases
from core.testing.process import Apart, apart
from tests.core.migrate import steps

#: What no database changes.
only_sqlite = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


NEEDS = {"base": [], "a": ["base"], "b": ["base"]}


def revision(addon: str, number: int, **requires: str) -> Revision:
    return Revision(addon, f"{number:04}", "", requires)


def order(pending: dict[str, list[Revision]], done: dict[str, list[str]] | None = None) -> list[str]:
    steps_ = schedule(pending, done or {}, NEEDS)
    return [f"{step.addon}{int(step.id)}" for step in steps_]


def test_an_addon_that_requires_nothing_follows_all_it_needs() -> None:
    pending = {"base": [revision("base", 5), revision("base", 6)], "a": [revision("a", 2)]}

    assert order(pending) == ["base5", "base6", "a2"]


def test_a_required_revision_runs_before_and_its_successor_after() -> None:
    pending = {"base": [revision("base", 5), revision("base", 6)], "a": [revision("a", 2, base="0005")]}

    assert order(pending) == ["base5", "a2", "base6"]


def test_a_revision_before_one_that_requires_is_not_held_back() -> None:
    pending = {
        "base": [revision("base", 5), revision("base", 6)],
        "a": [revision("a", 1), revision("a", 2, base="0005"), revision("a", 3)],
    }

    assert order(pending) == ["base5", "a1", "a2", "base6", "a3"]


def test_what_ran_already_fulfils_a_requirement() -> None:
    pending = {"base": [revision("base", 6)], "a": [revision("a", 2, base="0005")]}

    assert order(pending, {"base": ["0004", "0005"]}) == ["a2", "base6"]


def test_a_requirement_that_does_not_exist_is_named() -> None:
    with pytest.raises(AddonError, match="Revision 0002 of addon a requires 0009 of base"):
        order({"base": [revision("base", 5)], "a": [revision("a", 2, base="0009")]})


def test_requirements_in_a_circle_are_refused() -> None:
    pending = {"a": [revision("a", 1, b="0001")], "b": [revision("b", 1, a="0001")]}

    with pytest.raises(AddonError, match="wait for each other: a 0001, b 0001"):
        order(pending)


def test_an_upgrade_gives_the_schema_that_an_install_gives(
    database_kind: str, fresh_databases: Databases
) -> None:
    installed, upgraded = (fresh_databases.fresh(database_kind) for _ in range(2))
    apart(steps.create, installed, ["lending"])
    apart(steps.at_revision, upgraded, {"library": "0001", "lending": "0001"})

    ran = apart(steps.run_upgrade, upgraded)

    assert ran == ["library 0002", "lending 0002"]
    assert snapshot.difference(steps.schema(installed), steps.schema(upgraded)) == []
    assert apart(steps.drifts, upgraded, "library") == apart(steps.drifts, upgraded, "lending") == []


def test_an_upgrade_with_nothing_to_do_does_nothing(lending: str) -> None:
    before = steps.contents(lending)

    assert apart(steps.run_upgrade, lending) == []
    assert snapshot.difference(before, steps.contents(lending)) == []


@only_sqlite
def test_one_addon_is_upgraded_with_what_it_needs(database_url: str) -> None:
    apart(steps.at_revision, database_url, {"library": "0001", "lending": "0001"})

    assert apart(steps.run_upgrade, database_url, only=["library"]) == ["library 0002"]
    with pytest.raises(Apart, match=r"database is not at the version of the code \(lending\)"):
        apart(steps.opened_addons, database_url)
    assert apart(steps.run_upgrade, database_url, only=["lending"]) == ["lending 0002"]


def test_a_guard_that_somebody_took_away_is_made_again(lending: str) -> None:
    apart(steps.drop_guard, lending, "lending")

    apart(steps.run_upgrade, lending)

    assert apart(steps.drifts, lending, "lending") == []


def test_down_and_up_again_changes_neither_schema_nor_other_data(lending: str) -> None:
    apart(steps.add_book, lending, "B1")
    schema, contents = steps.schema(lending), steps.contents(lending)

    apart(steps.walk, lending, "lending", "0001")
    below = steps.schema(lending)
    apart(steps.walk, lending, "lending", "0002")

    assert snapshot.difference(schema, below) != []
    assert snapshot.difference(schema, steps.schema(lending)) == []
    assert snapshot.difference(contents, steps.contents(lending)) == []


@only_sqlite
def test_code_older_than_the_data_is_refused(library: str) -> None:
    steps.sql(library, "update library_version set version_num = '0009'")

    with pytest.raises(Apart, match="revision 0009 of addon library, which its code does not know"):
        apart(steps.run_upgrade, library)


def test_a_migration_that_fails_half_way_changes_nothing(database_url: str) -> None:
    more = ["failing_migration"]
    apart(steps.at_revision, database_url, {"halfway": "0001"}, more)
    steps.sql(database_url, "insert into halfway_step (id, code, version) values (1, 'whole', 1)")
    schema, contents = steps.schema(database_url), steps.contents(database_url)

    with pytest.raises(
        Apart, match=r"Migration 0002 of addon halfway failed: .*halfway_nowhere.*nothing has changed"
    ):
        apart(steps.run_upgrade, database_url, more)

    assert snapshot.difference(schema, steps.schema(database_url)) == []
    assert snapshot.difference(contents, steps.contents(database_url)) == []


def test_a_migration_that_forgets_a_field_changes_nothing(database_url: str) -> None:
    more = ["forgetful_migration"]
    apart(steps.at_revision, database_url, {"forgetful": "0001"}, more)
    steps.sql(database_url, "insert into forgetful_step (id, code, version) values (1, 'whole', 1)")
    contents = steps.contents(database_url)

    with pytest.raises(
        Apart, match=r"tables of forgetful are not what its models need: add_column.*note.*nothing has"
    ):
        apart(steps.run_upgrade, database_url, more)

    assert snapshot.difference(contents, steps.contents(database_url)) == []


def test_a_sites_own_index_does_not_hold_an_upgrade_up(database_url: str) -> None:
    apart(steps.at_revision, database_url, {"library": "0001", "lending": "0001"})
    steps.sql(database_url, "create index of_the_site on library_book (name)")

    assert apart(steps.run_upgrade, database_url) == ["library 0002", "lending 0002"]


def test_a_rehearsal_names_the_statements_and_changes_nothing(database_url: str) -> None:
    apart(steps.at_revision, database_url, {"library": "0001", "lending": "0001"})
    schema, contents = steps.schema(database_url), steps.contents(database_url)

    statements = apart(steps.statements_of_upgrade, database_url)

    assert any("ALTER TABLE library_" in each or "CREATE TABLE" in each for each in statements)
    assert snapshot.difference(schema, steps.schema(database_url)) == []
    assert snapshot.difference(contents, steps.contents(database_url)) == []
    assert apart(steps.run_upgrade, database_url) == ["library 0002", "lending 0002"]
