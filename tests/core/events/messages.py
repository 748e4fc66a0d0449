"""A channel whose other end the test is, and messages whose effect it can see; conftest offers the fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from core.base import ExternalId
from core.errors import UserError
from core.events import effect, outbox
from core.events.courier import Courier
from core.events.effect import handles
from core.events.inbox import Receipt, receive
from core.events.incoming import IncomingMessage
from core.events.message import Message
from core.events.outbox import OutgoingMessage, send, transport
from core.orm.env import Env, Principal, Site, open_env
from core.security.principal import principal_of
from core.testing import making

CHANNEL = "tests"
NOTE = "tests.note"
SENDER = "mes"


class OtherEnd:
    """Takes what is delivered, unless it was told to do otherwise with a message."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        #: What delivery of a payload's `n` raises, once each.
        self.raises: dict[int, list[BaseException]] = {}

    def deliver(self, site: Site, message: Message) -> None:
        troubles = self.raises.get(message.payload["n"])
        if troubles:
            raise troubles.pop(0)
        self.taken.append(message)

    @property
    def numbers(self) -> list[int]:
        return [message.payload["n"] for message in self.taken]


@pytest.fixture
def other_end() -> Iterator[OtherEnd]:
    end = OtherEnd()
    transport(CHANNEL, attempts=3)(end.deliver)
    yield end
    outbox._transports.pop(CHANNEL)


class Effects:
    """What the effect of a message does: it notes it as an external id, and refuses what it was told to refuse."""

    def __init__(self) -> None:
        self.refused: dict[int, Exception] = {}

    def note(self, env: Env, message: Message) -> None:
        number = message.payload["n"]
        key = f"{message.key}/{number}"
        with env.as_system() as system:
            system.add(ExternalId(system="effect", key=key, model="base.user", record_id=env.user_id or 0))
        if number in self.refused:
            raise self.refused[number]

    @staticmethod
    def seen(site: Site, key: str = "") -> list[int]:
        """The numbers of the messages of `key` that had their effect, in order."""
        with open_env(site) as env:
            noted = select(ExternalId.key).where(
                ExternalId.system == "effect", ExternalId.key.startswith(f"{key}/")
            )
            return [int(k.rpartition("/")[2]) for k in env.session.scalars(noted.order_by(ExternalId.id))]


@pytest.fixture
def effects() -> Iterator[Effects]:
    made = Effects()
    handles(NOTE)(made.note)
    yield made
    effect._effects.pop(NOTE, None)


@pytest.fixture
def courier(site: Site) -> Courier:
    return Courier(site)


@pytest.fixture
def sender(site: Site) -> Principal:
    """The user that another system acts as."""
    from core.base import Company, User, UserCompany  # noqa: PLC0415 -- nouns are mapped once base is loaded

    with open_env(site, write=True) as env:
        company = env.session.query(Company).order_by(Company.id).first()
        assert company is not None
        user = making.make(env, User, home_company_id=company.id)
        env.add(UserCompany(user_id=user.id, seen_company_id=company.id))
        env.flush()
        return principal_of(env, user.id)


def told(site: Site, number: int, *, key: str = "", **more: Any) -> str:
    with open_env(site, write=True) as env:
        return send(env, CHANNEL, NOTE, {"n": number}, key=key, **more)


def message(number: int, *, key: str = "", sequence: int | None = None, **more: Any) -> Message:
    place = (number if key else 0) if sequence is None else sequence
    return Message(NOTE, {"n": number}, sender=SENDER, key=key, sequence=place, **more)


def taken_in(site: Site, came: Message, who: Principal | None = None) -> Receipt:
    with open_env(site, who or Principal(), write=True) as env:
        return receive(env, came)


def outgoing(site: Site, number: int) -> OutgoingMessage:
    with open_env(site) as env:
        rows = env.session.scalars(select(OutgoingMessage))
        return next(row for row in rows if row.payload["n"] == number)


def incoming(site: Site, number: int) -> IncomingMessage:
    with open_env(site) as env:
        rows = env.session.scalars(select(IncomingMessage).order_by(IncomingMessage.id.desc()))
        return next(row for row in rows if row.payload["n"] == number)


def refusal(text: str = "The period is closed.") -> UserError:
    return UserError(text)
