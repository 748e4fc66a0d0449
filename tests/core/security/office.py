"""A site with base alone, two companies and some users with passwords."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core import clock, hookspecs, plugins
from core.addon import load, manifest
from core.base import Company, Currency, User, UserCompany, UserRole
from core.orm.engine import engine_for
from core.orm.env import Env, Site, open_env
from core.orm.model import Base
from core.security.access import AccessRules
from core.security.sign_in import set_password
from core.testing.databases import Databases

PASSWORD = "seven quiet herons at dusk"
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def after(**delta: float) -> AbstractContextManager[None]:
    """Hold the clock so long after the start of the test."""
    return clock.held(START + timedelta(**delta))


@dataclass
class Office:
    """The site and the ids of its users by login."""

    site: Site
    users: dict[str, int]


@pytest.fixture
def office(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[Office]:
    package = manifest("core.base")
    load([package])
    engine = engine_for(fresh_databases.cloned(database_kind, "security_users", _prepare))
    access = AccessRules([package])
    site = Site(
        engine, [package], plugins.build([hookspecs], [package]), access, tmp_path, b"the tests' secret" * 3
    )
    with open_env(site) as env:
        users = {user.login: user.id for user in env.session.query(User)}
    with clock.held(START):
        yield Office(site, users)
    engine.dispose()


def _prepare(url: str) -> None:
    package = manifest("core.base")
    load([package])
    engine = engine_for(url)
    Base.metadata.create_all(engine)
    site = Site(
        engine, [package], plugins.build([hookspecs], [package]), AccessRules([package]), Path(), b"x" * 32
    )
    with clock.held(START), open_env(site, write=True) as env:
        _people(env)
    engine.dispose()


def _people(env: Env) -> None:
    euro = Currency(code="EUR", name="Euro", symbol="€")
    env.add(euro)
    env.flush()
    names = (("KH", "Kestrel Hydraulics"), ("OM", "Orrin Marine"))
    companies = [Company(code=code, name=name, currency_id=euro.id, country="DE") for code, name in names]
    env.add(*companies)
    env.flush()
    for login, role in (("Maren", "base.master_data_editor"), ("tove", "base.administrator"), ("jonas", "")):
        user = User(login=login, name=login.capitalize(), home_company_id=companies[0].id)
        user.roles = [UserRole(role=role)] if role else []
        user.companies = [UserCompany(seen_company_id=companies[0].id)]
        env.add(user)
        env.flush()
        set_password(env, user.id, PASSWORD)
