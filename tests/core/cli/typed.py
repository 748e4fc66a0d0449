"""The `dovetail` command as somebody types it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory

import core.cli
from core.testing.process import started
from tests.core.migrate.steps import SAMPLES

SECONDS = 60


def dovetail(folder: Path, *arguments: str, more: str = "") -> CompletedProcess[str]:
    """The command on the site in `folder`, in a process of its own that has the platform imported already."""
    typed = ["--site", str(folder), *arguments]
    with TemporaryDirectory() as said:
        out, err = Path(said, "out"), Path(said, "err")
        process = started(_run, typed, environment(more), out, err)
        process.join(SECONDS)
        assert process.exitcode is not None, f"dovetail {typed} has not ended after {SECONDS} seconds"
        return CompletedProcess(typed, process.exitcode, out.read_text(), err.read_text())


def environment(more: str = "") -> dict[str, str]:
    """That of a process that finds the sample addons, and the broken one in the folder `more`."""
    folders = [str(SAMPLES), *([str(SAMPLES / "broken" / more)] if more else []), str(Path.cwd())]
    return os.environ | {"PYTHONPATH": os.pathsep.join(folders)}


def _run(typed: list[str], environment: dict[str, str], out: Path, err: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:0] = environment["PYTHONPATH"].split(os.pathsep)
    for path, descriptor in ((os.devnull, 0), (out, 1), (err, 2)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), descriptor)
    sys.argv = ["dovetail", *typed]
    core.cli.main()
