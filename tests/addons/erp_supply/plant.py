"""A plant to test purchasing and the store in: two companies, a person of each role, and short ways to make things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import select

from addons.erp_supply.actions import receiving
from addons.erp_supply.models import (
    OrderState,
    PurchaseLine,
    PurchaseOrder,
    Receipt,
    StockQuant,
    Warehouse,
    purchase_workflow,
)
from core import actions
from core.base import (
    Company,
    Currency,
    Item,
    LocationKind,
    Party,
    PaymentTerm,
    Site,
    StorageLocation,
    Tax,
    TaxCategory,
    Tracking,
    Unit,
    User,
    UserCompany,
    UserRole,
)
from core.base.seed import seed
from core.orm.env import Env, open_env
from core.orm.env import Site as RunningSite
from core.orm.model import Model
from core.security.principal import principal_of

M = TypeVar("M", bound=Model)

ORDERED_ON = date(2026, 2, 16)


@dataclass
class Plant:
    """A site with erp_supply, and a way to work in it as somebody."""

    site: RunningSite

    @contextmanager
    def env(self, login: str = "", *, write: bool = True) -> Iterator[Env]:
        """A transaction of the person; without a login, of the system in the first company."""
        with open_env(self.site) as system:
            found = system.session.scalar(select(User.id).where(User.login == (login or "maren")))
            assert found is not None
            principal = principal_of(system, found)
        if login:
            with open_env(self.site, principal, write=write) as env:
                yield env
            return
        with open_env(self.site, write=write) as env:
            env.principal = type(principal)(company_id=principal.company_id)
            yield env


def one(env: Env, model: type[M], **values: object) -> M:
    """The record of `model` with these values."""
    return env.session.query(model).filter_by(**values).one()


def do(env: Env, action: actions.Action, *records: Model, **values: object) -> tuple[Model, ...]:
    """Do an action as a person does: roles and condition are asked."""
    env.flush()
    return actions.run(env, action, records, values).opened


def order(
    env: Env, *lines: tuple[str, object, object], supplier: str = "BS", **values: object
) -> PurchaseOrder:
    """A draft order of `(item code, quantity, price)` lines."""
    party = one(env, Party, code=supplier)
    given: dict[str, object] = {
        "ordered_on": ORDERED_ON,
        "currency_id": one(env, Currency, code="EUR").id,
        **values,
    }
    made = PurchaseOrder(supplier_id=party.id, **given)
    for position, (code, quantity, price) in enumerate(lines, start=1):
        item = one(env, Item, code=code)
        made.lines.append(
            PurchaseLine(
                position=position * 10, item_id=item.id, unit_id=item.unit_id, quantity=Decimal(str(quantity)),
                price=Decimal(str(price)),
            )
        )  # fmt: skip
    env.add(made)
    env.flush()
    return made


def people_and_places(env: Env) -> None:
    """What every test finds: Kestrel Hydraulics with its store, Orrin Marine beside it, their suppliers and items."""
    _standards(env)
    for code, name in (("KH", "Kestrel Hydraulics"), ("OM", "Orrin Marine")):
        _company(env, code, name)
    env.flush()
    for company in env.session.scalars(select(Company)).all():
        _store(env, company)
    _master_data(env)
    env.flush()
    kestrel, orrin = one(env, Company, code="KH"), one(env, Company, code="OM")
    for login, company, role in (
        ("maren", kestrel, "buyer"), ("tove", kestrel, "purchase_approver"), ("priya", kestrel, "storekeeper"),
        ("jonas", kestrel, "supply_manager"), ("ines", orrin, "supply_manager"), ("nobody", kestrel, ""),
    ):  # fmt: skip
        _user(env, login, company, role)


def _standards(env: Env) -> None:
    seed(env)
    env.add(PaymentTerm(code="N30", name="30 days net", net_days=30))
    env.flush()


def _company(env: Env, code: str, name: str) -> None:
    euro = one(env, Currency, code="EUR")
    env.add(Company(code=code, name=name, currency_id=euro.id, country="DE"))


def _store(env: Env, company: Company) -> None:
    site = Site(code="ALD", name="Alden", country="DE", company_id=company.id)
    env.add(site)
    env.flush()
    places = {}
    for code, kind in (
        ("IN", LocationKind.INTERNAL), ("A-01", LocationKind.INTERNAL), ("A-02", LocationKind.INTERNAL),
        ("SUPPLIER", LocationKind.SUPPLIER), ("LOSS", LocationKind.LOSS), ("MADE", LocationKind.PRODUCTION),
    ):  # fmt: skip
        places[code] = StorageLocation(
            code=code, name=code, kind=kind, company_id=company.id, site_id=site.id
        )
    env.add(*places.values())
    env.flush()
    env.add(
        Warehouse(
            code="W1", name="Store", company_id=company.id, site_id=site.id, receiving_id=places["IN"].id,
            stock_id=places["A-01"].id,
        )
    )  # fmt: skip


def _master_data(env: Env) -> None:
    piece, kilo = one(env, Unit, code="H87"), one(env, Unit, code="KGM")
    standard = one(env, TaxCategory, code="S")
    for code, name in (("BS", "Brandt Stahl"), ("NG", "Norrgjut AB")):
        env.add(Party(code=code, name=name, company_id=None, country="DE"))
    for code, unit, tracking in (
        ("CS-210-RAW", piece, Tracking.NONE), ("CS-045-RAW", piece, Tracking.NONE), ("BAR-40", kilo, Tracking.NONE),
        ("SEAL-12", piece, Tracking.LOT), ("PUMP-9", piece, Tracking.SERIAL),
    ):  # fmt: skip
        env.add(Item(code=code, name=code.title(), unit_id=unit.id, tracking=tracking, company_id=None))
    env.add(Tax(code="DE19", name="19 %", category_id=standard.id, percent=Decimal(19), country="DE"))


def _user(env: Env, login: str, company: Company, role: str) -> None:
    roles: Sequence[str] = [f"erp_supply.{role}"] if role else []
    env.add(
        User(
            login=login, name=login.capitalize(), home_company_id=company.id,
            roles=[UserRole(role=name) for name in roles],
            companies=[UserCompany(seen_company_id=company.id)],
        )
    )  # fmt: skip


def sent_order(env: Env, *lines: tuple[str, object, object], **values: object) -> PurchaseOrder:
    """An order that goods may be received for."""
    made = order(env, *lines, **values)  # type: ignore[arg-type]  # a supplier is a text
    purchase_workflow.move(env, [made], OrderState.SENT)
    env.flush()
    return made


def received(env: Env, *lines: tuple[str, object, object], lot: str | None = None) -> Receipt:
    """A posted receipt of all lines of a new order."""
    (receipt,) = do(env, receiving.receive, sent_order(env, *lines))
    assert isinstance(receipt, Receipt)
    for line in receipt.lines:
        line.lot_number = lot
    do(env, receiving.post, receipt)
    return receipt


def on_hand(env: Env, code: str, location: str = "IN") -> Decimal:
    """What the books say is there of an item."""
    quantities = env.session.scalars(
        select(StockQuant.on_hand)
        .join(Item, Item.id == StockQuant.item_id)
        .join(StorageLocation, StorageLocation.id == StockQuant.location_id)
        .where(Item.code == code, StorageLocation.code == location, StockQuant.company_id == env.company_id)
    )
    return sum(quantities, Decimal(0))


def location(env: Env, code: str) -> StorageLocation:
    """A storage location of the company that the env works in."""
    return one(env, StorageLocation, code=code, company_id=env.company_id)
