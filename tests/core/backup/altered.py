"""An archive in which somebody changed something."""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path


def altered(source: Path, target: Path, change: Callable[[tarfile.TarInfo, bytes], bytes]) -> Path:
    """A copy of `source` in which `change` made something else of the members or their names."""
    part = target.with_suffix(".part")
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for member in old.getmembers():
            content = old.extractfile(member)
            assert content is not None
            part.write_bytes(change(member, content.read()))
            member.size = part.stat().st_size
            with part.open("rb") as reading:
                new.addfile(member, reading)
    return target
