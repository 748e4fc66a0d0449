"""Keep the demonstration site of this version on both databases: `python -m tests.landed.keeping 2026-11-28`.

To be run once, on the commit that was landed, so that every later version is held to upgrade it.
"""

from __future__ import annotations

import lzma
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from sqlalchemy import make_url

from core.addon import BASE, discover
from core.app import create_site
from core.backup.tools import folder_with
from core.config import Settings
from core.testing.plugin import AUDIT_KEYS
from core.testing.postgres import cloned_database, running_postgres
from tests.landed.sites import file_of


def keep(version: str) -> None:
    """Make both sites with all addons and write what they hold as SQL that no program but the server need read."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "site.db"
        _create(f"sqlite:///{file}", Path(folder))
        _write(version, "sqlite", _printed("sqlite3", file, ".dump"))
    with (
        tempfile.TemporaryDirectory() as folder,
        running_postgres() as server,
        cloned_database(server, "kept") as url,
    ):
        _create(url, Path(folder))
        _write(version, "postgresql", _dumped(url))


def _create(url: str, folder: Path) -> None:
    names = [name for name, package in discover().items() if name != BASE and not package.addon.is_join]
    create_site(Settings(folder, database=url), names, demo=True).engine.dispose()


def _dumped(url: str) -> str:
    """In rows of INSERT, without what only psql understands."""
    program = (folder_with("pg_dump") or Path()) / "pg_dump"
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    options = ["--inserts", "--rows-per-insert=1000", "--no-owner", "--no-privileges"]
    lines = _printed(program, *options, f"--dbname={address}").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("\\"))


def _printed(*command: str | Path) -> str:
    return subprocess.run(command, capture_output=True, check=True, text=True).stdout


def _write(version: str, kind: str, statements: str) -> None:
    file_of(version, kind).write_bytes(lzma.compress(statements.encode(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    os.environ["DOVETAIL_AUDIT_KEYS"] = AUDIT_KEYS  # that of the tests, which verify what it signed
    keep(sys.argv[1])
