"""What is kept encrypted is encrypted anew by the present secret, so that earlier ones can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import inspect, select, update
from sqlalchemy.orm import InstrumentedAttribute

from core.base.actions import subscribing
from core.base.models.webhook import Webhook
from core.orm.env import Env
from core.security import federation, totp
from core.security.account import Credential
from core.security.secret import Encryption, Unreadable, encryption
from core.security.session import LoginSession

#: Every column that holds encrypted text, and what for.
KEPT: tuple[tuple[InstrumentedAttribute[Any], str], ...] = (
    (Credential.totp_secret, totp.PURPOSE),
    (LoginSession.id_token, federation.TOKEN_PURPOSE),
    (Webhook.secret, subscribing.PURPOSE),
    (Webhook.earlier_secret, subscribing.PURPOSE),
)


@dataclass(frozen=True)
class Renewed:
    """How many texts were encrypted anew, and how many no secret reads."""

    done: int = 0
    unreadable: int = 0

    def __add__(self, other: Renewed) -> Renewed:
        return Renewed(self.done + other.done, self.unreadable + other.unreadable)


def renew(env: Env) -> Renewed:
    """Encrypt by the present secret what another one encrypted; `env` is the system's."""
    return sum((_renew(env, column, purpose) for column, purpose in KEPT), Renewed())


def _renew(env: Env, column: InstrumentedAttribute[Any], purpose: str) -> Renewed:
    cipher, (key,) = encryption(env.site, purpose), inspect(column.class_).primary_key
    came = Renewed()
    for row_id, kept in env.session.execute(select(key, column).where(column.is_not(None))).all():
        if cipher.is_current(kept):
            continue
        anew = _anew(cipher, kept)
        if anew is not None:
            # Unless somebody has set it meanwhile.
            changed = update(column.class_).where(key == row_id, column == kept).values({column: anew})
            env.session.execute(changed, execution_options={"synchronize_session": False})
        came += Renewed(1) if anew is not None else Renewed(0, 1)
    return came


def _anew(cipher: Encryption, kept: str) -> str | None:
    try:
        return cipher.encrypt(cipher.decrypt(kept))
    except Unreadable:
        return None
