"""What the ERP has besides: a warehouse and receipts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from addons.erp_supply.actions import receiving
from addons.erp_supply.models import Receipt, ReceiptLine, StockQuant, Warehouse
from core import Env
from core.base import Company, Item, Party, Site, StorageLocation
from tests.addons.bridge.house import do, one


def store(env: Env) -> None:
    """A warehouse for each company, whose goods-in is IN and whose store is A-01."""
    for company in env.session.scalars(select(Company)).all():
        site = one(env, Site, company_id=company.id)
        env.add(
            Warehouse(
                code="W1", name="Store", company_id=company.id, site_id=site.id,
                receiving_id=one(env, StorageLocation, code="IN", company_id=company.id).id,
                stock_id=one(env, StorageLocation, code="A-01", company_id=company.id).id,
            )
        )  # fmt: skip
    env.flush()


def received(env: Env, code: str, quantity: object, *, lot: str | None = None, at: str = "A-01") -> Receipt:
    """A posted receipt of one item into a location."""
    item = one(env, Item, code=code)
    receipt = Receipt(
        supplier_id=one(env, Party, code="BS").id, received_on=date(2026, 3, 12), company_id=env.company_id,
        location_id=one(env, StorageLocation, code=at, company_id=env.company_id).id,
        lines=[
            ReceiptLine(
                item_id=item.id, quantity=Decimal(str(quantity)), unit_id=item.unit_id, lot_number=lot
            )
        ],
    )  # fmt: skip
    env.add(receipt)
    do(env, receiving.post, receipt)
    return receipt


def on_hand(env: Env, code: str, at: str = "A-01") -> Decimal:
    """What Kestrel's books say is there of an item."""
    company = one(env, Company, code="KH")
    quantities = env.session.scalars(
        select(StockQuant.on_hand)
        .join(Item, Item.id == StockQuant.item_id)
        .join(StorageLocation, StorageLocation.id == StockQuant.location_id)
        .where(Item.code == code, StorageLocation.code == at, StockQuant.company_id == company.id)
    )
    return sum(quantities, Decimal(0))
