"""Sign-in sessions: kept on the server, known to the browser by a random token alone, listed and revocable."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ForeignKey, Index, String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from core import clock, config
from core.orm.model import Base
from core.orm.types import BigId, Instant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.orm.env import Env

#: A session that nobody used for so long has ended.
IDLE = timedelta(hours=2)
#: `seen_at` is written at most this often, so that reading pages stay reading transactions.
SEEN_EVERY = timedelta(minutes=1)
#: How long after the password was given sensitive things may be done without giving it again.
RECENT = timedelta(minutes=10)


class Handle(NamedTuple):
    """Which session, whatever its token is by now; the id alone does not tell, since SQLite uses it again."""

    id: int
    started_at: datetime


class LoginSession(Base):
    """A browser in which a user is signed in. Not a Model: the gate shows it to the system alone."""

    __tablename__ = "base_login_session"
    __table_args__ = (Index("ix_base_login_session_expires_at", "expires_at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: SHA-256 of the token, so that a copy of the database signs nobody in.
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("base_user.id", ondelete="CASCADE"), index=True)
    #: The company that the person works in, of those that they may see.
    company_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("base_company.id", ondelete="SET NULL"))
    started_at: Mapped[Instant]
    seen_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    #: When the person last proved who they are: by the password, or as the identity provider says.
    proved_at: Mapped[Instant]
    #: Whether two factors were given when it began, whatever the account itself has.
    strong: Mapped[bool] = mapped_column(default=False)
    #: The code of the identity provider that it began with, what it calls the session, and its ID token, encrypted.
    provider: Mapped[str | None] = mapped_column(String(64))
    provider_session: Mapped[str | None] = mapped_column(String(200), index=True)
    id_token: Mapped[str | None] = mapped_column(Text)
    #: When it first signed, for which it gave all components of a signature.
    signed_at: Mapped[Instant | None]
    address: Mapped[str] = mapped_column(String(64))
    agent: Mapped[str] = mapped_column(String(200))

    @property
    def handle(self) -> Handle:
        return Handle(self.id, self.started_at)

    def has_ended(self, now: datetime) -> bool:
        return now >= self.expires_at or now >= self.seen_at + IDLE

    def is_recent(self, now: datetime) -> bool:
        """Whether the password was given lately enough for sensitive things."""
        return now < self.proved_at + RECENT


def lifetime(env: Env) -> timedelta:
    """How long a session may last however much it is used."""
    return timedelta(hours=config.read(env.site.folder).session_hours)


@dataclass(frozen=True)
class Proof:
    """How a person proved who they are."""

    #: When; None for now.
    at: datetime | None = None
    #: Whether by two factors.
    strong: bool = False
    #: The code of the identity provider, what it calls the session, and its ID token, encrypted.
    provider: str | None = None
    provider_session: str | None = None
    id_token: str | None = None


BY_PASSWORD = Proof()


def start(
    env: Env, user_id: int, address: str, agent: str, proof: Proof = BY_PASSWORD
) -> tuple[str, LoginSession]:
    """A new session and its token, which is shown here alone."""
    token, now = secrets.token_urlsafe(32), clock.now()
    begun = LoginSession(
        token_hash=hashed(token), user_id=user_id, started_at=now, seen_at=now, proved_at=proof.at or now,
        expires_at=now + lifetime(env), address=address[:64], agent=agent[:200], strong=proof.strong,
        provider=proof.provider, provider_session=proof.provider_session, id_token=proof.id_token,
    )  # fmt: skip
    env.session.add(begun)
    env.flush()
    return token, begun


def prove(found: LoginSession) -> str:
    """Note that the person proved themselves now. Returns the session's new token; the one before is worth nothing."""
    token = secrets.token_urlsafe(32)
    found.token_hash, found.proved_at = hashed(token), clock.now()
    return token


def find(env: Env, token: str) -> LoginSession | None:
    """The session of `token` unless it has ended."""
    found = env.session.scalar(select(LoginSession).where(LoginSession.token_hash == hashed(token)))
    return found if found is not None and not found.has_ended(clock.now()) else None


def of_user(env: Env, user_id: int) -> Sequence[LoginSession]:
    """The sessions of a user that have not ended, the last used first."""
    asked = select(LoginSession).where(LoginSession.user_id == user_id).order_by(LoginSession.seen_at.desc())
    now = clock.now()
    return [found for found in env.session.scalars(asked) if not found.has_ended(now)]


def end(env: Env, user_id: int, *, only: int | None = None, but: int | None = None) -> None:
    """End the sessions of a user: all, `only` one of them, or all `but` one."""
    chosen = delete(LoginSession).where(LoginSession.user_id == user_id)
    if only is not None:
        chosen = chosen.where(LoginSession.id == only)
    if but is not None:
        chosen = chosen.where(LoginSession.id != but)
    env.session.execute(chosen)


def forget_ended(env: Env) -> None:
    """Delete the rows of sessions that have ended."""
    now = clock.now()
    env.session.execute(
        delete(LoginSession).where((LoginSession.expires_at <= now) | (LoginSession.seen_at <= now - IDLE))
    )


def cookie_name(*, secure: bool) -> str:
    """The cookie that holds the token; over TLS with the prefix that ties it to this very host."""
    return "__Host-dovetail" if secure else "dovetail"


def hashed(token: str) -> str:
    """What is kept of a token: SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
