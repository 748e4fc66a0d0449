"""What may not happen at one time, held by the database."""

from __future__ import annotations

from collections.abc import Sequence

from core import Model, Text, guard


def refuse_overlap(model: type[Model], keys: Sequence[str], message: Text) -> None:
    """Refuse a row whose `starts_at` to `ends_at` meets that of another row that has one of its `keys` in common.

    A row without an end lasts.
    """
    name = f"{model.__tablename__}_overlap"
    same = " OR ".join(f"o.{key} = NEW.{key}" for key in keys)
    other = (
        f"SELECT 1 FROM {model.__tablename__} o "  # noqa: S608 -- names of our own tables and columns
        f"WHERE o.id <> coalesce(NEW.id, 0) AND ({same}) "
        "AND (o.ends_at IS NULL OR o.ends_at > NEW.starts_at) "
        "AND (NEW.ends_at IS NULL OR NEW.ends_at > o.starts_at)"
    )
    guard(
        model,
        "overlap",
        message,
        events=("insert", "update"),
        sqlite=f"SELECT RAISE(ABORT, '{name}') WHERE EXISTS ({other});",
        # Two who write at once would not see each other's row: they queue.
        postgresql=(
            f"perform pg_advisory_xact_lock(hashtext('{name}')); if exists ({other}) then "
            f"raise exception using errcode = '23514', constraint = '{name}', message = '{name}'; end if;"
        ),
    )
