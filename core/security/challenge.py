"""What was begun with a browser and has to come back once, soon: a sign-in elsewhere, a question to a passkey."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from core import clock
from core.orm.model import Base
from core.orm.types import Instant
from core.security.session import hashed

if TYPE_CHECKING:
    from core.orm.env import Env

#: How long a person may take elsewhere.
LIFETIME = timedelta(minutes=10)


class Challenge(Base):
    """One thing that is waited for. Not a Model: the gate shows it to the system alone."""

    __tablename__ = "base_challenge"

    #: SHA-256 of the ticket that brings it back.
    ticket_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)  # Any: what JSON can say
    expires_at: Mapped[Instant] = mapped_column(index=True)


def begin(env: Env, purpose: str, content: Mapping[str, object]) -> str:
    """Wait for `content` to be asked for; the ticket returned is known to the browser alone."""
    ticket = secrets.token_urlsafe(32)
    env.session.add(
        Challenge(ticket_hash=hashed(ticket), purpose=purpose, content=dict(content),
                  expires_at=clock.now() + LIFETIME)
    )  # fmt: skip
    env.flush()
    return ticket


def take(env: Env, purpose: str, ticket: str) -> dict[str, Any] | None:  # Any: what JSON can say
    """What was begun with `ticket`; None if that was too long ago, or it came back before."""
    found = env.session.get(Challenge, hashed(ticket), with_for_update=True)
    if found is None or found.purpose != purpose:
        return None
    env.session.delete(found)
    env.flush()
    return found.content if clock.now() < found.expires_at else None


def forget_old(env: Env) -> None:
    """Delete what nobody came back for."""
    env.session.execute(delete(Challenge).where(Challenge.expires_at <= clock.now()))
