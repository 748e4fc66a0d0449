"""Steps in the life of a site with the plant's example, each for a process of its own."""
# ruff: noqa: PLC0415 -- which addons there are is known once a step has opened its site

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import MetaData, String, Text, func, or_, select

from core.addon import discover
from core.app import create_site, engine_of, fill, open_site
from core.migrate.install import install
from core.migrate.purge import KEPT
from core.orm.engine import engine_for
from core.testing import life, snapshot

#: Who looks at the example: between them they see every menu.
PEOPLE = ("jonas", "maren", "lena", "amina", "admin")
_LINK = re.compile(r'href="(/[^"#?]*)"')


def make(url: str, addons: Sequence[str], language: str) -> snapshot.Schema:
    """A site with the addons and their example; its schema."""
    create_site(life.settings(url), addons, demo=True, language=language)
    return snapshot.schema(engine_for(url))


def add(url: str, name: str, language: str) -> None:
    """Install the addon with its example into the site."""
    settings = life.settings(url)
    new = install(engine_of(settings), discover(), [name])
    fill(open_site(settings), new, demo=True, language=language)


def take_away(url: str, name: str) -> snapshot.Schema:
    """Purge the addon; the schema that is left."""
    life.remove(url, name)
    return snapshot.schema(engine_for(url))


def unopened(url: str) -> tuple[int, list[str]]:
    """How many pages the menus of the people lead to, and which of them do not open."""
    from core.base import User
    from core.orm.env import open_env
    from core.security.principal import principal_of
    from core.testing.browsing import signed_in

    site = open_site(life.settings(url))
    seen: dict[str, int] = {}
    for login in PEOPLE:
        with open_env(site) as env:
            user_id = env.session.scalars(select(User.id).where(User.login == login)).one()
            principal = principal_of(env, user_id)
        browser = signed_in(site, principal)
        menu = browser.get("/").text.partition('id="dt-nav"')[2].partition("</aside>")[0]
        for page in dict.fromkeys(_LINK.findall(menu)):
            if page not in seen:
                seen[page] = browser.get(page).status_code
    return len(seen), [f"{page}: {status}" for page, status in seen.items() if status != 200]


def traces(url: str, addon: str) -> list[str]:
    """The tables in which something begins with the name of the addon; what happened stays on record."""
    engine, metadata = engine_for(url), MetaData()
    metadata.reflect(engine)
    found = []
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            texts = [column for column in table.columns if isinstance(column.type, String | Text)]
            named = [
                or_(column == addon, column.startswith(f"{addon}.", autoescape=True)) for column in texts
            ]
            wanted = select(func.count()).select_from(table).where(or_(False, *named))
            if table.name not in KEPT and connection.scalar(wanted):
                found.append(table.name)
    return found


def bridge_agrees_once_replayed(url: str) -> tuple[list[str], bool]:
    """Why what is parked in the example is so, and whether both sides agree once a person has done as it says."""
    from addons.bridge.actions.reconciling import period_of, reconciliations, usual_days
    from addons.bridge.demo import FLUID, company_of
    from core.base import StorageLocation
    from core.base.models.mechanism import IncomingMessage, IncomingState
    from core.events import inbox
    from core.orm.env import open_env

    site, period = open_site(life.settings(url)), period_of(*usual_days("UTC"), "UTC")
    with open_env(site, write=True) as env:
        (before,) = reconciliations(env, company_of(env), period)
        reasons = [each.held.reason or "" for each in before.differences if each.held is not None]
        cabinet = env.session.scalars(select(StorageLocation).where(StorageLocation.code == FLUID)).one()
        cabinet.active = True
        env.flush()
        parked = select(IncomingMessage.id).where(IncomingMessage.state == IncomingState.PARKED)
        for message in env.session.scalars(parked).all():
            inbox.replay(env, message)
        (after,) = reconciliations(env, company_of(env), period)
    return reasons, after.is_zero
