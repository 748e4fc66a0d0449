"""Requests that were carried out, so that the same one sent again has no second effect."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Integer, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from core import clock
from core.errors import Conflict
from core.i18n import _
from core.orm.model import Base
from core.orm.types import BigId, Instant

if TYPE_CHECKING:
    from core.orm.env import Env

#: After this a key may be used again.
KEPT = timedelta(days=2)


class Received(Base):
    """A request with an idempotency key, and what it was answered. Not a Model: the system alone reads it."""

    __tablename__ = "base_received"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    #: SHA-256 of sender and key: a token of less scope does not hear what another one of its person was answered.
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: SHA-256 of what was asked, so that a key is not used for two things.
    asked: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    answer: Mapped[Any] = mapped_column(JSON)  # Any: JSON
    at: Mapped[Instant]


def earlier(env: Env, key: str, asked: bytes) -> tuple[int, Any] | None:  # Any: JSON
    """Status and answer of the same request when it came before; raises Conflict when the key meant another one."""
    with env.as_system() as system:
        found = system.session.scalar(select(Received).where(Received.key_hash == _hash(env, key)))
        if found is None or found.at < clock.now() - KEPT:
            return None
        if found.asked != hashlib.sha256(asked).hexdigest():
            raise Conflict(_("This idempotency key was used for another request. Use a new one for each."))
        return found.status, found.answer


def remember(env: Env, key: str, asked: bytes, status: int, answer: Any) -> None:  # Any: JSON
    """Keep the answer in the transaction of its effect; a twin that runs at the same time fails on the key."""
    with env.as_system() as system:
        hashed = _hash(env, key)
        system.session.execute(
            delete(Received).where(Received.key_hash == hashed, Received.at < clock.now() - KEPT)
        )
        digest = hashlib.sha256(asked).hexdigest()
        system.session.add(
            Received(key_hash=hashed, asked=digest, status=status, answer=answer, at=clock.now())
        )


def forget_old(env: Env) -> None:
    """Delete the keys that may be used again; `env` is the system's."""
    env.session.execute(delete(Received).where(Received.at < clock.now() - KEPT))


def _hash(env: Env, key: str) -> str:
    allowed = env.principal.allowed
    scopes = "" if allowed is None else " ".join(sorted(allowed))
    return hashlib.sha256(f"{env.user_id}:{scopes}:{key}".encode()).hexdigest()
