"""dovetail addons archive, restore and purge as a person types them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.config import Settings, write
from core.testing.process import apart
from tests.core.cli.typed import SECONDS, dovetail, environment
from tests.core.migrate import steps


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a site with books that are lent."""
    write(Settings(tmp_path / "site"))
    apart(steps.create, f"sqlite:///{tmp_path / 'site' / 'site.db'}", ["lending"])
    return tmp_path / "site"


def _typed(folder: Path, *arguments: str, answer: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "core.cli", "--site", str(folder), *arguments],
        capture_output=True, text=True, timeout=SECONDS, check=False, input=answer, env=environment(),
    )  # fmt: skip
    return done.stdout + done.stderr


def test_an_addon_is_archived_and_restored(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "lending.tar.gz"

    archived = dovetail(folder, "addons", "archive", "lending", "--to", str(file), "--yes")
    returned = dovetail(folder, "addons", "restore", str(file), "--plan")
    restored = dovetail(folder, "addons", "restore", str(file))

    assert f"Writes all that goes to {file}" in archived.stdout
    assert "Done: lending" in archived.stdout, archived.stderr
    assert "Gives 1 rows back to lending_movement" in returned.stdout
    assert "Done: lending" in restored.stdout, restored.stderr
    assert "lending                         1.0       Installed" in dovetail(folder, "addons").stdout


def test_a_ledger_is_not_purged_by_a_mere_yes(folder: Path) -> None:
    said = _typed(folder, "addons", "purge", "lending", answer="y\n")

    assert "lending_movement is a ledger: its 1 entries are for good" in said
    assert "Nothing has changed." in said
    assert not (folder / "backups").exists()
    assert "Installed" in dovetail(folder, "addons").stdout.partition("lending")[2].partition("\n")[0]


def test_a_ledger_is_purged_into_an_archive_when_its_addon_is_typed(folder: Path) -> None:
    said = _typed(folder, "addons", "purge", "lending", answer="lending\n")

    (file,) = (folder / "backups").iterdir()
    assert f"Writes all that goes to {file}"[:40] in said
    assert "Done: lending" in said
    assert "Done: lending" in dovetail(folder, "addons", "restore", str(file)).stdout
