"""What the example is made of: planned orders before they are written, and what they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select

from addons.erp_supply.demo.assortment import ASSORTMENT, Bought
from addons.erp_supply.models import OrderState
from core import Env, today
from core.base import Currency, Item, ItemType, Party, PaymentTerm, StorageLocation, Tax, Tracking, User

ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Known:
    """An item that base's example has."""

    id: int
    unit_id: int
    name: str
    tracking: Tracking
    is_stocked: bool


@dataclass
class Plant:
    """The company of the example, with the ids of all that its orders name."""

    company_id: int
    today: date
    random: Random
    items: Mapping[str, Known]
    parties: Mapping[str, int]
    users: Mapping[str, int]
    currencies: Mapping[str, int]
    terms: Mapping[str, int]
    taxes: Mapping[str, int]
    locations: Mapping[str, int]

    @classmethod
    def of(cls, env: Env, company_id: int, random: Random) -> Plant:
        """Read what base's example made."""
        items = {
            row.code: Known(row.id, row.unit_id, row.name, row.tracking, row.type is not ItemType.SERVICE)
            for row in env.session.execute(
                select(Item.code, Item.id, Item.unit_id, Item.name, Item.tracking, Item.type).where(
                    Item.company_id == company_id
                )
            )
        }
        parties = _ids(
            env.session.execute(select(Party.name, Party.id).where(Party.company_id == company_id)).all()
        )
        locations = env.session.execute(
            select(StorageLocation.code, StorageLocation.id).where(StorageLocation.company_id == company_id)
        )
        return cls(
            company_id, today(ZONE), random, items, parties,
            _ids(env.session.execute(select(User.login, User.id)).all()),
            _ids(env.session.execute(select(Currency.code, Currency.id)).all()),
            _ids(env.session.execute(select(PaymentTerm.code, PaymentTerm.id)).all()),
            _ids(env.session.execute(select(Tax.code, Tax.id)).all()),
            _ids(locations.all()),
        )  # fmt: skip

    def day(self, offset: int) -> date:
        """A day counted from today, moved off the weekend."""
        found = self.today + timedelta(days=offset)
        return found - timedelta(days=max(found.weekday() - 4, 0))


@dataclass
class PlannedLine:
    """A line of a planned order, and how much of it came."""

    code: str
    quantity: Decimal
    price: Decimal
    received: Decimal = Decimal(0)
    needed_on: date | None = None
    #: Set when the line is written.
    id: int = 0


@dataclass
class PlannedOrder:
    """An order that is going to be written; what was received of it came on `received_on`."""

    supplier: str
    ordered_on: date
    promised_on: date
    state: OrderState
    lines: Sequence[PlannedLine]
    reference: str | None = None
    #: Freight and surcharges: a name and an amount.
    charge: tuple[str, Decimal] | None = None
    received_on: date | None = None
    id: int = field(default=0)

    @property
    def bought(self) -> Bought:
        return ASSORTMENT[self.supplier]


def _ids(rows: Sequence[Sequence[object]]) -> dict[str, int]:
    return {str(row[0]): int(str(row[1])) for row in rows}
