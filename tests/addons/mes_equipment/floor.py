"""A floor to test on: two companies, a person of each role, machines in an area, and short ways to say things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from flask.testing import FlaskClient
from sqlalchemy import select

from addons.mes_equipment.actions import totalling
from addons.mes_equipment.actions.planning import plan
from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.actions.reporting import Report, report
from addons.mes_equipment.models import (
    CountKind,
    Equipment,
    EquipmentState,
    Loss,
    Reason,
    ReasonUse,
    StateInterval,
)
from addons.mes_equipment.rules.ledger import Work
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
from core.testing.browsing import csrf_of, signed_in

M = TypeVar("M", bound=Model)

#: Thursday of an ordinary week, when the early shift begins in Berlin.
SIX = datetime(2026, 3, 12, 5, tzinfo=UTC)
THURSDAY = date(2026, 3, 12)
#: The minute of the oracle's shift at which it is over and has been computed.
AFTER = 600.0

S = EquipmentState
#: Minutes into the early shift and what the control says: the oracle's shift, its break from 225 to 255.
_SAID = [
    (0, S.SETUP), (40, S.RUN), (140, S.DOWN), (144, S.RUN), (225, S.IDLE), (255, S.RUN), (315, S.DOWN), (353, S.RUN),
    (400, S.STARVED), (404, S.RUN), (440, S.BLOCKED), (444, S.RUN), (480, S.OFF),
]  # fmt: skip


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


def work_a_shift(floor: Floor) -> None:
    """M-1 worked the oracle's shift: OEE 72 %."""
    with floor.env(minute=AFTER) as env:
        here, item = machine(env), one(env, Item, code="VB-1").id
        Equipment.of(here).cycle_seconds = Decimal(360)
        env.flush()
        plan(env, [here.id, machine(env, "M-2").id], THURSDAY, THURSDAY)
        work = Work("WO-1", "20", item)
        record(env, [Said(here.id, at(m), state, work=work if m < 480 else Work()) for m, state in _SAID])
        made = ((CountKind.GOOD, 54), (CountKind.REWORK, 2), (CountKind.SCRAP, 1))
        report(env, [Report(here.id, at(479), kind, Decimal(n), work=work) for kind, n in made])
        totalling.recompute(env, totalling.dirty(env, 10))


@dataclass
class Visitor:
    """Somebody's browser, at a minute of the shift."""

    client: FlaskClient
    minute: float

    def get(self, url: str, status: int = 200) -> str:
        with clock.held(at(self.minute)):
            answer = self.client.get(url, follow_redirects=True)
        assert answer.status_code == status, answer.text[:2000]
        return answer.text

    def post(self, url: str, page: str, status: int = 200, **data: object) -> str:
        """What comes after a form of `page` was sent."""
        headers = csrf_of(page)
        with clock.held(at(self.minute)):
            answer = self.client.post(url, data=data, headers=headers, follow_redirects=True)
        assert answer.status_code == status, answer.text[:2000]
        return answer.text


def visitor(floor: Floor, login: str, minute: float = AFTER) -> Visitor:
    """Sign somebody in."""
    with floor.env() as env:
        user_id = one(env, User, login=login).id
    with open_env(floor.site) as system:
        principal = principal_of(system, user_id)
    with clock.held(at(minute)):
        return Visitor(signed_in(floor.site, principal), minute)


def id_of(floor: Floor, code: str, of: str = "") -> int:
    """The id of a work centre, seen by the system at Kestrel, or by somebody."""
    with floor.env(of, write=False) as env:
        return machine(env, code).id
