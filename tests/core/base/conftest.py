"""A site with base alone, two companies that share nothing but their items, and people of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import hookspecs, plugins
from core.addon import load, manifest
from core.base import Company, Currency, Dimension, Item, Party, Unit, User, UserCompany, UserRole
from core.orm.engine import engine_for
from core.orm.env import Env, Site, open_env
from core.orm.model import Base
from core.security.access import AccessRules
from core.security.principal import principal_of
from core.testing.databases import Databases


@dataclass
class Plant:
    """The site, and a way to work in it as somebody."""

    site: Site

    @contextmanager
    def env(self, login: str, *, write: bool = False) -> Iterator[Env]:
        with open_env(self.site) as system:
            user = system.session.query(User).filter_by(login=login).one()
            principal = principal_of(system, user.id)
        with open_env(self.site, principal, write=write) as env:
            yield env

    def id_of(self, login: str) -> int:
        with open_env(self.site) as system:
            return system.session.query(User).filter_by(login=login).one().id


@pytest.fixture
def new_site(database_kind: str, fresh_databases: Databases, tmp_path: Path) -> Iterator[Callable[[], Site]]:
    """Makes sites with base alone and nothing in them."""
    engines = []
    package = manifest("core.base")
    load([package])

    def make() -> Site:
        engines.append(engine_for(fresh_databases.cloned(database_kind, "core.base", _make_tables)))
        rules = AccessRules([package])
        hooks = plugins.build([hookspecs], [package])
        return Site(engines[-1], [package], hooks, rules, tmp_path, b"a secret of the tests, 32 bytes.")

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture
def site(new_site: Callable[[], Site]) -> Site:
    return new_site()


@pytest.fixture
def plant(site: Site) -> Plant:
    with open_env(site, write=True) as env:
        _people(env)
    return Plant(site)


def _make_tables(url: str) -> None:
    engine = engine_for(url)
    Base.metadata.create_all(engine)
    engine.dispose()


def _people(env: Env) -> None:
    euro = Currency(code="EUR", name="Euro", symbol="€")
    piece = Unit(code="H87", symbol="pcs", name="Piece", dimension=Dimension.COUNT, decimals=0)
    env.add(euro, piece)
    env.flush()
    kestrel, orrin = (
        Company(code=code, name=name, currency_id=euro.id, country="DE")
        for code, name in (("KH", "Kestrel Hydraulics"), ("OM", "Orrin Marine"))
    )
    env.add(kestrel, orrin)
    env.flush()
    env.add(
        _user("jonas", kestrel, "base.employee"),
        _user("maren", kestrel, "base.master_data_editor"),
        _user("tove", kestrel, "base.administrator"),
        _user("ines", orrin, "base.master_data_editor"),
        Item(code="MB-1180", name="Manifold MB-1180", unit_id=piece.id, company_id=None),
        Party(code="NG", name="Norrgjut AB", company_id=kestrel.id),
        Party(code="OL", name="Olsen Lines", company_id=orrin.id),
    )


def _user(login: str, company: Company, *roles: str) -> User:
    return User(
        login=login, name=login.capitalize(), home_company_id=company.id,
        roles=[UserRole(role=role) for role in roles],
        companies=[UserCompany(seen_company_id=company.id)],
    )  # fmt: skip
