"""Entries that hold once: reports that a terminal may send twice, and corrections of one entry by two people."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, TypeVar

from sqlalchemy import select

from addons.mes_equipment.models import CountEvent, MaterialUse, StateChange
from core import Env, UserError, _

R = TypeVar("R")


def unrepeated(
    env: Env, model: type[CountEvent | MaterialUse], reports: Sequence[R], contents: Sequence[str]
) -> list[R]:
    """The reports whose key was never seen; those without a key are all new.

    Raises UserError for a known key whose `contents`, fields of report and model alike, differ from before.
    """
    keys = {key for each in reports if (key := _key(each)) is not None}
    columns = [getattr(model, name) for name in contents]
    asked = select(model.idempotency_key, *columns).where(model.idempotency_key.in_(keys))
    seen = {row[0]: tuple(row[1:]) for row in (env.session.execute(asked) if keys else ())}
    new = []
    for each in reports:
        key, said = _key(each), tuple(getattr(each, name) for name in contents)
        if key is None or key not in seen:
            new.append(each)
        elif seen[key] != said:
            raise UserError(
                _("The report {key} came before with other contents. Nothing was entered.", key=key)
            )
        if key is not None:
            seen.setdefault(key, said)
    return new


def refuse_corrected(env: Env, model: type[CountEvent | StateChange], ids: Collection[int]) -> None:
    """Raise UserError when one of the entries was corrected before: its correction is what may be corrected."""
    if ids and env.session.scalar(select(model.id).where(model.corrects_id.in_(ids)).limit(1)) is not None:
        raise UserError(
            _("Somebody has corrected this entry already. Nothing has changed; look at it as it is now.")
        )


def _key(report: Any) -> str | None:  # Any: whatever has a key
    found: str | None = report.idempotency_key
    return found
