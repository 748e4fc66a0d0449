"""A site with base and a sample addon, two companies, and people of each kind with a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from core import addon
from core.addon import manifest
from core.base import Company, Currency, Unit, User, UserCompany, UserRole
from core.config import Settings
from core.migrate import tables
from core.migrate.loading import Loaded, load
from core.migrate.transaction import changing
from core.orm.engine import engine_for
from core.orm.env import Env, Site, open_env
from core.orm.model import Base, Model
from core.security.principal import principal_of
from core.security.session import start
from core.testing.browsing import compiled
from core.testing.databases import Databases
from core.web.app import create_app
from tests.core.web.browsing import Browser

PACKAGES = [manifest("core.base"), manifest("tests.core.web.workshop")]
# Whose modules are whose is known before the test modules import any.
addon.claim(PACKAGES)


@dataclass
class Shop:
    """The site, its application, and ways to work with it as somebody."""

    site: Site
    app: Flask
    ids: dict[str, int] = field(default_factory=dict)

    def browser(self, login: str) -> Browser:
        """A browser in which `login` has signed in."""
        with open_env(self.site, write=True) as system:
            user = system.session.scalars(select(User).where(User.login == login)).one()
            token, _session = start(system, user.id, "127.0.0.1", "tests")
        client = self.app.test_client()
        client.set_cookie("dovetail", token)
        return Browser(client)

    @contextmanager
    def env(self, login: str = "", *, write: bool = False) -> Iterator[Env]:
        """A transaction of `login`, or of the system."""
        if not login:
            with open_env(self.site, write=write) as system:
                yield system
            return
        with open_env(self.site) as system:
            user = system.session.scalars(select(User).where(User.login == login)).one()
            principal = principal_of(system, user.id)
        with open_env(self.site, principal, write=write) as env:
            yield env

    def make(self, *records: Model) -> int:
        """Add records as the system; gives the id of the first."""
        with open_env(self.site, write=True) as env:
            env.add(*records)
            env.flush()
            return records[0].id

    def value(self, model: type[Model], record_id: int, name: str) -> object:
        with open_env(self.site) as env:
            return getattr(env.get(model, record_id), name)


@pytest.fixture
def shop(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[Shop]:
    """A site of its own for each test: a copy of the one made first."""
    loaded = load(PACKAGES)
    url = fresh_databases.cloned(database_kind, "core.web", lambda at: _fill(at, loaded))
    engine = engine_for(url)
    site = Site(
        engine, loaded.packages, loaded.plugins, loaded.access, tmp_path, b"a secret of the tests" * 2
    )
    app = compiled(create_app(site, Settings(tmp_path, secure_cookies=False)))
    yield Shop(site, app)
    engine.dispose()


@pytest.fixture
def browser(shop: Shop) -> Callable[[str], Browser]:
    return shop.browser


def _fill(url: str, loaded: Loaded) -> None:
    engine = engine_for(url)
    with changing(engine) as connection:
        tables.make(connection, list(loaded.packages), loaded)
        Base.metadata.create_all(connection)
    with open_env(Site(engine, loaded.packages, loaded.plugins, loaded.access, Path()), write=True) as env:
        _people_and_places(env)
    engine.dispose()


def _people_and_places(env: Env) -> None:
    euro = Currency(code="EUR", name="Euro", symbol="€")
    env.add(euro, Unit(code="H87", symbol="pcs", name="Piece", decimals=0))
    env.flush()
    kestrel, orrin = (
        Company(code=code, name=name, currency_id=euro.id, country="DE")
        for code, name in (("KH", "Kestrel Hydraulics"), ("OM", "Orrin Marine"))
    )
    env.add(kestrel, orrin)
    env.flush()
    env.add(
        _user("jonas", kestrel, "workshop.clerk"),
        _user("tove", kestrel, "workshop.manager"),
        _user("vera", kestrel, "workshop.onlooker"),
        _user("norbert", kestrel, "base.employee"),
        _user("greta", kestrel, "workshop.manager", locale="de"),
        _user("ines", orrin, "workshop.clerk"),
    )


def _user(login: str, company: Company, *roles: str, locale: str = "en") -> User:
    return User(
        login=login, name=f"{login.capitalize()} Berg", home_company_id=company.id, locale=locale,
        roles=[UserRole(role=role) for role in roles],
        companies=[UserCompany(seen_company_id=company.id)],
    )  # fmt: skip
