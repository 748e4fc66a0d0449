"""API tokens: 256 random bits, kept as a digest, limited to what their scopes name."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from core import clock
from core.errors import NotFound, ValidationError
from core.i18n import _
from core.orm.model import Base
from core.orm.types import BigId, Instant
from core.security.session import hashed

if TYPE_CHECKING:
    from core.orm.env import Env

#: How every token begins, so that scanners for leaked secrets know one.
PREFIX = "dovetail_"
#: So many characters of a token are kept in clear, to tell tokens apart in lists.
SHOWN = len(PREFIX) + 6
LONGEST = timedelta(days=366)
USED_EVERY = timedelta(minutes=1)


class ApiToken(Base):
    """A key by which another system acts as a user. Not a Model: the gate shows it to the system alone."""

    __tablename__ = "base_api_token"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("base_user.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    #: The beginning of the token.
    shown: Mapped[str] = mapped_column(String(20))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: `erp_supply.purchase_order:read`, `erp_supply.*:read`, `*:read` or `*:*`.
    scopes: Mapped[list[str]] = mapped_column(JSON)
    made_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]

    def is_valid(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


def create(env: Env, user_id: int, name: str, scopes: Iterable[str], expires_at: datetime) -> str:
    """A new token of the user; the text returned is shown to them once and kept nowhere."""
    now, wanted = clock.now(), sorted(set(scopes))
    _check(wanted, now, expires_at)
    text = PREFIX + secrets.token_urlsafe(32)
    env.session.add(
        ApiToken(user_id=user_id, name=name[:100], shown=text[:SHOWN], token_hash=hashed(text), scopes=wanted,
                 made_at=now, expires_at=expires_at)
    )  # fmt: skip
    env.flush()
    return text


def find(env: Env, text: str) -> ApiToken | None:
    """The valid token whose text this is."""
    if not text.startswith(PREFIX):
        return None
    found = env.session.scalar(select(ApiToken).where(ApiToken.token_hash == hashed(text)))
    return found if found is not None and found.is_valid(clock.now()) else None


def of_user(env: Env, user_id: int) -> Sequence[ApiToken]:
    """The tokens of a user, revoked and expired ones included, the newest first."""
    return env.session.scalars(
        select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc())
    ).all()


def revoke(env: Env, user_id: int, token_id: int) -> None:
    """End a token of the user."""
    found = env.session.get(ApiToken, token_id)
    if found is None or found.user_id != user_id:
        raise NotFound(_("There is no such token of yours."))
    if found.revoked_at is None:
        found.revoked_at = clock.now()
        env.flush()


def _check(scopes: Sequence[str], now: datetime, expires_at: datetime) -> None:
    if not scopes:
        raise ValidationError({"scopes": _("A token needs at least one scope, such as base.item:read.")})
    for scope in scopes:
        model, colon, verb = scope.partition(":")
        if not (model and colon and verb):
            raise ValidationError({"scopes": _("“{scope}” is no scope. Write base.item:read.", scope=scope)})
    if not now < expires_at <= now + LONGEST:
        raise ValidationError(
            {"expires_at": _("A token expires within {days} days from now.", days=LONGEST.days)}
        )
