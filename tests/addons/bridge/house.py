"""One database with both worlds, or two with one each: people, a store, machines, and short ways to do things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar

from sqlalchemy import func, select

from addons.bridge.models import Partner, Side
from core import actions
from core.base import (
    Company,
    Currency,
    EquipmentLevel,
    Item,
    LocationKind,
    Party,
    Site,
    StorageLocation,
    Tracking,
    Unit,
    User,
    UserCompany,
    UserRole,
    WorkCenter,
)
from core.base.models.mechanism import IncomingMessage, IncomingState, OutgoingMessage
from core.base.seed import seed
from core.events.courier import Courier
from core.orm.env import Env, open_env
from core.orm.env import Site as RunningSite
from core.orm.model import Model
from core.security.principal import principal_of

M = TypeVar("M", bound=Model)

AT = datetime(2026, 3, 12, 9, tzinfo=UTC)
#: Who works where; the last speaks for the other server.
PEOPLE = (
    ("priya", "KH", "erp_supply.supply_manager"), ("idris", "KH", "mes_equipment.operator"),
    ("kira", "KH", "bridge.bridge_keeper"), ("edda", "KH", "base.master_data_editor"),
    ("jonas", "KH", "base.master_data_editor"),
    ("peer", "KH", "bridge.partner_system"), ("ines", "OM", "bridge.partner_system"),
    ("oskar", "OM", "bridge.bridge_keeper"),
)  # fmt: skip


@dataclass
class House:
    """A running site, and a way to work in it as somebody."""

    site: RunningSite

    @contextmanager
    def env(self, login: str = "", *, write: bool = True) -> Iterator[Env]:
        """A transaction of the person; without a login, of the system at Kestrel."""
        with open_env(self.site) as system:
            found = system.session.scalar(select(User.id).where(User.login == (login or "kira")))
            assert found is not None
            principal = principal_of(system, found)
        if not login:
            principal = type(principal)(company_id=principal.company_id)
        with open_env(self.site, principal, write=write) as env:
            yield env

    @contextmanager
    def env_of_system(self) -> Iterator[Env]:
        """A transaction of the system before there is anybody else."""
        with open_env(self.site, write=True) as env:
            yield env

    def carry(self) -> int:
        """Deliver what waits in the outbox and try again what may be now, as a server does."""
        return Courier(self.site, threads=1).run_waiting()


def one(env: Env, model: type[M], **values: object) -> M:
    """The record of `model` with these values."""
    return env.session.query(model).filter_by(**values).one()


def do(env: Env, action: actions.Action, *records: Model, **values: object) -> tuple[Model, ...]:
    """Do an action as a person does: roles and condition are asked."""
    env.flush()
    return actions.run(env, action, records, values).opened


def incoming(env: Env) -> list[tuple[str, IncomingState]]:
    """Kind and state of what came in, in its order."""
    rows = env.session.execute(
        select(IncomingMessage.type, IncomingMessage.state).order_by(IncomingMessage.id)
    )
    return [(row[0].rpartition(".")[2], row[1]) for row in rows]


def outgoing(env: Env) -> list[str]:
    """Kinds of the messages that leave or left, in their order."""
    rows = env.session.scalars(select(OutgoingMessage.type).order_by(OutgoingMessage.id))
    return [kind.rpartition(".")[2] for kind in rows]


def count(env: Env, model: type[Model]) -> int:
    return env.session.scalar(select(func.count(model.id))) or 0


def people_and_places(env: Env) -> None:
    """Kestrel Hydraulics with a store and machines, Orrin Marine beside it; items that both share."""
    seed(env)
    euro = one(env, Currency, code="EUR")
    for code, name in (("KH", "Kestrel Hydraulics"), ("OM", "Orrin Marine")):
        env.add(Company(code=code, name=name, currency_id=euro.id, country="DE"))
    env.flush()
    for company in env.session.scalars(select(Company)).all():
        _places(env, company)
    for login, code, role in PEOPLE:
        if role.partition(".")[0] in ("base", *env.site.addons):
            company = one(env, Company, code=code)
            env.add(
                User(
                    login=login, name=login.capitalize(), home_company_id=company.id, roles=[UserRole(role=role)],
                    companies=[UserCompany(seen_company_id=company.id)],
                )
            )  # fmt: skip
    env.flush()


def _places(env: Env, company: Company) -> None:
    site = Site(code="ALD", name="Alden", country="DE", company_id=company.id)
    env.add(site)
    env.flush()
    for code, kind in (
        ("IN", LocationKind.INTERNAL), ("A-01", LocationKind.INTERNAL), ("TOOLS", LocationKind.INTERNAL),
        ("SUPPLIER", LocationKind.SUPPLIER), ("LOSS", LocationKind.LOSS), ("USED", LocationKind.PRODUCTION),
    ):  # fmt: skip
        env.add(StorageLocation(code=code, name=code, kind=kind, company_id=company.id, site_id=site.id))


def machines(env: Env) -> None:
    """An area with two machines at Kestrel."""
    company = one(env, Company, code="KH")
    site = one(env, Site, company_id=company.id)
    area = WorkCenter(
        code="AREA", name="Milling", level=EquipmentLevel.AREA, site_id=site.id, company_id=company.id
    )
    env.add(area)
    env.flush()
    for code in ("M-1", "M-2"):
        env.add(
            WorkCenter(
                code=code, name=f"Mill {code}", site_id=site.id, company_id=company.id, parent_id=area.id
            )
        )
    env.flush()


def items(env: Env) -> None:
    """A filter, coolant by the kilogram, and an insert that is kept by lot."""
    for code, unit, tracking in (
        ("FILTER", "H87", Tracking.NONE), ("COOLANT", "KGM", Tracking.NONE), ("INSERT", "H87", Tracking.LOT),
    ):  # fmt: skip
        env.add(
            Item(
                code=code, name=code.title(), unit_id=one(env, Unit, code=unit).id, tracking=tracking,
                company_id=None,
            )
        )  # fmt: skip
    env.flush()


def supplier(env: Env) -> None:
    env.add(Party(code="BS", name="Brandt Stahl", company_id=None, country="DE"))
    env.flush()


def partner(env: Env, side: Side, url: str, *, login: str = "peer") -> Partner:
    """The other server of Kestrel."""
    made = Partner(
        code=str(side).upper(), name=f"{side.label} server", side=side, url=url, company_code="KH",
        company_id=one(env, Company, code="KH").id, user_id=one(env, User, login=login).id,
    )  # fmt: skip
    env.add(made)
    env.flush()
    return made


def quantity(value: object) -> Decimal:
    return Decimal(str(value))
