"""A site whose trail is sealed, and somebody who has its database but not its key."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import text

from core.audit import heads
from core.audit.check import check
from core.audit.finding import Report
from core.audit.sealer import Sealer
from core.base import Item, Unit
from core.orm import guards
from core.orm.env import Site, open_env
from core.testing.making import make


@dataclass
class Trail:
    """The audit trail of a site, as the platform and as an intruder get at it."""

    site: Site
    unit: int

    def write(self, *codes: str) -> list[int]:
        """An item of each code, made one after the other."""
        found = []
        for code in codes:
            with open_env(self.site, write=True) as env:
                found.append(make(env, Item, code=code, name=code, unit_id=self.unit).id)
        return found

    def seal(self) -> int:
        return Sealer(self.site).run_waiting()

    def check(self) -> Report:
        return check(self.site, heads.file_of(self.site.folder))

    def tamper(self, *statements: str) -> None:
        """What an administrator of the database can do: the guards stop them no more than the platform does."""
        with self.site.engine.connect().execution_options(dovetail_write=True) as connection:
            guards.drop(connection, ["base_change", "base_change_batch"])
            for statement in statements:
                connection.execute(text(statement))
            connection.commit()

    def value(self, statement: str) -> int:
        with self.site.engine.connect() as connection:
            return int(connection.scalar(text(statement)))


@pytest.fixture
def trail(site: Site) -> Trail:
    """Three items were made, each in a write of its own, and all is sealed."""
    with open_env(site, write=True) as env:
        made = Trail(site, make(env, Unit, code="PCE").id)
    made.write("BOLT", "NUT", "RING")
    made.seal()
    return made
