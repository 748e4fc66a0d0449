"""Two servers that know each other: the ERP's and the MES's, each reached over HTTP on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import update
from waitress.server import create_server

from addons.bridge.actions.comparing import figures
from addons.bridge.models import Partner, Side
from addons.bridge.rules.figure import Figure
from core import clock
from core.app import web
from core.base import User
from core.base.models.mechanism import IncomingMessage, IncomingState
from core.events.outbox import Lane
from core.orm.env import Site as RunningSite
from core.orm.env import open_env
from core.security import token
from tests.addons.bridge.house import House, one, partner

SCOPES = ("bridge.partner:read", "bridge.partner:receive")


@dataclass
class Connection:
    """The ERP's and the MES's server, with the addresses at which they hear each other."""

    office: House
    floor: House
    office_url: str
    floor_url: str

    def carry(self) -> None:
        """Have both servers deliver, answer and take the answers in, however long they would have waited."""
        for house in (self.office, self.floor) * 2:
            _hurried(house).carry()

    def cut(self) -> None:
        """Nobody reaches the other any more."""
        for house in (self.office, self.floor):
            with house.env() as env:
                env.session.execute(
                    update(Partner).values(url="http://127.0.0.1:9/api/bridge/partner/1/receive")
                )

    def mend(self) -> None:
        for house, url in ((self.office, self.floor_url), (self.floor, self.office_url)):
            with house.env() as env:
                env.session.execute(update(Partner).values(url=url))

    def differences(self) -> list[Figure]:
        """Every figure of either side that is not zero."""
        found = []
        for house in (self.office, self.floor):
            with house.env(write=False) as env:
                assert env.company_id is not None
                found += [figure for figure in figures(env, env.company_id) if figure.difference]
        return found


def _hurried(house: House) -> House:
    """What waits for another attempt is tried now."""
    with house.env() as env:
        now = clock.now()
        env.session.execute(update(Lane).where(Lane.next_at > now).values(next_at=now))
        parked = IncomingMessage.state == IncomingState.PARKED
        env.session.execute(
            update(IncomingMessage).where(parked, IncomingMessage.attempts < 3).values(next_at=now)
        )
        env.session.execute(
            update(IncomingMessage).where(parked, IncomingMessage.attempts >= 3).values(next_at=None)
        )
    return house


@contextmanager
def connected(office: House, floor: House) -> Iterator[Connection]:
    """Both servers run, know each other's address and account, and hold each other's token."""
    with served(office.site) as office_at, served(floor.site) as floor_at:
        ids = {}
        for house, side in ((office, Side.MES), (floor, Side.ERP)):
            with house.env() as env:
                ids[side.other] = partner(env, side, "https://not.known.yet/").id
        made = Connection(
            office, floor,
            f"{office_at}/api/bridge/partner/{ids[Side.ERP]}/receive",
            f"{floor_at}/api/bridge/partner/{ids[Side.MES]}/receive",
        )  # fmt: skip
        made.mend()
        give_token(to=office, of=floor, name="mes")
        give_token(to=floor, of=office, name="erp")
        yield made


def give_token(*, to: House, of: House, name: str, login: str = "peer") -> str:
    """A token of the account that the server `of` has for the server `to`, kept in the key file of the latter."""
    text = token_of(of, login)
    file = to.site.folder / "bridge" / f"{name}.token"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return text


def token_of(house: House, login: str = "peer") -> str:
    """A new token of the account, which may hand messages over and no more."""
    with open_env(house.site, write=True) as env:
        user_id = one(env, User, login=login).id
        return token.create(env, user_id, "bridge", SCOPES, clock.now() + timedelta(days=1))


@contextmanager
def served(site: RunningSite) -> Iterator[str]:
    """The pages and the API of a site on a free port of this machine."""
    server = create_server(web(site), host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()  # who answered last may still be telling the loop so
        server.close()
        thread.join(5)
