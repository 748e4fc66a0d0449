"""Importing a table: mapped to fields, tried without keeping anything, done as a set, and undone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.base.actions.importing.matching import match
from core.base.actions.importing.reading import MOST_ROWS, Progress
from core.base.actions.importing.reading import read as read_rows
from core.base.actions.importing.report import Problem, Report
from core.base.actions.importing.table import Table, laid_out, mappable, suggest, targets
from core.base.actions.importing.trail import remember, undo
from core.base.actions.importing.writing import Writing, Written, require_grants
from core.formats.tabular import Row
from core.orm.model import Model

if TYPE_CHECKING:
    from core.orm.env import Env

__all__ = [
    "MOST_ROWS", "Draft", "Problem", "Progress", "Report", "bring", "mappable", "read", "suggest", "targets", "undo",
    "write",
]  # fmt: skip


@dataclass
class Draft:
    """A file that was read: its rows as values, and what is wrong with them so far."""

    table: Table
    report: Report = field(default_factory=Report)


class _NotKept(Exception):
    """Takes back what was written."""


def bring(
    env: Env, model: type[Model], name: str, rows: Iterable[Row], mapping: Mapping[str, str], headings: Sequence[str],
    *, keep: bool, by_key: bool = False,
) -> Report:  # fmt: skip
    """Import `rows` of the file `name`; with any problem, or without `keep`, nothing is kept.

    `mapping` gives the field of each heading. Rows whose id or key is known change that record (`by_key` leaves ids
    aside); the others make one.
    """
    return write(env, read(env, model, rows, mapping, headings), name, keep=keep, by_key=by_key)


def read(
    env: Env, model: type[Model], rows: Iterable[Row], mapping: Mapping[str, str], headings: Sequence[str],
    progress: Progress = lambda _done: None,
) -> Draft:  # fmt: skip
    """What the rows say, read without writing: a reading transaction is enough."""
    draft = Draft(laid_out(env, model, mapping, headings))
    read_rows(env, draft.table, rows, draft.report, progress)
    return draft


def write(
    env: Env,
    draft: Draft,
    name: str,
    *,
    keep: bool,
    by_key: bool = False,
    progress: Progress = lambda _done: None,
) -> Report:
    """Create and change the records of a draft; with any problem, or without `keep`, nothing is kept."""
    table, report = draft.table, draft.report
    ids = match(env, table, report, by_key=by_key)
    if report.is_full:
        return report
    require_grants(env, table, [ids[i] for i in table.right()])
    try:
        with env.savepoint():
            came = Writing(env, table, report, progress).write(ids)
            parts = _write_parts(env, draft, came, progress, by_key=by_key)
            if report.problems:
                raise _NotKept
            _count(report, table, came, parts)
            if not keep:
                raise _NotKept
            report.import_id = remember(env, table, name, came, parts)
    except _NotKept:
        pass
    return report


def _write_parts(
    env: Env, draft: Draft, came: Written, progress: Progress, *, by_key: bool
) -> dict[str, Written]:
    """The parts of every record; those of one that is itself wrong are left out."""
    found = {}
    made = set(came.created)
    for name, part in draft.table.parts.items():
        owners = [None if i in made else i for i in came.ids]
        ids = match(env, part, draft.report, by_key=by_key, owners=owners)
        found[name] = Writing(env, part, draft.report, progress, came.ids).write(ids)
    return found


def _count(report: Report, table: Table, came: Written, parts: Mapping[str, Written]) -> None:
    for i, number in enumerate(table.numbers):
        report.fate(number, came.state(i))
    touched = set(came.changed)
    for name, wrote in parts.items():
        part = table.parts[name]
        for i, number in enumerate(part.numbers):
            state = wrote.state(i)
            owner = came.ids[part.owners[i]]
            if state != "same" and owner is not None:
                touched.add(owner)
            if report.states.get(number, "same") == "same":
                report.fate(number, state)
    known = {i for i in came.ids if i is not None}
    report.created = len(came.created)
    report.changed = len(touched - set(came.created))
    report.unchanged = len(known) - report.created - report.changed
