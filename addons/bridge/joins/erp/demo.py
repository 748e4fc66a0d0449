"""The ERP's end of the example: cabinets from which the machines take, and a week of receipts that were announced."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal

from sqlalchemy import select

from addons.bridge.demo import DAYS_BACK, FLUID, TOOLS, company_of, moment
from addons.bridge.joins.erp.actions.announcing import announce
from addons.bridge.joins.erp.models import SuppliedPlace
from addons.erp_supply.actions.transferring import move
from addons.erp_supply.models import PostingState, Receipt, StockQuant
from core import Env, _, held, i18n, now
from core.base import Item, LocationKind, StorageLocation, WorkCenter

#: What each cabinet was filled with.
_FILLED = {TOOLS: {"IN-CNMG": 80, "EM-12": 20}, FLUID: {"CF-500": 200}}
_SUPPLIED = {"M-401": TOOLS, "M-402": TOOLS, "M-403": TOOLS, "M-404": FLUID}
#: The newest receipts of the year are told; those before were there before the bridge.
_RECEIPTS = 6
_AT = time(9, 40, tzinfo=UTC)


def demo(env: Env, language: str) -> None:
    """The same at every call on the example of erp_supply."""
    company_id = company_of(env)
    with i18n.speaking(language):
        with held(moment(DAYS_BACK)):
            _fill(env, company_id, _cabinets(env, company_id))
        _announce(env, company_id)


def _cabinets(env: Env, company_id: int) -> dict[str, StorageLocation]:
    """The cabinets beside the machines, and who takes from which."""
    beside = env.session.scalar(
        select(StorageLocation).where(
            StorageLocation.code == "LINE", StorageLocation.company_id == company_id
        )
    )
    names = {TOOLS: _("Tool cabinet"), FLUID: _("Cutting fluid cabinet")}
    made = {
        code: StorageLocation(
            code=code, name=str(name), kind=LocationKind.INTERNAL, company_id=company_id,
            parent_id=beside.id if beside else None, site_id=beside.site_id if beside else None,
        )
        for code, name in names.items()
    }  # fmt: skip
    env.add(*made.values())
    env.flush()
    for place in env.session.scalars(select(WorkCenter).where(WorkCenter.code.in_(_SUPPLIED))):
        SuppliedPlace.of(place).location_id = made[_SUPPLIED[place.code]].id
    return made


def _fill(env: Env, company_id: int, cabinets: Mapping[str, StorageLocation]) -> None:
    for code, filled in _FILLED.items():
        for item, quantity in filled.items():
            found = env.session.scalar(
                select(StockQuant)
                .join(Item, Item.id == StockQuant.item_id)
                .where(Item.code == item, StockQuant.company_id == company_id)
                .order_by(StockQuant.on_hand.desc())
                .limit(1)
            )
            if found is not None:
                enough = min(Decimal(quantity), found.on_hand - found.reserved)
                move(env, [found], target_id=cabinets[code].id, quantity=enough)


def _announce(env: Env, company_id: int) -> None:
    """Each on its day, the oldest first."""
    newest = select(Receipt.id, Receipt.received_on).where(
        Receipt.company_id == company_id, Receipt.state == PostingState.POSTED
    )
    rows = env.session.execute(
        newest.order_by(Receipt.received_on.desc(), Receipt.id.desc()).limit(_RECEIPTS)
    ).all()
    for receipt_id, day in reversed(rows):
        with held(min(datetime.combine(day, _AT), now())):
            announce(env, [receipt_id])
