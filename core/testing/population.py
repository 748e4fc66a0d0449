"""A site with records of every model that can be made, in two companies, and people to look at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from core import addon, clock
from core.actions import Action
from core.app import fill, open_site, web
from core.base import Company, User, UserCompany, UserRole
from core.config import Settings, write
from core.errors import PlatformError
from core.migrate.install import install
from core.orm.catalog import is_part
from core.orm.engine import engine_for
from core.orm.env import SYSTEM, Env, Principal, Site, open_env
from core.orm.model import Model, OfCompany, SharedByCompanies, model_name, models
from core.security import token
from core.security.access import AccessRules
from core.security.principal import principal_of
from core.testing import making
from core.testing.databases import Databases, current_run

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

_PER_MODEL = 4


def populate(names: Sequence[str], url: str) -> None:
    """Fill an empty database: seeds, demonstration data, and of what is still missing a few records a company."""
    engine = engine_for(url)
    new = install(engine, addon.discover(), names)
    engine.dispose()
    site = open_site(Settings(current_run() / "site", database=url))
    fill(site, new, demo=True)
    with open_env(site, write=True) as env:
        for _number in range(2):
            making.make(env, Company)
        companies = list(env.session.scalars(select(Company.id).order_by(Company.id)))
    for company in (companies[0], companies[-1]):
        with open_env(site, write=True) as env:
            env.principal = Principal(company_id=company)
            _make_missing(env, company)
    site.engine.dispose()


@dataclass
class Population:
    """The filled site."""

    site: Site

    def companies(self) -> list[int]:
        """The first company and the last, which share nothing."""
        with open_env(self.site) as env:
            found = list(env.session.scalars(select(Company.id).order_by(Company.id)))
        return [found[0], found[-1]]

    def ids(self, model: type[Model], company: int | None = None) -> list[int]:
        """The ids of records, of one of the two companies or of all."""
        wanted = select(model.id).order_by(model.id)
        if company is not None and issubclass(model, OfCompany | SharedByCompanies):
            wanted = wanted.where(model.company_id == self.companies()[company])
        with open_env(self.site) as env:
            return list(env.session.scalars(wanted))

    def role_names(self) -> list[str]:
        return sorted(self._access.roles)

    def role_sets(self) -> list[tuple[str, ...]]:
        """Nobody's, each role alone, and all of them."""
        return [(), *((name,) for name in self.role_names()), tuple(self.role_names())]

    def granting(self, action: Action) -> set[str]:
        """The roles that may do `action`: its own or, without any, those that may write its model."""
        return {role.name for role in action.roles} or self._access.grants[action.model, "write"]

    def person(self, roles: Sequence[str], company: int = 0, language: str = "en") -> Principal:
        """A new user with these roles, who sees one of the two companies."""
        home = self.companies()[company]
        with open_env(self.site, write=True) as env:
            user = making.make(env, User, home_company_id=home, locale=language)
            env.add(*(UserRole(user_id=user.id, role=role) for role in roles))
            env.add(UserCompany(user_id=user.id, seen_company_id=home))
            env.flush()
            return principal_of(env, user.id)

    @contextmanager
    def env(self, principal: Principal = SYSTEM, *, write: bool = True) -> Iterator[Env]:
        """A transaction that is rolled back."""
        connection = self.site.engine.connect().execution_options(dovetail_write=write)
        opened = Env(self.site, principal, connection, write=write)
        try:
            yield opened
        finally:
            opened.close()
            connection.close()

    def browser(self, roles: Sequence[str], language: str = "en") -> FlaskClient:
        return self.browser_of(self.person(roles, language=language))

    def browser_of(self, principal: Principal) -> FlaskClient:
        from core.testing.browsing import signed_in  # noqa: PLC0415 -- Flask, for tests of pages alone

        return signed_in(self.site, principal, self._app)

    def token(self, principal: Principal) -> str:
        """An API token of the user that lets them read every model."""
        if principal.user_id is None:
            raise ValueError("the system has no token")
        scopes = [f"{model_name(model)}:read" for model in models()]
        with open_env(self.site, write=True) as env:
            return token.create(env, principal.user_id, "tests", scopes, clock.now() + timedelta(days=1))

    @cached_property
    def _app(self) -> Flask:
        from core.testing.browsing import compiled  # noqa: PLC0415 -- as above

        return compiled(web(self.site))

    @property
    def _access(self) -> AccessRules:
        if not isinstance(self.site.access, AccessRules):
            raise TypeError("a site of addons has AccessRules")
        return self.site.access


@contextmanager
def cloned(databases: Databases, kind: str, names: Sequence[str], folder: Path) -> Iterator[Population]:
    """A filled site of its own, of the addons `names`, in a database of `kind`."""
    template = "_".join(["populated", *names])[:40]
    url = databases.cloned(kind, template, partial(populate, names))
    # Whoever opens every page of every addon, or calls by the thousand, is not held back.
    settings = Settings(
        folder, database=url, secure_cookies=False, user_calls_per_minute=0, token_calls_per_minute=0,
        address_calls_per_minute=0,
    )  # fmt: skip
    write(settings)
    site = open_site(settings)
    yield Population(site)
    site.engine.dispose()


def _make_missing(env: Env, company: int) -> None:
    """Records of models that have none in this company; one that refuses what making thinks of stays empty."""
    for model in models():
        if is_part(model) or not env.site.access.may(_anybody(env), "read", model):
            continue
        owned = issubclass(model, OfCompany | SharedByCompanies)
        mine = select(model.id).limit(1)
        if owned:
            mine = mine.where(model.company_id == company)  # type: ignore[attr-defined]  # as owned says
        if env.session.scalar(mine) is not None:
            continue
        for _number in range(_PER_MODEL):
            try:
                with env.savepoint():
                    making.make(env, model, **({"company_id": company} if owned else {}))
            except PlatformError:
                break


def _anybody(env: Env) -> Principal:
    """Somebody with every role, to tell models that people see from machinery."""
    access = env.site.access
    roles = frozenset(access.roles) if isinstance(access, AccessRules) else frozenset()
    return Principal(user_id=0, roles=roles)
