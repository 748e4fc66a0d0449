"""An index that a new version has is made when the rest is committed, and nobody waits for it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sqlalchemy import text

from core.config import Settings, write
from core.testing.process import apart, started
from tests.core.cli.typed import dovetail
from tests.core.migrate import steps

MORE = ["late_index"]
BY_ROW, BY_NAME = "ix_orchard_tree_row_id", "ix_orchard_tree_name_trigrams"

only_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@pytest.fixture
def orchard(database_url: str) -> str:
    """A site with the version before, and a tree."""
    apart(steps.at_revision, database_url, {"orchard": "0001"}, MORE)
    steps.sql(
        database_url, "insert into orchard_tree (id, row, name, version) values (1, 'A', 'Gravensteiner', 1)"
    )
    return database_url


def _whole(url: str) -> set[str]:
    """The indexes of trees that are whole, on PostgreSQL."""
    asked = "select indexrelid::regclass::text from pg_index where indrelid = 'orchard_tree'::regclass and indisvalid"
    with steps.plain(url).connect() as connection:
        return {row[0] for row in connection.execute(text(asked))} & {BY_ROW, BY_NAME}


def _cut_off(url: str) -> None:
    """As an upgrade leaves it that is killed while it makes the second index."""
    steps.sql(url, f"drop index {BY_NAME}")
    spoil = "update pg_index set indisvalid = false where indexrelid = cast('{}' as regclass)"
    steps.sql(url, spoil.format(BY_ROW))


def test_after_an_upgrade_every_index_is_there_that_its_models_have(orchard: str) -> None:
    assert apart(steps.run_upgrade, orchard, MORE) == ["orchard 0002"]

    assert BY_ROW in str(steps.schema(orchard)["orchard_tree"]["indexes"])


def test_the_statements_of_an_upgrade_tell_the_index(orchard: str, tmp_path: Path) -> None:
    write(Settings(tmp_path, database=orchard))

    assert f"CREATE INDEX {BY_ROW}" in dovetail(tmp_path, "upgrade", "--sql", more="late_index").stdout


@only_postgresql
def test_what_a_killed_upgrade_left_the_next_one_makes(orchard: str, tmp_path: Path) -> None:
    write(Settings(tmp_path, database=orchard))
    apart(steps.run_upgrade, orchard, MORE)
    assert _whole(orchard) == {BY_ROW, BY_NAME}
    _cut_off(orchard)

    planned = dovetail(tmp_path, "upgrade", "--plan", more="late_index")
    upgraded = dovetail(tmp_path, "upgrade", "--yes", more="late_index")
    again = dovetail(tmp_path, "upgrade", "--yes", more="late_index")

    assert f"Makes the index {BY_ROW}, while people work" in planned.stdout
    assert (upgraded.returncode, _whole(orchard)) == (0, {BY_ROW, BY_NAME})
    assert "Nothing to do." in again.stdout


@only_postgresql
def test_nobody_waits_while_an_index_is_made(orchard: str) -> None:
    apart(steps.run_upgrade, orchard, MORE)
    _cut_off(orchard)
    tree = "insert into orchard_tree (id, row, version) values ({}, 'B', 1)"
    engine = steps.plain(orchard).execution_options(dovetail_write=True)

    with engine.connect() as slow:
        slow.execute(text(tree.format(2)))  # the index waits for whoever writes already
        making = started(steps.make_indexes, orchard, "orchard", MORE)
        _wait_until_it_waits(orchard)
        with engine.begin() as quick:
            quick.execute(text("set local lock_timeout = '2s'"))
            quick.execute(text(tree.format(3)))
        assert making.is_alive()
        slow.commit()
    making.join(60)

    assert making.exitcode == 0
    assert _whole(orchard) == {BY_ROW, BY_NAME}
    assert steps.count(orchard, "orchard_tree") == 3


def _wait_until_it_waits(url: str) -> None:
    waiting = text(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
        " and query like '%INDEX CONCURRENTLY%'"
    )
    with steps.plain(url).connect() as connection:
        for _attempt in range(600):
            if connection.execute(waiting).first():
                return
            connection.rollback()
            time.sleep(0.05)
    raise AssertionError("the index waits for nobody")
