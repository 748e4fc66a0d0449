"""A site whose changes are listened to: two companies with an administrator each, webhooks and who receives them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import select

from core.actions import run
from core.base import Company, Party, User, UserCompany, UserRole
from core.base.actions.subscribing import activate, renew_secret
from core.base.models.mechanism import OutgoingMessage
from core.base.models.webhook import Webhook
from core.config import read, write
from core.orm.env import Principal, Site, open_env
from core.security.principal import principal_of
from core.testing.making import make
from tests.core.events.receiver import Receiver, receiving


@dataclass
class Plant:
    """A site with two companies, and an administrator of each."""

    site: Site
    company: int
    other: int
    tove: Principal
    ines: Principal

    def webhook(
        self, url: str = "https://example.com/hooks", who: Principal | None = None, **values: Any
    ) -> int:
        """An active one with a secret, made by an administrator and running as them."""
        me = who or self.tove
        with open_env(self.site, me, write=True) as env:
            given = {
                "name": "ERP",
                "model": "base.party",
                "runs_as_id": me.user_id,
                "company_id": me.company_id,
            }
            made = make(env, Webhook, url=url, **(given | values))
            run(env, renew_secret, [made])
            run(env, activate, [made])
            return made.id

    def party(self, code: str, company: int | None = None, **values: Any) -> int:
        with open_env(self.site, write=True) as env:
            return make(env, Party, code=code, name=code, company_id=company or self.company, **values).id

    def fail(self, code: str, taken: str) -> None:
        """A party is written, and then something that the database refuses."""
        with open_env(self.site, write=True) as env:
            make(env, Party, code=code, company_id=self.company)
            make(env, Company, code=taken)

    def told(self) -> list[dict[str, Any]]:
        with open_env(self.site) as env:
            rows = env.session.scalars(select(OutgoingMessage).order_by(OutgoingMessage.id))
            return [{"type": row.type, **row.payload["body"]} for row in rows]

    def person(self, *roles: str, company: int | None = None) -> Principal:
        with open_env(self.site, write=True) as env:
            return _person(env, company or self.company, *roles)


def _person(env: Any, company: int, *roles: str) -> Principal:
    user = make(env, User, home_company_id=company)
    env.add(UserCompany(user_id=user.id, seen_company_id=company))
    env.add(*(UserRole(user_id=user.id, role=role) for role in roles))
    env.flush()
    return principal_of(env, user.id)


@pytest.fixture
def plant(site: Site) -> Plant:
    with open_env(site, write=True) as env:
        company, other = make(env, Company, code="KH"), make(env, Company, code="OM")
        people = [_person(env, each.id, "base.administrator") for each in (company, other)]
        return Plant(site, company.id, other.id, *people)


@pytest.fixture
def receiver(site: Site) -> Iterator[Receiver]:
    write(replace(read(site.folder), inside_hosts=("127.0.0.1",)))
    with receiving() as opened:
        yield opened
