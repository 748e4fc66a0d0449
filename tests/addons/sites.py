"""Sites with some addons, for tests that share their process with those of other addons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from core import addon
from core.migrate import tables
from core.migrate.loading import Loaded, load
from core.migrate.transaction import changing
from core.orm.engine import engine_for
from core.orm.env import Env, Site, open_env
from core.orm.model import Base


def opened(names: Iterable[str], url: str, folder: Path) -> Site:
    """The site with the addons `names` in the database of `url`."""
    loaded = _loaded(names)
    return Site(engine_for(url), loaded.packages, loaded.plugins, loaded.access, folder, b"secret")


def installed(names: Iterable[str], url: str, folder: Path = Path()) -> Site:
    """A new site with the addons `names` in the empty database of `url`.

    Facets of addons that other tests of this process mapped are written with each record, so that they have tables.
    """
    site, loaded = opened(names, url, folder), _loaded(names)
    with changing(site.engine) as connection:
        tables.make(connection, list(loaded.packages), loaded)
        Base.metadata.create_all(connection)
    return site


def prepared(names: Iterable[str], fill: Callable[[Env], None], url: str) -> None:
    """Install the addons `names` in the empty database of `url`, and have it filled."""
    site = installed(names, url)
    with open_env(site, write=True) as env:
        fill(env)
    site.engine.dispose()


def _loaded(names: Iterable[str]) -> Loaded:
    return load(addon.in_order(list(names), addon.discover()))
