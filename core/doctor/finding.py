"""A finding of the doctor."""

from __future__ import annotations

from dataclasses import dataclass

from core.i18n import Text


@dataclass(frozen=True)
class Finding:
    """What one look at a site came to."""

    #: Names the look, and its place in docs/doctor.md.
    code: str
    text: Text
    #: None where all is well, False for a warning.
    is_wrong: bool | None = None

    def as_json(self) -> dict[str, object]:
        level = {True: "wrong", False: "warning", None: "well"}[self.is_wrong]
        return {"code": self.code, "level": level, "text": str(self.text)}


def wrong(code: str, text: Text) -> Finding:
    return Finding(code, text, is_wrong=True)


def warning(code: str, text: Text) -> Finding:
    return Finding(code, text, is_wrong=False)
