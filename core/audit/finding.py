"""What a check of the audit trail found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.i18n import Text, _
from core.orm.types import Choice

#: More problems than these are counted and not kept.
MOST = 1_000


class Tampering(Choice):
    """What somebody did to the trail."""

    ALTERED = "altered", _("Altered")
    DELETED = "deleted", _("Deleted")
    INSERTED = "inserted", _("Inserted")
    TRANSPLANTED = "transplanted", _("Transplanted")
    CUT = "cut", _("Cut off")
    RECOMPUTED = "recomputed", _("Recomputed")
    UNVERIFIED = "unverified", _("Not verifiable")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    kind: Tampering
    what: Text
    #: The place in the chain; None outside it.
    position: int | None = None
    #: When what is concerned happened, as far as the trail says.
    at: datetime | None = None
    #: The records concerned, such as `base.item 17`.
    records: Sequence[str] = ()

    def as_json(self) -> dict[str, object]:
        return {
            "kind": str(self.kind), "position": self.position, "at": self.at.isoformat() if self.at else None,
            "records": list(self.records), "what": str(self.what),
        }  # fmt: skip


@dataclass
class Report:
    """What was looked at, and what was wrong with it."""

    changes: int = 0
    batches: int = 0
    sealed: int = 0
    #: Batches without a key, of before sealing began; sealed ones are protected since then.
    before_sealing: int = 0
    unsealed: int = 0
    unsealed_since: datetime | None = None
    heads: int = 0
    signatures: int = 0
    #: Changes out of which an erasure took personal values of before these were encrypted.
    redacted: int = 0
    count: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return self.count == 0

    def add(self, problem: Problem) -> None:
        self.count += 1
        if len(self.problems) < MOST:
            self.problems.append(problem)

    def as_json(self) -> dict[str, object]:
        since = self.unsealed_since
        return {
            "sound": self.is_sound, "changes": self.changes, "batches": self.batches, "sealed": self.sealed,
            "before_sealing": self.before_sealing, "unsealed": self.unsealed,
            "unsealed_since": since.isoformat() if since else None, "heads": self.heads,
            "signatures": self.signatures, "redacted": self.redacted,
            "problem_count": self.count, "problems": [problem.as_json() for problem in self.problems],
        }  # fmt: skip
