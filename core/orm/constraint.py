"""Broken database constraints, told in the words of the model."""

from __future__ import annotations

import re

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.exc import IntegrityError

from core.errors import UserError, ValidationError
from core.i18n import Text, _
from core.orm.model import Base

#: Messages of named CHECK constraints and of guard triggers; addons add theirs with `tell`.
_messages: dict[str, Text] = {}

_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (?P<columns>.+)")
_SQLITE_CHECK = re.compile(r"CHECK constraint failed: (?P<name>\w+)")
_SQLITE_NOT_NULL = re.compile(r"NOT NULL constraint failed: (?P<table>\w+)\.(?P<column>\w+)")


def tell(name: str, message: Text) -> None:
    """Show `message` when the constraint or guard called `name` refuses."""
    _messages[name] = message


def explained(error: IntegrityError) -> UserError:
    """The error that a person is shown for a broken constraint."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return _named(
            diagnosis.constraint_name or "", diagnosis.table_name or "", diagnosis.column_name or ""
        )
    text = str(error.orig)
    if unique := _SQLITE_UNIQUE.search(text):
        parts = [part.split(".") for part in unique["columns"].split(", ") if "." in part]
        return _taken(parts[0][0], [part[1] for part in parts]) if parts else _other(text)
    if missing := _SQLITE_NOT_NULL.search(text):
        return _named("", missing["table"], missing["column"])
    check = _SQLITE_CHECK.search(text)
    return _named(check["name"] if check else text, "", "")


def _named(name: str, table: str, column: str) -> UserError:
    if name in _messages:
        return UserError(_messages[name])
    if column and table in Base.metadata.tables:
        return ValidationError({column: _("A value is needed.")})
    found = Base.metadata.tables.get(table)
    if found is not None:
        for constraint in found.constraints:
            if constraint.name == name and isinstance(constraint, UniqueConstraint):
                return _taken(table, [c.name for c in constraint.columns])
            if constraint.name == name and isinstance(constraint, CheckConstraint):
                return _other(name)
        for index in found.indexes:
            if index.name == name and index.unique:
                return _taken(table, [c.name for c in index.columns])
    return _in_use() if name.startswith("fk_") or "FOREIGN KEY" in name else _other(name)


def _taken(table: str, columns: list[str]) -> ValidationError:
    shown = [name for name in columns if name != "company_id"] or columns
    labels = [_label(table, name) for name in shown]
    return ValidationError(
        {
            shown[0]: _(
                "{fields} is already taken by another record; it must be unique.",
                fields=", ".join(map(str, labels)),
            )
        }
    )


def _in_use() -> UserError:
    return UserError(
        _("Other records refer to this one, or a record it refers to is gone. Nothing has changed.")
    )


def _other(name: str) -> UserError:
    return UserError(_("The database refused this ({rule}). Nothing has changed.", rule=name))


def _label(table: str, column: str) -> object:
    found = Base.metadata.tables[table].c.get(column)
    info = found.info.get("field") if found is not None else None
    return info.label if info else column
