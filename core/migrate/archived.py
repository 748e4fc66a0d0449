"""What the archive of an addon says about it, beside its manifest, and how its members are called."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection

from core.addon import BASE
from core.backup.making import ATTACHMENTS
from core.errors import UserError
from core.i18n import _
from core.migrate.storage import Counters, Partitions
from core.orm import installed

#: The name of this in the archive, and the folder of the rows in it.
NAME = "addon.json"
ROWS = "rows"


@dataclass(frozen=True)
class Archived:
    """What is needed to bring the addons of an archive back, but for their rows."""

    #: The site it is of (see `identity`).
    site: str
    #: Base's revision when it was written.
    base: str
    #: The version of each addon in it.
    versions: Mapping[str, str]
    #: Their tables.
    owned: Sequence[str]
    counters: Counters
    partitions: Partitions

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_file(cls, file: Path) -> Archived:
        """Raises UserError for what is none."""
        try:
            return cls(**json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise UserError(_("The file is no archive of an addon.")) from error


def identity(connection: Connection) -> str:
    """What tells a site from every other, copies of itself apart: the instant at which it was made."""
    return installed.records(connection)[BASE].installed_at.isoformat()


def rows_of(folder: Path, table: str) -> Path:
    """Where the rows of `table` are in an unpacked archive."""
    return folder / ROWS / table


def contents_of(folder: Path) -> Path:
    """Where the contents of attachments are in an unpacked archive."""
    return folder / ATTACHMENTS
