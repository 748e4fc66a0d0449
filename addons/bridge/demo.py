"""Who keeps the bridge of the example, and a second plant that is about to be connected."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from addons.bridge.models import Partner, Side, bridge_keeper
from core import Env, _, bulk, i18n, now
from core.base import Company, User, UserRole

_KEEPERS = ("jonas",)
#: The cabinets from which the machines of the example take, as both ends call them.
TOOLS, FLUID = "TOOLS", "FLUID"
#: The example begins so long ago; the uses of the last days found the cabinet of fluid closed.
DAYS_BACK, DAYS_CLOSED = 15, 4


def demo(env: Env, language: str) -> None:
    """The same at every call on an empty site; Kestrel's ERP and MES meet in this database."""
    with i18n.speaking(language):
        users = {row.login: row.id for row in env.session.execute(select(User.login, User.id))}
        keepers = [users[login] for login in _KEEPERS if login in users]
        bulk.create(env, UserRole, [{"user_id": user, "role": bridge_keeper.name} for user in keepers])
        env.add(
            Partner(
                code="MES-2", name=str(_("Second plant, being set up")), side=Side.MES, company_code="KH-2",
                url="https://mes-2.kestrel.example/api/bridge/partner/1/receive", active=False,
                company_id=company_of(env),
            )
        )  # fmt: skip


def company_of(env: Env) -> int:
    """Kestrel, whose plant the example shows."""
    return env.session.scalars(select(Company.id).where(Company.code == "KH")).one()


def moment(days_ago: float) -> datetime:
    """An instant counted from now."""
    return now().replace(microsecond=0) - timedelta(days=days_ago)
