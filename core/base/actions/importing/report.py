"""What an import would do, or did, and what is wrong with its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: Wrong cells that are told of; more help nobody.
MOST_PROBLEMS = 1_000
#: Rows whose fate is told one by one.
SHOWN = 100


@dataclass(frozen=True)
class Problem:
    """A cell that cannot be taken: its row in the spreadsheet, its column's heading, and why."""

    row: int
    column: str
    message: str


@dataclass
class Report:
    """What an import would do, or did."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    #: What becomes of the first rows: new, changed or same, by row in the spreadsheet.
    states: dict[int, str] = field(default_factory=dict)
    #: The import that can be undone; 0 for a dry run.
    import_id: int = 0

    @property
    def is_good(self) -> bool:
        return not self.problems

    @property
    def is_full(self) -> bool:
        """Whether so much is wrong that looking further helps nobody."""
        return len(self.problems) >= MOST_PROBLEMS

    @property
    def wrong_rows(self) -> set[int]:
        return {problem.row for problem in self.problems}

    def tell(self, row: int, column: str, message: object) -> None:
        if not self.is_full:
            self.problems.append(Problem(row, column, str(message)))

    def fate(self, row: int, state: str) -> None:
        """Note what becomes of a row, if it is one of the first."""
        if row in self.states or len(self.states) < SHOWN:
            self.states[row] = state

    def to_json(self) -> dict[str, Any]:  # Any: JSON
        return {
            "rows": self.rows, "created": self.created, "changed": self.changed, "unchanged": self.unchanged,
            "problems": [[p.row, p.column, p.message] for p in sorted(self.problems, key=lambda p: p.row)],
            "states": list(self.states.items()), "import_id": self.import_id,
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:  # Any: JSON
        return cls(
            data["rows"], data["created"], data["changed"], data["unchanged"],
            [Problem(*each) for each in data["problems"]], dict(data["states"]), data["import_id"],
        )  # fmt: skip
