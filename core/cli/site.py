"""dovetail init, run and serve: making a site and serving it."""

from __future__ import annotations

from dataclasses import replace

import click

from core.addon import BASE, discover
from core.app import Behind, create_site, engine_of, fill, open_site
from core.cli import settings_of
from core.cli.renewing import begin_anew
from core.cli.server import HOST, Listener
from core.config import Settings, write
from core.errors import ConfigError
from core.i18n import _
from core.migrate.quarantine import LeftOut
from core.migrate.upgrade import upgrade
from core.orm.env import Site
from core.orm.installed import is_site

_PORT = 8000
_LOOPBACK = ("127.0.0.1", "::1", "localhost")

_addons = click.option("--addons", "names", default="", help="The addons to install, separated by commas.")
_database = click.option(
    "--database", default="", help="The address of a database; an SQLite file without one."
)
_language = click.option(
    "--language", default="en", show_default=True, help="The language of the demonstration."
)
_port = click.option("--port", default=_PORT, show_default=True, help="The port to listen on.")


@click.command()
@_addons
@_database
@_language
@click.option("--demo", is_flag=True, help="With demonstration data.")
@click.pass_context
def init(ctx: click.Context, names: str, database: str, language: str, *, demo: bool) -> None:
    """Make a site: its folder, its database and the addons."""
    settings = replace(_given(settings_of(ctx), names, database), demonstration=language if demo else "",
                       only_inside_hosts=True)  # fmt: skip
    create_site(settings, settings.addons, demo=demo, language=language)
    write(settings)
    click.echo(str(_("The site in {folder} is ready. dovetail serve serves it.", folder=settings.folder)))


@click.command()
@_port
@_addons
@_database
@_language
@click.option("--empty", is_flag=True, help="Without demonstration data.")
@click.pass_context
def run(ctx: click.Context, port: int, names: str, database: str, language: str, *, empty: bool) -> None:
    """Try it out: make a demonstration site where there is none, and serve it on this machine alone."""
    listener = Listener(port)
    settings = _given(settings_of(ctx), names, database)
    if not has_site(settings):
        settings = replace(settings, addons=settings.addons or _all(), secure_cookies=False,
                           only_inside_hosts=True, demonstration="" if empty else language)  # fmt: skip
        click.echo(str(_("Making a site in {folder} with {names} ...", folder=settings.folder,
                         names=", ".join(settings.addons) or BASE)))  # fmt: skip
        create_site(settings, settings.addons, demo=not empty, language=language)
        write(settings)
    site = opened(settings)
    announce(site)
    listener.serve(site, demonstration=settings.demonstration)


@click.command()
@_port
@click.option("--host", default=HOST, show_default=True, help="The address to listen on.")
@click.option("--no-worker", is_flag=True, help="Leave jobs and messages to dovetail work.")
@click.pass_context
def serve(ctx: click.Context, port: int, host: str, *, no_worker: bool) -> None:
    """Serve the site."""
    settings = settings_of(ctx)
    if not settings.secure_cookies and host not in _LOOPBACK:
        raise ConfigError(
            _(
                "This is a demonstration site: everybody knows its passwords, and its cookies travel without TLS. "
                "It is served on {host} alone; make a site of your own with dovetail init.",
                host=HOST,
            )
        )
    listener = Listener(port, host)
    listener.serve(opened(settings, bring_up=False), works=not no_worker)


def _given(settings: Settings, names: str, database: str) -> Settings:
    """The settings with what the command line says."""
    wanted = tuple(name.strip() for name in names.split(",") if name.strip())
    return replace(settings, addons=wanted or settings.addons, database=database or settings.database)


def _all() -> tuple[str, ...]:
    """Every addon that is installed as a package; joins come by themselves."""
    return tuple(name for name, package in discover().items() if name != BASE and not package.addon.is_join)


def has_site(settings: Settings) -> bool:
    """Whether there is a finished site; one whose making was interrupted is an error."""
    if not settings.database and not (settings.folder / "site.db").exists():
        return False
    engine = engine_of(settings)
    with engine.connect() as connection:
        found = is_site(connection)
    engine.dispose()
    if found and not (settings.folder / "dovetail.toml").exists() and not settings.database:
        raise ConfigError(
            _(
                "The making of the site in {folder} was interrupted. Remove the folder and start again.",
                folder=settings.folder,
            )
        )
    return found


def opened(settings: Settings, *, bring_up: bool = True) -> Site:
    """The open site; after an addon had to be left out, in a process that never loaded it."""
    try:
        return open_site(settings)
    except Behind:
        if not bring_up:
            raise
        upgrade(engine_of(settings), discover())
        site = open_site(settings)
        fill(site, site.packages)
        return site
    except LeftOut as error:
        click.echo(str(error), err=True)
        begin_anew()


def announce(site: Site) -> None:
    """Who can sign in to the demonstration, as its addons say."""
    for package in site.packages:
        module = package.word("demo")
        for login, password, what in getattr(module, "USERS", ()):
            click.echo(f"  {login:<16}{password:<24}{what}")
