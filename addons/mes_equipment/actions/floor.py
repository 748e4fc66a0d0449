"""The equipment that a recording is about: its company, its thresholds, locked against a second recording."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from addons.mes_equipment.models import Equipment, Reason, ReasonUse
from core import Env, UserError, ValidationError, _, where
from core.base import WorkCenter

ADDON = "mes_equipment"
MONITORED = where(Equipment.monitored, "eq", True)


@dataclass(frozen=True, slots=True)
class Watched:
    """Monitored equipment."""

    id: int
    code: str
    company_id: int
    minor_stop: timedelta


def watched(env: Env, ids: Collection[int], *, lock: bool = False) -> dict[int, Watched]:
    """The equipment of `ids`; UserError for what is not there or not monitored. `lock` holds it in one order."""
    columns = select(
        WorkCenter.id, WorkCenter.code, WorkCenter.company_id, Equipment.minor_stop_seconds
    ).join(Equipment, Equipment.id == WorkCenter.id)
    statement = columns.where(WorkCenter.id.in_(sorted(ids)), Equipment.monitored).order_by(WorkCenter.id)
    rows = env.session.execute(statement.with_for_update(of=Equipment) if lock else statement)
    found = {row[0]: Watched(row[0], row[1], row[2], timedelta(seconds=row[3])) for row in rows}
    for missing in sorted(set(ids) - set(found)):
        raise UserError(
            _("Equipment {id} is not there, or nobody monitors it. Nothing has changed.", id=missing)
        )
    return found


def require_reason(env: Env, reason_id: int | None, use: ReasonUse) -> None:
    """Raise ValidationError for a reason that is given for something else."""
    if reason_id is None:
        return
    reason = env.get(Reason, reason_id)
    if reason.use is not use:
        raise ValidationError(
            {
                "reason_id": _(
                    "{reason} is a reason for: {other}. Choose one for: {use}.",
                    reason=reason.name,
                    other=reason.use.label,
                    use=use.label,
                )
            }
        )
