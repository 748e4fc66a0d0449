"""Fixtures for the tests of an addon: a site of its own for each test, people to act as, and ways to look on.

Every test gets a copy of one site that is made once a run: base, the addons of the ini option `dovetail_addons`
(every one that is installed as a package when it is empty), their seeds, and one company.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from core import addon
from core.app import fill, open_site
from core.config import Settings, write
from core.migrate.install import install
from core.migrate.loading import Loaded, load
from core.orm.engine import engine_for
from core.orm.env import Env, Principal, Site, open_env
from core.testing import making, observing
from core.testing.databases import Databases, current_run
from core.testing.given import AsUser, Browser, Client, HeldClock, Make, QueryBudget, RestClient

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from playwright.sync_api import Page

    from core.testing.rest import Rest

ADDONS_OPTION = "dovetail_addons"


@pytest.fixture(scope="session")
def addon_names(pytestconfig: pytest.Config) -> tuple[str, ...]:
    """The addons that the tests of this project are about."""
    chosen = tuple(pytestconfig.getini(ADDONS_OPTION))
    return chosen or tuple(n for n, package in addon.discover().items() if not package.addon.is_join)


@pytest.fixture(scope="session")
def loaded(addon_names: tuple[str, ...]) -> Loaded:
    """The addons, loaded in this process."""
    return load(addon.in_order(addon_names, addon.discover()))


@pytest.fixture
def site(
    database_kind: str,
    fresh_databases: Databases,
    addon_names: tuple[str, ...],
    loaded: Loaded,
    tmp_path: Path,
) -> Iterator[Site]:
    """A site with the addons and one company, of this test alone, on each database in turn."""
    template = "_".join(["site", *addon_names])[:40]
    url = fresh_databases.cloned(database_kind, template, partial(_prepare, addon_names))
    settings = Settings(tmp_path, database=url, secure_cookies=False)
    write(settings)
    opened = open_site(settings)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def env(site: Site) -> Iterator[Env]:
    """A writing transaction of the system in the first company, rolled back at the end."""
    with open_env(site) as reading:
        company = _first_company(reading)
    connection = site.engine.connect().execution_options(dovetail_write=True)
    opened = Env(site, Principal(company_id=company), connection, write=True)
    yield opened
    opened.close()
    connection.close()


@pytest.fixture
def make(env: Env) -> Make:
    """`make(Model, name=value)`: a flushed record, its other required fields filled in.

    `**{"addon.field": value}` sets fields of facets.
    """
    return partial(making.make, env)


@pytest.fixture
def as_user(env: Env) -> AsUser:
    """`as_user("erp_supply.buyer")`: an env of a new user with these roles, in the transaction of `env`."""

    def acting(*roles: str, company_id: int | None = None) -> Env:
        principal = _person(env, roles, company_id or env.company_id)
        env.flush()
        return Env(env.site, principal, env._connection, write=True)

    return acting


@pytest.fixture
def client(site: Site, request: pytest.FixtureRequest) -> Client:
    """`client("erp_supply.buyer")`: a Flask client that a new user with these roles is signed in to."""
    if "env" in request.fixturenames:
        pytest.fail("client has transactions of its own, which would wait for that of env: use site")
    from core.testing.browsing import signed_in  # noqa: PLC0415 -- Flask, for tests of pages alone

    def opened(*roles: str, locale: str = "en") -> FlaskClient:
        with open_env(site, write=True) as system:
            principal = _person(system, roles, _first_company(system), locale)
        return signed_in(site, principal)

    return opened


@pytest.fixture
def rest(site: Site, request: pytest.FixtureRequest) -> RestClient:
    """`rest("erp_supply.buyer")`: a REST client of a new user with these roles; `scopes=` limits its token."""
    if "env" in request.fixturenames:
        pytest.fail("rest has transactions of its own, which would wait for that of env: use site")
    from core.testing.rest import rest_of  # noqa: PLC0415 -- Flask, for tests of calls alone

    def opened(*roles: str, scopes: tuple[str, ...] = (), company_id: int | None = None) -> Rest:
        with open_env(site, write=True) as system:
            principal = _person(system, roles, company_id or _first_company(system))
        assert principal.user_id is not None
        return rest_of(site, principal.user_id, *scopes)

    return opened


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:  # Any: Playwright's Browser, which may be missing
    """The one Chromium of this process; its tests skip where it or Playwright is missing."""
    pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")
    from core.testing import browser as chromes  # noqa: PLC0415 -- as the line above

    if chromes.find_chromium() is None:
        pytest.skip(f"no Chromium: install it, or name it in {chromes.CHROMIUM_VARIABLE}")
    with chromes.chromium() as running:
        yield running


@pytest.fixture
def browser(
    site: Site, chromium: Any, request: pytest.FixtureRequest
) -> Iterator[Browser]:  # Any: as chromium
    """`browser("erp_supply.buyer")`: a page in Chromium that a new user with these roles is signed in to.

    Whatever the browser complains of (an error of a script, a refused style) fails the test.
    """
    if "env" in request.fixturenames:
        pytest.fail("browser has transactions of its own, which would wait for that of env: use site")
    from core.testing.browser import driving  # noqa: PLC0415 -- Playwright, for tests in a browser alone

    with driving(site, chromium) as driver:

        def opened(*roles: str, width: int = 1440, theme: str = "light", locale: str = "en") -> Page:
            with open_env(site, write=True) as system:
                principal = _person(system, roles, _first_company(system), locale)
            return driver.page(principal, width=width, theme=theme)

        yield opened
        assert driver.complaints == []


@pytest.fixture(name="clock")
def held_clock() -> Iterator[HeldClock]:
    """The time that everything tells: held by `clock.set(datetime(...))`, let go by `clock.release()`."""
    held = HeldClock()
    yield held
    held.release()


@pytest.fixture
def heard(site: Site) -> observing.Heard:
    """`heard.listen("records_created")` notes the calls of hooks from there on; `heard.of(name)` tells them."""
    return observing.Heard(site)


@pytest.fixture
def query_budget(site: Site) -> QueryBudget:
    """A budget of statements for a block; one that sends more fails, and they are listed."""
    return partial(observing.query_budget, site.engine)


def _prepare(names: tuple[str, ...], url: str) -> None:
    """What every test starts from; leaves no connection open."""
    engine = engine_for(url)
    new = install(engine, addon.discover(), names)
    engine.dispose()
    prepared = open_site(Settings(current_run() / "site", database=url))
    fill(prepared, new)
    with open_env(prepared, write=True) as env:
        if _first_company(env) is None:
            making.make(env, _company())
    prepared.engine.dispose()


def _person(env: Env, roles: tuple[str, ...], company_id: int | None, locale: str = "en") -> Principal:
    from core.base import User, UserCompany, UserRole  # noqa: PLC0415 -- nouns are mapped once base is loaded
    from core.security.principal import principal_of  # noqa: PLC0415 -- as above

    user = making.make(env, User, locale=locale, home_company_id=company_id)
    env.add(*(UserRole(user_id=user.id, role=role) for role in roles))
    if company_id is not None:
        env.add(UserCompany(user_id=user.id, seen_company_id=company_id))
    env.flush()
    env.session.expire_all()
    return principal_of(env, user.id)


def _first_company(env: Env) -> int | None:
    company = _company()
    return env.session.scalar(select(company.id).order_by(company.id).limit(1))


def _company() -> Any:  # Any: a model that is mapped once base is loaded
    from core.base import Company  # noqa: PLC0415 -- as in _person

    return Company
