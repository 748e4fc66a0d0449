"""The heads of the chain, kept outside the database: without them nobody would miss a tail that was cut."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from core.audit.chain import Head

_NAME = "audit.log"
#: More than a line has.
_TAIL_BYTES = 4_096
log = logging.getLogger("dovetail.audit")


def file_of(folder: Path) -> Path:
    return folder / _NAME


def append(folder: Path, head: Head) -> None:
    """Keep `head` in the site's folder, where lines are added alone, and tell it to the log of the process."""
    line = json.dumps({"no": head.no, "seal": head.seal, "key": head.key, "at": head.at.isoformat()})
    handle = os.open(file_of(folder), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, f"{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    log.info("the audit trail is sealed", extra={"seal_no": head.no, "seal": head.seal, "seal_key": head.key})


def last(folder: Path) -> Head | None:
    """The head that was kept last; None without any."""
    file = file_of(folder)
    if not file.exists():
        return None
    with file.open("rb") as content:
        content.seek(max(file.stat().st_size - _TAIL_BYTES, 0))
        lines = content.read().decode(errors="replace").splitlines()
    return next((head for line in reversed(lines) if (head := _read(line)) is not None), None)


def read(file: Path) -> Iterator[tuple[int, Head | None]]:
    """Each finished line of `file` by its number; None for one that is no head."""
    with file.open(errors="replace") as content:
        for number, line in enumerate(content, start=1):
            if line.endswith("\n"):  # the last one may be written just now
                yield number, _read(line)


def _read(line: str) -> Head | None:
    try:
        said = json.loads(line)
        return Head(int(said["no"]), str(said["seal"]), str(said["key"]), datetime.fromisoformat(said["at"]))
    except (ValueError, TypeError, KeyError):
        return None
