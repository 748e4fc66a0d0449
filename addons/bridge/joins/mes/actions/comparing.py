"""The MES's figures: what was used at machines beside what the ERP has issued for it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import case, func, select

from addons.bridge.actions.telling import listener
from addons.bridge.joins.mes.models import Report, UseReport
from addons.bridge.models import Side
from addons.bridge.rules.figure import Figure
from addons.mes_equipment.models import MaterialUse
from core import Env, _
from core.base import Item, Unit

_ISSUED = (Report.ACCEPTED, Report.MODIFIED)


def figures(env: Env, company_id: int) -> Iterator[Figure]:
    """Every use of a company that has an ERP to report to."""
    if listener(env, company_id, Side.ERP) is None:
        return
    issued = case((UseReport.report.in_(_ISSUED), MaterialUse.quantity), else_=Decimal(0))
    rows = env.session.execute(
        select(Item.code, Unit.code, func.sum(MaterialUse.quantity), func.sum(issued))
        .outerjoin(UseReport, UseReport.use_id == MaterialUse.id)
        .join(Item, Item.id == MaterialUse.item_id)
        .join(Unit, Unit.id == MaterialUse.unit_id)
        .where(MaterialUse.company_id == company_id)
        .group_by(Item.code, Unit.code)
        .order_by(Item.code)
    )
    for item, unit, used, done in rows:
        yield Figure(_("Material use reported to the ERP"), item, used, done, unit=unit)
