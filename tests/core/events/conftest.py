"""A site whose stream is served in this process, people with sessions, and browsers that listen."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from core.base import Company, Item, Unit, User, UserCompany, UserRole
from core.cli.streaming import Streams
from core.events.asgi import PATH, StreamApp
from core.orm.env import Principal, Site, open_env
from core.security import session
from core.security.principal import principal_of
from core.testing.making import make
from tests.core.events.listening import Heard, Listening
from tests.core.events.messages import courier, effects, other_end, sender

__all__ = ["courier", "effects", "other_end", "sender"]  # fixtures of the tests of messages


@dataclass(frozen=True)
class Somebody:
    """A user with a session of theirs."""

    principal: Principal
    token: str

    @property
    def user_id(self) -> int:
        assert self.principal.user_id is not None
        return self.principal.user_id


@dataclass
class Plant:
    """Two companies of one site, and what happens in them."""

    site: Site
    kestrel: int
    orrin: int

    def person(self, *roles: str, companies: tuple[int, ...] = ()) -> Somebody:
        seen = companies or (self.kestrel,)
        with open_env(self.site, write=True) as env:
            user = make(env, User, home_company_id=seen[0])
            env.add(*(UserRole(user_id=user.id, role=role) for role in roles))
            env.add(*(UserCompany(user_id=user.id, seen_company_id=company) for company in seen))
            env.flush()
            token, _session = session.start(env, user.id, "127.0.0.1", "tests")
            return Somebody(principal_of(env, user.id), token)

    def item(self, code: str, company: int | None = None) -> int:
        """An item of a company (of Kestrel when it is not said), made by the system."""
        with open_env(self.site, write=True) as env:
            unit = make(env, Unit, code=code)
            item = make(env, Item, code=code, name=code, unit_id=unit.id, company_id=company or self.kestrel)
            return item.id

    def rename(self, item_id: int, name: str, who: Somebody | None = None) -> None:
        principal = who.principal if who is not None else Principal()
        with open_env(self.site, principal, write=True) as env:
            env.get(Item, item_id).name = name


@pytest.fixture
def plant(site: Site) -> Plant:
    with open_env(site, write=True) as env:
        kestrel, orrin = make(env, Company, code="KH"), make(env, Company, code="OM")
        return Plant(site, kestrel.id, orrin.id)


@pytest.fixture
def streams(site: Site) -> Iterator[Streams]:
    """The stream of the site in a thread of its own, as `serve` runs it."""
    served = Streams(StreamApp(site, secure_cookies=False))
    served.start()
    yield served
    served.stop()


@pytest.fixture
def listen(streams: Streams) -> Iterator[Callable[..., Listening]]:
    """`listen(somebody)`: their browser on the stream, from `after` on."""
    opened: list[Listening] = []

    def listening(who: Somebody | None, after: int | None = None, **headers: str) -> Listening:
        ours, theirs = socket.socketpair()
        named = {"cookie": f"dovetail={who.token}" if who is not None else "", **headers}
        if after is not None:
            named["last-event-id"] = str(after)
        encoded = [(name.replace("_", "-").encode(), value.encode()) for name, value in named.items()]
        streams.adopt(theirs, {
            "type": "http", "method": "GET", "path": PATH, "query_string": b"", "headers": encoded,
        })  # fmt: skip
        opened.append(Listening(ours))
        return opened[-1]

    yield listening
    for each in opened:
        with closing(each):
            pass


def topics(heard: list[Heard]) -> list[str]:
    return [str(each.data["topic"]) for each in heard]
