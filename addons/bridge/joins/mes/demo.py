"""The MES's end of the example: what was used at the machines is reported, and the last of it found a door closed."""

from __future__ import annotations

from sqlalchemy import select

from addons.bridge.demo import DAYS_CLOSED, FLUID, company_of, moment
from addons.bridge.joins.mes.actions.reporting import report
from addons.mes_equipment.models import MaterialUse
from core import Env, held, i18n
from core.base import StorageLocation


def demo(env: Env, language: str) -> None:
    """The same at every call on the example of mes_equipment."""
    company_id, closed_at = company_of(env), moment(DAYS_CLOSED)
    uses = env.session.execute(
        select(MaterialUse.id, MaterialUse.at)
        .where(MaterialUse.company_id == company_id)
        .order_by(MaterialUse.at, MaterialUse.id)
    ).all()
    with i18n.speaking(language):
        for use_id, at in uses:
            if at >= closed_at:
                _close(env, company_id)
            with held(at):
                report(env, [use_id])


def _close(env: Env, company_id: int) -> None:
    """The cabinet is being cleaned: whoever opens it again has what is parked done again."""
    cabinet = env.session.scalar(
        select(StorageLocation).where(StorageLocation.code == FLUID, StorageLocation.company_id == company_id)
    )
    if cabinet is not None and cabinet.active:
        cabinet.active = False
        env.flush()
