"""Use of material at a machine is reported to the ERP, in the transaction that enters it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from addons.bridge.actions.telling import Listener, listener, tell
from addons.bridge.joins.mes.actions import naming
from addons.bridge.joins.mes.models import UseReport
from addons.bridge.messages.message import ProcessOperationsPerformance
from addons.bridge.messages.noun import (
    MaterialActual,
    OperationsPerformance,
    OperationsType,
    Quantity,
    one_line,
)
from addons.bridge.messages.noun import (
    MaterialUse as UseOfMaterial,
)
from addons.bridge.models import Partner, Side, bridge_keeper
from addons.mes_equipment.models import MaterialUse
from core import Env, _, action, now, where
from core.base import Item

#: So many uses are read at once.
_CHUNK = 500


def report(env: Env, ids: Sequence[int]) -> None:
    """Report uses, each by a message of its own; the uses of one item take effect in their order."""
    with env.as_system() as system:
        listeners: dict[int, Listener | None] = {}
        for use in _read(system, ids):
            if use.company_id not in listeners:
                listeners[use.company_id] = listener(system, use.company_id, Side.ERP)
            to = listeners[use.company_id]
            if to is not None:
                _report(system, to, use)


@action(
    _("Report what was not reported"),
    on=Partner,
    roles=[bridge_keeper],
    when=where(Partner.side, "eq", Side.ERP) & where(Partner.active, "eq", True),
    icon="refresh",
)
def report_everything(env: Env, partners: Sequence[Partner]) -> None:
    """Report every use that was entered before there was somebody to report it to."""
    with env.as_system() as system:
        for partner in partners:
            untold = select(MaterialUse.id).where(
                MaterialUse.company_id == partner.company_id, MaterialUse.id.not_in(select(UseReport.use_id))
            )
            report(system, list(system.session.scalars(untold.order_by(MaterialUse.id))))


def _read(env: Env, ids: Sequence[int]) -> Iterator[MaterialUse]:
    links = (MaterialUse.item, MaterialUse.lot, MaterialUse.unit, MaterialUse.equipment, MaterialUse.reason)
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        wanted = select(MaterialUse).where(MaterialUse.id.in_(ordered[start : start + _CHUNK]))
        loaded = wanted.options(*(selectinload(link) for link in links)).order_by(MaterialUse.id)
        yield from env.session.scalars(loaded).all()


def _report(env: Env, to: Listener, use: MaterialUse) -> None:
    def note(message_id: str) -> None:
        env.add(UseReport(use_id=use.id, company_id=use.company_id, reported_at=now(), message_id=message_id))
        env.flush()

    tell(env, to, _message(env, to, use), key=f"use/{use.item_id}", note=note)


def _message(env: Env, to: Listener, use: MaterialUse) -> ProcessOperationsPerformance:
    actual = MaterialActual(
        one_line(use.item.code), Quantity(use.quantity, use.unit.code), UseOfMaterial.CONSUMABLE,
        lot=one_line(use.lot.number) if use.lot else None, record=_record_there(env, to, use.item),
    )  # fmt: skip
    return ProcessOperationsPerformance(
        OperationsPerformance(
            str(use.id), to.company, OperationsType.MAINTENANCE, now(), use.at,
            one_line(use.reason.name) if use.reason else None, one_line(use.equipment.code), materials=(actual,),
        )
    )  # fmt: skip


def _record_there(env: Env, to: Listener, item: Item) -> str | None:
    """What the ERP's database calls the item: its own id here, what it told us elsewhere."""
    if to.partner_id is None:
        return str(item.id)
    return naming.their_record(env, to.partner_id, item)
