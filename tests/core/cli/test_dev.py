"""dovetail dev: what a person changes is served, whether it fits the tables that there are or not."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from core.cli.dev import projects
from core.testing.process import free_port

SECONDS = 90

PROJECT = """
[project]
name = "acme-shelf"
version = "0.1.0"

[project.entry-points."dovetail.addons"]
acme_shelf = "acme_shelf"
"""

MANIFEST = '''"""Shelves."""

from core import Addon, _

addon = Addon("acme_shelf", title=_("Shelves"))
'''

MODELS = '''"""Shelves."""

from sqlalchemy.orm import Mapped

from core import Code, Model, _, field


class Shelf(Model):
    """A place for books."""

    __tablename__ = "acme_shelf_shelf"
    plural = _("Shelves of old")

    code: Mapped[Code] = field(_("Code"), title=True)
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with an addon that is installed nowhere."""
    package = tmp_path / "shelf" / "acme_shelf"
    package.mkdir(parents=True)
    (tmp_path / "shelf" / "pyproject.toml").write_text(PROJECT)
    (package / "__init__.py").write_text(MANIFEST)
    (package / "models.py").write_text(MODELS)
    return tmp_path


@pytest.fixture
def port() -> int:
    """A port that was free a moment ago."""
    return free_port()


def await_said(log: Path, times: int, said: str) -> None:
    """Wait until the command has said something so many times."""
    deadline = time.monotonic() + SECONDS
    while log.read_text().count(said) < times:
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


def test_projects_are_found_here_and_right_below(folder: Path) -> None:
    (here,), (below,) = list(projects(folder / "shelf")), list(projects(folder))

    assert here == below
    assert (here.name, here.addons) == ("acme-shelf", {"acme_shelf": "acme_shelf"})


def test_a_folder_without_an_addon_says_how_to_make_one(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "core.cli", "dev"]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False)

    assert done.returncode == 1
    assert "Here is no addon" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_changes_are_served_and_a_mistake_waits_to_be_mended(folder: Path, port: int) -> None:
    models, log = folder / "shelf" / "acme_shelf" / "models.py", folder / "log"
    ready, command = (
        f"http://127.0.0.1:{port}/",
        [sys.executable, "-m", "core.cli", "dev", "--port", str(port)],
    )

    with (
        log.open("w") as out,
        subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT) as running,
    ):
        try:
            await_said(log, 1, ready)
            models.write_text(MODELS.replace("of old", "of new"))
            await_said(log, 2, ready)
            assert "made anew" not in log.read_text()
            models.write_text(MODELS.replace("Code, ", ""))
            await_said(log, 1, "acme_shelf cannot be loaded")
            models.write_text(MODELS + '    depth: Mapped[int | None] = field(_("Depth"))\n')
            await_said(log, 3, ready)
            with urllib.request.urlopen(ready) as page:
                text = page.read().decode()
        finally:
            running.terminate()

    assert "made anew" in log.read_text()
    assert "Dovetail" in text
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.1", port)):
        pass
