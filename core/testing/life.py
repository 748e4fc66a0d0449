"""Steps of an addon's life for the generic checks, each to be run in a process of its own (core.testing.process)."""

from __future__ import annotations

from core.addon import discover, in_order
from core.app import create_site, engine_of, fill, open_site
from core.checks import problems
from core.config import Settings
from core.migrate import history, tables, upgrade
from core.migrate.drift import drift
from core.migrate.install import install, known_addons, load_active
from core.migrate.loading import load
from core.migrate.purge import purge
from core.migrate.transaction import changing
from core.orm.engine import engine_for
from core.testing.databases import current_run


def settings(url: str) -> Settings:
    return Settings(current_run() / "site", database=url)


def rules_broken(name: str) -> list[str]:
    """What `dovetail check` finds."""
    return [f"{problem.where}: {problem.what}" for problem in problems([name])]


def create_without(url: str, name: str) -> None:
    """A site with all that the addon needs, and not the addon."""
    create_site(settings(url), [n for n in discover()[name].needs if n != name])


def create_with(url: str, name: str) -> None:
    """A site with the addon and its seeds."""
    create_site(settings(url), [name])


def add(url: str, name: str) -> None:
    """Install the addon with its seeds."""
    new = install(engine_of(settings(url)), discover(), [name])
    fill(open_site(settings(url)), new)


def remove(url: str, name: str) -> None:
    """Purge the addon."""
    engine = engine_for(url)
    load_active(engine, discover())
    purge(engine, name, settings(url).attachments)


def create_by_history(url: str, name: str) -> None:
    """A site whose addon was made by its migrations from the first to the last."""
    packages = in_order([name], discover())
    loaded = load(packages)
    engine = engine_for(url)
    own = next(package for package in packages if package.name == name)
    with changing(engine) as connection:
        tables.make(connection, [p for p in packages if p is not own and not p.addon.is_join], loaded)
        history.step_up(connection, own, history.head(own))
        tables.complete(connection, name)
        tables.record(connection, own, loaded)


def down_and_up(url: str, name: str) -> None:
    """Take the addon's newest migration back and run it again."""
    available = discover()
    engine = engine_for(url)
    loaded = load_active(engine, available)
    own = available[name]
    steps = history.revisions(own)
    with changing(engine, moves_rows=True) as connection:
        tables.strip(connection, known_addons(connection)[name].tables)
        history.step_down(connection, own, steps[-2].id if len(steps) > 1 else "base")
        upgrade.run(connection, loaded.packages)


def drifts(url: str, name: str) -> list[str]:
    """How the database differs from the models."""
    engine = engine_for(url)
    load_active(engine, discover())
    with engine.connect() as connection:
        return [str(difference) for difference in drift(connection, discover()[name])]


def has_history(name: str) -> bool:
    return bool(history.head(discover()[name]))
