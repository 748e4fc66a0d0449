"""dovetail check-audit and new-audit-key as an administrator types them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.core.cli.typed import dovetail


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with a key file of its own, whose trail is sealed."""
    monkeypatch.delenv("DOVETAIL_AUDIT_KEYS")
    folder = tmp_path / "site"
    assert dovetail(folder, "init", "--addons", "library").returncode == 0
    done = dovetail(folder, "work", "--once")
    assert done.returncode == 0, done.stderr
    return folder


def test_an_untouched_trail_gives_status_0(made: Path) -> None:
    done = dovetail(made, "check-audit")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Nobody touched the trail." in done.stdout


def test_a_touched_trail_gives_status_1_and_names_the_record(made: Path) -> None:
    with closing(sqlite3.connect(made / "site.db")) as database:
        database.execute("DROP TRIGGER base_change_redacted_update")
        database.execute("UPDATE base_change SET new = '{}' WHERE id = 1")
        database.commit()

    told, asked = dovetail(made, "check-audit"), dovetail(made, "check-audit", "--json")

    assert (told.returncode, asked.returncode) == (1, 1)
    assert "Altered: place 1" in told.stdout
    (problem,) = json.loads(asked.stdout)["problems"]
    assert (problem["kind"], problem["position"]) == ("altered", 1)
    assert problem["records"][0] in told.stdout


def test_a_new_key_signs_and_the_old_one_still_verifies(made: Path) -> None:
    before = (made / "audit.key").read_text().splitlines()

    assert dovetail(made, "new-audit-key").returncode == 0
    dovetail(made, "user", "add", "ada", "--name", "Ada", "--role", "base.auditor")
    dovetail(made, "work", "--once")

    assert (made / "audit.key").read_text().splitlines()[:-1] == before
    assert dovetail(made, "check-audit").returncode == 0


def test_without_its_keys_nothing_is_verified(made: Path) -> None:
    (made / "audit.key").unlink()

    done = dovetail(made, "check-audit")

    assert done.returncode == 1
    assert "which is not at hand" in done.stdout
