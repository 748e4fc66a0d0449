"""Roles, warehouses, suppliers and prices of the example."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import select

from addons.erp_supply.demo.assortment import ASSORTMENT
from addons.erp_supply.demo.record import Plant
from addons.erp_supply.models import (
    SupplierPrice,
    Warehouse,
    buyer,
    purchase_approver,
    storekeeper,
    supply_manager,
)
from core import Env, _, bulk
from core.base import Item, Party, Site, StorageLocation, User, UserRole

_ROLES = {
    "jonas": supply_manager, "maren": buyer, "ruth": buyer, "tove": supply_manager, "lena": storekeeper,
    "nils": supply_manager, "ada": purchase_approver,
}  # fmt: skip
#: Company: site, goods-in and store.
_WAREHOUSES = {"KH": ("ALDEN", "IN-A", "A"), "MP": ("GRAZ", "GRAZ", "GRAZ")}

#: What is ordered by more than this is not counted to the piece.
_MANY = 500


def people(env: Env) -> None:
    """Who buys, approves and keeps the store."""
    users = {row.login: row.id for row in env.session.execute(select(User.login, User.id))}
    rows = [{"user_id": users[login], "role": role.name} for login, role in _ROLES.items() if login in users]
    bulk.create(env, UserRole, rows)


def warehouses(env: Env, companies: Mapping[str, int]) -> None:
    """A store for each company."""
    rows = []
    for code, (site, goods_in, store) in _WAREHOUSES.items():
        company_id = companies[code]
        places = {
            row.code: row.id
            for row in env.session.execute(
                select(StorageLocation.code, StorageLocation.id).where(
                    StorageLocation.company_id == company_id
                )
            )
        }
        site_id = env.session.scalar(select(Site.id).where(Site.company_id == company_id, Site.code == site))
        rows.append(
            {
                "company_id": company_id, "code": "W1", "name": str(_("Main store")), "site_id": site_id,
                "receiving_id": places[goods_in], "stock_id": places[store],
            }
        )  # fmt: skip
    bulk.create(env, Warehouse, rows)


def suppliers(env: Env, plant: Plant) -> None:
    """How partners supply, and how items are bought."""
    bulk.update(
        env,
        Party,
        [
            {
                "id": plant.parties[name], "erp_supply.supplies": True, "erp_supply.customer_number": f"KH-{number}",
                "erp_supply.currency_id": plant.currencies[bought.currency],
                "erp_supply.payment_term_id": plant.terms[bought.term],
            }
            for number, (name, bought) in enumerate(ASSORTMENT.items(), start=2041)
        ],
    )  # fmt: skip
    bulk.update(
        env,
        Item,
        [
            {
                "id": plant.items[code].id, "erp_supply.supplier_id": plant.parties[name],
                "erp_supply.lead_days": bought.lead_days, "erp_supply.order_quantity": Decimal(offer.usual),
                "erp_supply.reorder_point": Decimal(offer.usual // 2),
                "erp_supply.over_receipt_percent": Decimal(5 if offer.usual > _MANY else 0),
            }
            for name, bought in ASSORTMENT.items()
            for code, offer in bought.offers.items()
            if plant.items[code].is_stocked
        ],
    )  # fmt: skip
    made = [
        item.id
        for code, item in plant.items.items()
        if not any(code in b.offers for b in ASSORTMENT.values())
    ]
    bulk.update(env, Item, [{"id": item_id, "erp_supply.purchased": False} for item_id in made])


def prices(env: Env, plant: Plant) -> None:
    """A price for each offer and, for what is bought by the hundred, a break at five times the usual quantity."""
    rows = []
    for name, bought in ASSORTMENT.items():
        for code, offer in bought.offers.items():
            breaks = [(Decimal(0), offer.price)]
            if offer.usual >= 100:  # noqa: PLR2004 -- as the docstring says
                lower = (offer.price * 93 / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
                breaks.append((Decimal(offer.usual * 5), lower))
            rows += [
                {
                    "company_id": plant.company_id, "party_id": plant.parties[name],
                    "item_id": plant.items[code].id, "supplier_code": offer.supplier_code, "from_quantity": quantity,
                    "unit_id": plant.items[code].unit_id, "price": price, "lead_days": bought.lead_days,
                    "currency_id": plant.currencies[bought.currency],
                }
                for quantity, price in breaks
            ]  # fmt: skip
    bulk.create(env, SupplierPrice, rows)
