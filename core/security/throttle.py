"""The throttle of sign-in: each failure makes the next try wait longer, by account and by address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Integer, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.errors import TooMany
from core.i18n import plural
from core.orm.model import Base
from core.orm.types import Instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from core.orm.env import Env

#: Failures are forgotten after a quiet time of this length.
FORGOTTEN_AFTER = timedelta(hours=24)


class LoginAttempt(Base):
    """The failures to sign in by one key. The key is a digest: people type passwords where logins belong."""

    __tablename__ = "base_login_attempt"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    failed_at: Mapped[Instant]
    blocked_until: Mapped[Instant]


class TooManyAttempts(TooMany):
    """Signing in failed so often that the next try has to wait."""

    code = "too_many_attempts"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            plural(
                "Signing in failed several times. Try again in {count} second.",
                "Signing in failed several times. Try again in {count} seconds.",
                seconds,
            ),
            seconds,
        )


@dataclass(frozen=True)
class Limit:
    """From failure `free` on, the wait doubles from one second up to `longest`."""

    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        over = failures - self.free
        return min(timedelta(seconds=2 ** min(over, 30)), self.longest) if over >= 0 else timedelta(0)


#: One account from one address: somebody who guesses a password.
PAIR = Limit(free=5, longest=timedelta(minutes=15))
#: One account from anywhere: short, so that strangers cannot lock anybody out.
ACCOUNT = Limit(free=20, longest=timedelta(seconds=30))
#: One address with any account: a plant behind one address has many people who mistype.
ADDRESS = Limit(free=60, longest=timedelta(minutes=5))


def ask(env: Env, login: str, address: str) -> None:
    """Raise TooManyAttempts while the account or the address has to wait."""
    now = clock.now()
    rows = (env.session.get(LoginAttempt, key) for key, _limit in _keys(login, address))
    until = max((row.blocked_until for row in rows if row is not None), default=now)
    if until > now:
        raise TooManyAttempts(int((until - now).total_seconds()) + 1)


def failed(env: Env, login: str, address: str) -> None:
    """Count a failure."""
    now = clock.now()
    for key, limit in _keys(login, address):
        row = env.session.get(LoginAttempt, key)
        if row is None:
            row = LoginAttempt(key=key, failures=0, failed_at=now, blocked_until=now)
            env.session.add(row)
        row.failures = 1 if now - row.failed_at > FORGOTTEN_AFTER else row.failures + 1
        row.failed_at, row.blocked_until = now, now + limit.wait(row.failures)
    env.flush()


def succeeded(env: Env, login: str, address: str) -> None:
    """Forget the failures of this account from this address; an address that tries many accounts stays known."""
    (pair, _limit), *_others = _keys(login, address)
    env.session.execute(delete(LoginAttempt).where(LoginAttempt.key == pair))


def forget_old(env: Env) -> None:
    """Delete what is too old to count."""
    env.session.execute(delete(LoginAttempt).where(LoginAttempt.failed_at < clock.now() - FORGOTTEN_AFTER))


def _keys(login: str, address: str) -> Iterator[tuple[str, Limit]]:
    account = login.strip().casefold()
    yield _digest("pair", account, address), PAIR
    yield _digest("account", account), ACCOUNT
    yield _digest("address", address), ADDRESS


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
