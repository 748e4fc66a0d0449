"""Guards that fix the parts of a document, in the database, from the moment it counts."""

from __future__ import annotations

from collections.abc import Sequence

from core import Model, Text, guard


def freeze(
    part: type[Model],
    document: type[Model],
    key: str,
    *,
    free: Sequence[str],
    message: Text,
    fixed: Sequence[str] = (),
) -> None:
    """Refuse to add, change or delete parts of a document whose state is none of `free`.

    With `fixed` only changes of these columns are refused.
    """
    for rule, event, side in (
        ("added", "insert", "NEW"),
        ("changed", "update", "OLD"),
        ("removed", "delete", "OLD"),
    ):
        counts = (
            f"EXISTS (SELECT 1 FROM {document.__tablename__} "  # noqa: S608 -- names of our own tables and states
            f"WHERE id = {side}.{key} AND state NOT IN ({_quoted(free)}))"
        )
        _refuse(part, rule, event, counts, fixed if rule == "changed" else (), message)


def fix_columns(document: type[Model], *, free: Sequence[str], fixed: Sequence[str], message: Text) -> None:
    """Refuse to change the columns `fixed` of a document whose state is none of `free`."""
    _refuse(document, "fixed", "update", f"OLD.state NOT IN ({_quoted(free)})", fixed, message)


def _refuse(
    model: type[Model], rule: str, event: str, counts: str, fixed: Sequence[str], message: Text
) -> None:
    name = f"{model.__tablename__}_{rule}"
    raised = f"raise exception using errcode = '23514', constraint = '{name}', message = '{name}';"
    guard(
        model, rule, message, events=[event],
        sqlite=f"SELECT RAISE(ABORT, '{name}') WHERE {counts}{_differing(fixed, 'IS NOT')};",
        postgresql=f"if {counts}{_differing(fixed, 'IS DISTINCT FROM')} then {raised} end if;",
    )  # fmt: skip


def _differing(columns: Sequence[str], operator: str) -> str:
    return f" AND ({' OR '.join(f'OLD.{c} {operator} NEW.{c}' for c in columns)})" if columns else ""


def _quoted(states: Sequence[str]) -> str:
    return ", ".join(f"'{state}'" for state in states)
