"""Exporting and importing a model's records, as the generic checks try it on every addon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.base import User
from core.base.actions import exporting, importing
from core.base.actions.importing import Report
from core.errors import PlatformError
from core.formats.column import Value
from core.formats.tabular import Row
from core.orm import bulk
from core.orm.catalog import fields_of, key_fields
from core.orm.env import Env
from core.orm.model import Model


@dataclass(frozen=True)
class File:
    """An export as an import reads it."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Value]]

    def without_ids(self) -> set[tuple[Value, ...]]:
        return {tuple(row[1:]) for row in self.rows}


def exported(env: Env, model: type[Model]) -> File:
    """Every record that the person sees, with every field that an import may set."""
    known = importing.mappable(env, model)
    names = [name for name in exporting.default_fields(env, model) if name in known]
    headings = [column.name for column in exporting.columns(env, model, names)]
    return File(headings, list(exporting.rows(env, model, names, None)))


def imported(env: Env, model: type[Model], file: File, *, keep: bool, by_key: bool = False) -> Report:
    rows = [Row(number, tuple(row)) for number, row in enumerate(file.rows, 2)]
    mapping = importing.suggest(env, model, file.headings)
    return importing.bring(env, model, "export.csv", rows, mapping, file.headings, keep=keep, by_key=by_key)


def can_come_back(env: Env, model: type[Model]) -> bool:
    """Whether a file holds all that a new record needs, its natural key included."""
    known = importing.mappable(env, model)
    needed = [f for f in fields_of(model).values() if f.required and f.facet is None]
    return all(f.name in known for f in (*key_fields(model), *needed) if f.key != "company_id")


def deleted(env: Env, model: type[Model], file: File) -> File:
    """Delete every record of `file` that nothing holds fast; gives those that are gone.

    Left out are the acting person, and what refers to a record out of their sight: no file can bring that back.
    """
    gone = []
    for row in file.rows:
        if (model is User and row[0] == env.user_id) or str(exporting.HIDDEN) in row:
            continue
        try:
            bulk.delete(env, model, [int(str(row[0]))])
        except PlatformError:
            continue  # others refer to it, or its addon keeps it
        gone.append(row)
    return File(file.headings, gone)
