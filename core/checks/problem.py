"""What a rule found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """Something that an addon does against a rule: where, and what to do."""

    addon: str
    #: A file with its line, or a model with its field.
    where: str
    what: str
