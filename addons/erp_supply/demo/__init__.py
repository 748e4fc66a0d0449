"""A year of purchasing at Kestrel Hydraulics: suppliers' prices, some 1,300 orders, their receipts and the stock."""

from __future__ import annotations

from random import Random

from sqlalchemy import select

from addons.erp_supply.demo import helpers, history, letters, master, open_orders, store
from addons.erp_supply.demo.record import Plant
from core import Env, i18n
from core.base import Company

#: The same figures at every call on a day.
SEED = 418
HISTORIC = 1254


def demo(env: Env, language: str) -> None:
    """The same data at every call on an empty site, in English or German; days are counted from today."""
    with i18n.speaking(language):
        companies = {row.code: row.id for row in env.session.execute(select(Company.code, Company.id))}
        master.people(env)
        letters.templates(env, companies)
        helpers.rules(env, companies)
        helpers.webhook(env, companies)
        master.warehouses(env, companies)
        plant = Plant.of(env, companies["KH"], Random(SEED))  # noqa: S311 -- figures of an example, not secrets
        master.suppliers(env, plant)
        master.prices(env, plant)
        orders = [*history.orders(plant, HISTORIC), *open_orders.orders(plant)]
        history.write(env, plant, sorted(orders, key=lambda order: order.ordered_on))
        store.fill(env, plant, orders)
        store.promise(env, plant)
        store.count_and_return(env, plant)
