"""The site that is measured: base's items with two facets, and a person with grants, field roles and a scope."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Mapped, configure_mappers

from core import hookspecs, plugins
from core.base.models import Company, Currency, Dimension, Item, Unit
from core.i18n import _
from core.orm import bulk
from core.orm.env import Principal, Site, open_env
from core.orm.facet import Facet
from core.orm.field import field
from core.orm.model import Base, Model, OfCompany
from core.orm.types import Code, Name, Quantity
from core.security.access import AccessRules
from core.security.role import Grant, Role, Scope

#: Sees the active items of their companies.
clerk = Role("bench.clerk", _("Clerk"))
#: Sees all items of their companies.
keeper = Role("bench.keeper", _("Keeper"))


class StoredItem(Facet[Item]):
    """How an item is stored."""

    __tablename__ = "bench_stored_item"

    lead_days: Mapped[int] = field(_("Lead time"), default=3, sort=True, track=True)
    reorder_point: Mapped[Quantity] = field(_("Reorder point"), default=Decimal(0), track=True)


class RatedItem(Facet[Item]):
    """How an item is rated."""

    __tablename__ = "bench_rated_item"

    rating: Mapped[int] = field(_("Rating"), default=1, track=True, roles=[clerk, keeper])
    remark: Mapped[Name | None] = field(_("Remark"))


class Slip(OfCompany, Model):
    """A document that gets a number when it is posted."""

    __tablename__ = "bench_slip"

    number: Mapped[Code | None] = field(_("Number"), readonly=True)
    text: Mapped[Name] = field(_("Text"))


# Before the bare mapping of the same tables, which then knows what it overlaps.
configure_mappers()


def principal(companies: int, *, scoped: bool) -> Principal:
    """A person of one company or of two, with a scope on items or without."""
    role = clerk if scoped else keeper
    return Principal(1, 1, frozenset(range(1, companies + 1)), frozenset({role.name}))


def open_plant(engine: Engine, folder: Path) -> Site:
    """The tables on an empty database, two companies and a unit."""
    Base.metadata.create_all(engine)
    site = existing(engine, folder)
    with open_env(site, write=True) as env:
        currency = Currency(code="EUR", name="Euro", exponent=2)
        env.add(currency, Unit(code="C62", name="Piece", symbol="pc", dimension=Dimension.COUNT))
        env.flush()
        env.add(
            *(Company(code=f"{n}", name=f"Plant {n}", country="DE", currency_id=currency.id) for n in (1, 2))
        )
    return site


def existing(engine: Engine, folder: Path) -> Site:
    """The site on a database that has the tables."""
    access = AccessRules()
    everything = "read create write delete"
    nouns = (Item, Unit, Company, Slip)
    scope = Scope(clerk, Item, lambda entity, _principal: entity.active.is_(True))
    access.declare(
        "", [clerk, keeper, Grant(clerk, nouns, everything), Grant(keeper, nouns, everything), scope]
    )
    return Site(engine, [], plugins.build([hookspecs], []), access, folder)


def values(run: str, number: int) -> dict[str, object]:
    """An item with both facets, by field name."""
    return {
        "code": f"{run}-{number:05}", "name": f"Valve block {number}", "unit_id": 1, "revision": "A",
        "description": "Aluminium, anodised", "bench_stored_item.lead_days": 5 + number % 20,
        "bench_stored_item.reorder_point": Decimal(number % 50), "bench_rated_item.rating": number % 5,
        "bench_rated_item.remark": f"Checked {number}",
    }  # fmt: skip


def fill(site: Site, run: str, count: int) -> list[int]:
    """Items made in bulk, for works that need some."""
    with open_env(site, principal(1, scoped=True), write=True) as env:
        return bulk.create(env, Item, [values(run, n) for n in range(count)])
