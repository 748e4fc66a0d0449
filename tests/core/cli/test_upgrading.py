"""dovetail upgrade as a person types it: backed up first, and taken back where the new version cannot start."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.backup import files
from core.config import Settings, write
from core.testing import snapshot
from core.testing.process import apart
from tests.core.cli.typed import dovetail
from tests.core.migrate import steps


@pytest.fixture
def folder(tmp_path: Path, database_url: str) -> Path:
    """The folder of a site on each database in turn."""
    write(Settings(tmp_path / "site", database=database_url))
    return tmp_path / "site"


def test_seeds_that_fail_take_the_whole_upgrade_back(folder: Path, database_url: str) -> None:
    apart(steps.at_revision, database_url, {"seedling": "0001"}, ["failing_seed"])
    steps.sql(database_url, "insert into seedling_step (id, code, version) values (1, 'whole', 1)")
    schema, contents = steps.schema(database_url), steps.contents(database_url)

    done = dovetail(folder, "upgrade", "--yes", more="failing_seed")

    assert done.returncode == 1
    assert "The database is as it was before" in done.stderr
    assert "The seeds are spoilt." in done.stderr
    assert snapshot.difference(schema, steps.schema(database_url)) == []
    assert snapshot.difference(contents, steps.contents(database_url)) == []


def test_a_version_that_cannot_read_what_is_there_is_taken_back(folder: Path, database_url: str) -> None:
    apart(steps.at_revision, database_url, {"sapling": "0001"}, ["forgotten_choice"])
    row = "insert into sapling_step (id, code, stage, version) values (1, 'oak', '{}', 1)"
    steps.sql(database_url, row.format("seed"))
    schema, contents = steps.schema(database_url), steps.contents(database_url)

    refused = dovetail(folder, "upgrade", "--yes", more="forgotten_choice")
    left = snapshot.difference(schema, steps.schema(database_url))
    left += snapshot.difference(contents, steps.contents(database_url))
    steps.sql(database_url, "update sapling_step set stage = 'grown'")
    upgraded = dovetail(folder, "upgrade", "--yes", more="forgotten_choice")

    assert (refused.returncode, left) == (1, [])
    assert "The database is as it was before" in refused.stderr
    assert "Steps cannot be read: KeyError('seed')" in refused.stderr
    assert upgraded.returncode == 0, upgraded.stderr


def test_an_upgrade_is_backed_up_first_and_without_steps_it_is_not(folder: Path, database_url: str) -> None:
    apart(steps.at_revision, database_url, {"library": "0001"})

    first = dovetail(folder, "upgrade", "--yes")
    second = dovetail(folder, "upgrade", "--yes")

    (kept,) = files.found(folder / "backups")
    assert f"{kept.path} was made." in first.stdout
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Nothing to do." in second.stdout


def test_the_statements_of_an_upgrade_are_printed_and_not_run(folder: Path, database_url: str) -> None:
    apart(steps.at_revision, database_url, {"library": "0001"})
    schema = steps.schema(database_url)

    done = dovetail(folder, "upgrade", "--sql")

    assert "library_book" in done.stdout
    assert snapshot.difference(schema, steps.schema(database_url)) == []
