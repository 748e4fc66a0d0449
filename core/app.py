"""Opening and creating sites: the database, the installed addons, and the web application made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError

from core import addon, collector, hookspecs, plugins
from core.addon import Package
from core.config import Settings
from core.custom.mapping import map_all as map_custom_fields
from core.errors import AddonError, ConfigError
from core.i18n import SOURCE_LANGUAGE, _
from core.migrate import history, quarantine
from core.migrate.install import install
from core.orm import installed
from core.orm.engine import engine_for
from core.orm.env import Site, open_env

if TYPE_CHECKING:
    from flask import Flask

#: `seed(env)` of an addon's seed module: what it ships with, made or brought up to date at every call.
SEED = "seed"
#: `demo(env, language)` of an addon's demo module: an example to try it out with.
DEMO = "demo"


class Behind(AddonError):
    """The database has not had the migrations of the code that was started."""

    code = "behind"


def open_site(settings: Settings) -> Site:
    """The site of `settings` with the addons that its database says are installed.

    Raises ConfigError when there is none, quarantine.LeftOut when an addon broke while it was loaded.
    """
    engine = engine_of(settings)
    _require_site(engine, settings)
    unreadable: dict[str, AddonError] = {}
    loaded = quarantine.load_whole(engine, addon.discover(unreadable))
    with engine.connect() as connection:
        known = installed.records(connection)
        _require_current(loaded.packages, {record.name: record.revision for record in known.values()})
        agreed = installed.loaded_set(connection)
        map_custom_fields(connection)
    secret, *earlier = settings.secrets()
    return Site(
        engine,
        loaded.packages,
        loaded.plugins,
        loaded.access,
        settings.folder,
        secret,
        settings.audit_keys(),
        quarantine.frozen(known),
        agreed,
        tuple(earlier),
    )


def create_site(
    settings: Settings, addons: Sequence[str] = (), *, demo: bool = False, language: str = SOURCE_LANGUAGE
) -> Site:
    """Set up an empty database with base and `addons`, their seeds and, on request, their demonstration data."""
    settings.folder.mkdir(parents=True, exist_ok=True)
    engine = engine_of(settings)
    with engine.connect() as connection:
        if installed.is_site(connection):
            raise ConfigError(
                _("There is a site in {folder} already. Nothing has changed.", folder=settings.folder)
            )
    new = install(engine, addon.discover(), addons)
    engine.dispose()
    site = open_site(settings)
    fill(site, new, demo=demo, language=language)
    return site


def fill(
    site: Site, packages: Iterable[Package], *, demo: bool = False, language: str = SOURCE_LANGUAGE
) -> None:
    """Run the seeds of `packages` and, on request, their demonstration data, each addon in a transaction."""
    from core.base.scheduling import ship  # noqa: PLC0415 -- nouns are mapped once base is loaded

    for package in packages:
        plant = _word(package, SEED)
        with open_env(site, write=True) as env:
            env.why = str(_("Seeds of {addon}", addon=package.addon.title))
            if plant is not None:
                plant(env)
            ship(env, package)
    for package in packages if demo else ():
        show = _word(package, DEMO)
        if show is not None:
            with open_env(_before_joins_of(package, site), write=True) as env:
                env.why = str(_("Demonstration data"))
                show(env, language)


def _before_joins_of(package: Package, site: Site) -> Site:
    """The site without the hooks of the package's joins: its example was before they came, and they tell their own."""
    joins = {each.name for each in site.packages if each.addon.is_join and package.name in each.needs}
    if not joins:
        return site
    others = [each for each in site.packages if each.name not in joins]
    return replace(site, plugins=plugins.build([hookspecs], others))


def web(site: Site) -> Flask:
    """The WSGI application of `site`: its pages and its API."""
    with collector.paused():
        from core.api.app import register  # noqa: PLC0415 -- Flask and its schemas are 0.3 s that no command needs
        from core.web.app import create_app  # noqa: PLC0415 -- as above

        app: Flask = create_app(site)
        register(app, site)
    return app


def load_tasks() -> None:
    """Import what jobs of the pages do, for a process that serves none."""
    for name in ("bulk", "exports", "imports"):
        import_module(f"core.web.{name}")


def engine_of(settings: Settings) -> Engine:
    """An engine on a database that answers; raises ConfigError, which says what to do, where it does not."""
    try:
        engine = engine_for(settings.url)
        with engine.connect():
            return engine
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(
            _(
                "{url} is no address of a database. It looks like postgresql://user:password@host/name; without one "
                "the site keeps an SQLite file of its own.",
                url=settings.database,
            )
        ) from error
    except DatabaseError as error:
        raise ConfigError(
            _(
                "The database {url} does not answer: {error}. Start it, or set database in {folder}/dovetail.toml.",
                url=_without_password(settings.url),
                error=str(error.orig).strip().partition("\n")[0].rstrip("."),
                folder=settings.folder,
            )
        ) from error


def _require_site(engine: Engine, settings: Settings) -> None:
    with engine.connect() as connection:
        if not installed.is_site(connection):
            raise ConfigError(
                _(
                    "There is no site in {folder}. dovetail init makes an empty one, dovetail run a demonstration.",
                    folder=settings.folder,
                )
            )


def _require_current(packages: Iterable[Package], recorded: dict[str, str]) -> None:
    behind = [package.name for package in packages if history.head(package) != recorded[package.name]]
    if behind:
        raise Behind(
            _(
                "The database is not at the version of the code ({names}). dovetail upgrade brings it there.",
                names=", ".join(behind),
            )
        )


def _word(package: Package, name: str) -> Callable[..., Any] | None:  # Any: seeds and demos give nothing back
    module = package.word(name)
    return getattr(module, name) if module is not None else None


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.rpartition(':')[0]}{at}{tail}" if at else url
