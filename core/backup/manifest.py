"""What a back-up says about itself: when and of what it was made, its files by checksum, its tables by content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from core.errors import UserError
from core.i18n import _

#: Raised when an older program could no longer read a back-up.
FORMAT = 1
#: The manifest's own name in the archive.
NAME = "manifest.json"


@dataclass(frozen=True)
class Content:
    """What a table holds: its rows, and a digest over them that does not depend on their order."""

    rows: int
    digest: str


@dataclass(frozen=True)
class Manifest:
    """All that is known of a back-up without restoring it."""

    #: The moment whose state it holds, in UTC.
    at: datetime
    #: The platform's version.
    version: str
    #: sqlite or postgresql: it is restored into the same kind.
    dialect: str
    #: The revision of the tables of each addon that is in it.
    addons: Mapping[str, str]
    tables: Mapping[str, Content]
    #: SHA-256 of each file in the archive.
    files: Mapping[str, str]
    #: Contents that attachments name and that were not on the disk: the site had lost them before.
    missing: tuple[str, ...] = ()
    #: The addon that it holds; empty where it holds a whole site.
    addon: str = ""

    def to_json(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self), "at": self.at.isoformat()}, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> Manifest:
        """Raises UserError for what is none, or one of a newer program."""
        try:
            said = json.loads(text)
            newer = int(said.pop("format")) > FORMAT
            said["at"] = datetime.fromisoformat(said["at"])
            said["tables"] = {name: Content(**each) for name, each in said["tables"].items()}
            said["missing"] = tuple(said["missing"])
            made = cls(**said)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UserError(_("The file is no back-up: its manifest cannot be read.")) from error
        if newer:
            raise UserError(
                _(
                    "The back-up was made by a newer version ({version}). Install that one.",
                    version=made.version,
                )
            )
        return made
