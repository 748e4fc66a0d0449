"""A floor to test on: two companies, a person of each role, machines in an area, and short ways to say things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import select

from addons.mes_equipment.models import Equipment, EquipmentState, Loss, Reason, ReasonUse, StateInterval
from core import actions, clock
from core.base import (
    AssetKind,
    Calendar,
    Company,
    Currency,
    EquipmentLevel,
    Item,
    Lot,
    Person,
    PhysicalAsset,
    Shift,
    Site,
    Tracking,
    Unit,
    User,
    UserCompany,
    UserRole,
    Weekday,
    WorkCenter,
)
from core.base.seed import seed
from core.orm.env import Env, open_env
from core.orm.env import Site as RunningSite
from core.orm.model import Model
from core.security.principal import principal_of

M = TypeVar("M", bound=Model)

#: Thursday of an ordinary week, when the early shift begins in Berlin.
SIX = datetime(2026, 3, 12, 5, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """Minutes after the early shift began."""
    return SIX + timedelta(minutes=minutes)


@dataclass
class Floor:
    """A site with mes_equipment, and a way to work in it as somebody, at an instant."""

    site: RunningSite

    @contextmanager
    def env(self, login: str = "", *, write: bool = True, minute: float = 480) -> Iterator[Env]:
        """A transaction of the person some minutes into the shift; without a login, of the system at Kestrel."""
        with open_env(self.site) as system:
            found = system.session.scalar(select(User.id).where(User.login == (login or "idris")))
            assert found is not None
            principal = principal_of(system, found)
        if not login:
            principal = type(principal)(company_id=principal.company_id)
        with clock.held(at(minute)), open_env(self.site, principal, write=write) as env:
            yield env


def one(env: Env, model: type[M], **values: object) -> M:
    """The record of `model` with these values."""
    return env.session.query(model).filter_by(**values).one()


def machine(env: Env, code: str = "M-1") -> WorkCenter:
    return one(env, WorkCenter, code=code)


def do(env: Env, action: actions.Action, *records: Model, **values: object) -> tuple[Model, ...]:
    """Do an action as a person does: roles and condition are asked."""
    env.flush()
    return actions.run(env, action, records, values).opened


def seen(env: Env, code: str = "M-1") -> list[tuple[EquipmentState, float]]:
    """The intervals of a machine: state, and the minute of the shift in which it began."""
    rows = env.session.execute(
        select(StateInterval.state, StateInterval.starts_at)
        .join(WorkCenter, WorkCenter.id == StateInterval.equipment_id)
        .where(WorkCenter.code == code)
        .order_by(StateInterval.starts_at)
    )
    return [(state, (starts_at - SIX).total_seconds() / 60) for state, starts_at in rows]


def people_and_machines(env: Env) -> None:
    """Kestrel with an area of three machines, Orrin with one; an operator at M-1 alone, and one without a workplace."""
    seed(env)
    euro = one(env, Currency, code="EUR")
    for code, name in (("KH", "Kestrel Hydraulics"), ("OM", "Orrin Marine")):
        env.add(Company(code=code, name=name, currency_id=euro.id, country="DE"))
    env.flush()
    calendar = _calendar(env)
    kestrel, orrin = one(env, Company, code="KH"), one(env, Company, code="OM")
    _machines(env, kestrel, calendar, ("M-1", "M-2", "M-3"))
    _machines(env, orrin, calendar, ("X-1",))
    _material(env, kestrel)
    for login, company, role in (
        ("idris", kestrel, "operator"), ("lena", kestrel, "operator"), ("amina", kestrel, "team_leader"),
        ("jonas", kestrel, "equipment_engineer"), ("vera", kestrel, "viewer"), ("xaver", orrin, "equipment_engineer"),
        ("nobody", kestrel, ""),
    ):  # fmt: skip
        _user(env, login, company, role)


def _calendar(env: Env) -> int:
    calendar = Calendar(code="2S", name="Two shifts", zone="Europe/Berlin")
    for weekday in Weekday:
        for name, starts, ends in (("Early", "06:00", "14:00"), ("Late", "14:00", "22:00")):
            calendar.shifts.append(
                Shift(weekday=weekday, name=name, starts=starts, ends=ends, break_minutes=30)
            )
    env.add(calendar)
    env.flush()
    return calendar.id


def _machines(env: Env, company: Company, calendar: int, codes: tuple[str, ...]) -> None:
    site = Site(code="S", name="Alden", country="DE", company_id=company.id)
    env.add(site)
    env.flush()
    area = WorkCenter(
        code=f"{codes[0][0]}-AREA", name="Milling", level=EquipmentLevel.AREA, site_id=site.id, company_id=company.id,
        calendar_id=calendar,
    )  # fmt: skip
    env.add(area)
    env.flush()
    for code in codes:
        made = WorkCenter(
            code=code, name=code, level=EquipmentLevel.WORK_UNIT, site_id=site.id, parent_id=area.id,
            company_id=company.id,
        )  # fmt: skip
        Equipment.of(made).monitored = True
        asset = PhysicalAsset(code=f"AS-{code}", name=code, kind=AssetKind.MACHINE, company_id=company.id)
        env.add(made, asset)
    env.flush()


def _material(env: Env, company: Company) -> None:
    piece = one(env, Unit, code="H87")
    for code, tracking in (("VB-1", Tracking.NONE), ("FILTER", Tracking.NONE), ("INSERT", Tracking.LOT)):
        env.add(Item(code=code, name=code.title(), unit_id=piece.id, tracking=tracking))
    env.flush()
    env.add(Lot(number="L-1", item_id=one(env, Item, code="INSERT").id, company_id=company.id))
    for code, use, loss in (
        ("TOOL", ReasonUse.STOP, Loss.BREAKDOWN), ("MEETING", ReasonUse.STOP, Loss.PLANNED),
        ("POROSITY", ReasonUse.REJECT, Loss.DEFECT), ("FIRST", ReasonUse.REJECT, Loss.STARTUP),
    ):  # fmt: skip
        env.add(Reason(code=code, name=code.title(), use=use, loss=loss))
    env.flush()


def _user(env: Env, login: str, company: Company, role: str) -> None:
    person = Person(number=login.upper(), name=login.capitalize(), company_id=company.id)
    env.add(person)
    env.flush()
    env.add(
        User(
            login=login, name=login.capitalize(), home_company_id=company.id, person_id=person.id,
            roles=[UserRole(role=f"mes_equipment.{role}")] if role else [],
            companies=[UserCompany(seen_company_id=company.id)],
        )
    )  # fmt: skip
    env.flush()
