"""The second factor: codes of an authenticator app (RFC 6238), each counting once, and recovery codes."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import TYPE_CHECKING

import pyotp
from sqlalchemy import select

from core import clock
from core.errors import UserError
from core.i18n import _
from core.security.account import Credential, Passkey, User
from core.security.secret import Unreadable, encryption
from core.security.session import hashed

if TYPE_CHECKING:
    from core.orm.env import Env

ISSUER = "Dovetail"
#: What its keys are encrypted for.
PURPOSE = "second factor"
STEP_SECONDS = 30
#: So many steps after its own a code is still taken, for it takes a while to be typed and sent (RFC 6238, 5.2: at most
#: one). None is taken before its step: clocks are set by the network today.
DELAY_STEPS = 1
RECOVERY_CODES = 10


class WrongCode(UserError):
    """The code of the second factor is wrong, was used before or is too old."""

    code = "wrong_code"
    status = 401


def enrol(env: Env, user_id: int) -> tuple[str, str]:
    """A new key, and its address for a QR code. It counts once the user proves it by `confirm`."""
    user, credential = env.get(User, user_id), _credential(env, user_id)
    if credential.totp_confirmed:
        raise UserError(_("A second factor is set up already. Remove it first."))
    secret = pyotp.random_base32()
    credential.totp_secret, credential.totp_step = _closed(env, secret), 0
    env.flush()
    return secret, pyotp.TOTP(secret).provisioning_uri(name=user.login, issuer_name=ISSUER)


def confirm(env: Env, user_id: int, code: str) -> list[str]:
    """Turn the second factor on with a first code; returns the recovery codes, which are shown once."""
    credential = _credential(env, user_id)
    if not _accept_step(env, credential, code):
        raise WrongCode(_("This is not the code that the app shows now. Check the clock of the phone."))
    credential.totp_confirmed, credential.recovery_hashes = True, []
    return turn_on(env, user_id)


def turn_on(env: Env, user_id: int) -> list[str]:
    """Have the account ask for a second factor; returns recovery codes, shown once, unless it has some already."""
    credential, codes = _credential(env, user_id), []
    if not credential.recovery_hashes:
        codes = [_recovery_code() for _number in range(RECOVERY_CODES)]
        credential.recovery_hashes = [hashed(_plain(made)) for made in codes]
    env.get(User, user_id).second_factor = True
    env.flush()
    return codes


def remove(env: Env, user_id: int) -> None:
    """Forget the authenticator app, and turn the second factor off unless there is a passkey."""
    credential = _credential(env, user_id)
    credential.totp_secret, credential.totp_confirmed = None, False
    turn_off(env, user_id)


def turn_off(env: Env, user_id: int) -> None:
    """Have the account ask for no second factor, if none is left."""
    credential = _credential(env, user_id)
    has_passkey = (
        env.session.scalar(select(Passkey.id).where(Passkey.user_id == user_id).limit(1)) is not None
    )
    if not credential.totp_confirmed and not has_passkey:
        credential.recovery_hashes = []
        env.get(User, user_id).second_factor = False
    env.flush()


def accept(env: Env, user_id: int, code: str) -> bool:
    """Whether `code` is a code of the app or an unused recovery code; from here on it is used."""
    credential = _credential(env, user_id)
    if _accept_recovery(env, credential, code):
        return True
    return credential.totp_confirmed and _accept_step(env, credential, code)


def _accept_step(env: Env, credential: Credential, code: str) -> bool:
    if credential.totp_secret is None:
        return False
    secret = _opened(env, credential.totp_secret)
    totp = pyotp.TOTP(secret)
    present, given = int(clock.now().timestamp()) // STEP_SECONDS, _plain(code)
    for step in range(present - DELAY_STEPS, present + 1):
        if step > credential.totp_step and hmac.compare_digest(totp.generate_otp(step), given):
            # Kept anew each time, so that no way to encrypt outlives the version that used it.
            credential.totp_step, credential.totp_secret = step, _closed(env, secret)
            env.flush()
            return True
    return False


def _accept_recovery(env: Env, credential: Credential, code: str) -> bool:
    given = hashed(_plain(code))
    left = [kept for kept in credential.recovery_hashes if not hmac.compare_digest(kept, given)]
    if len(left) == len(credential.recovery_hashes):
        return False
    credential.recovery_hashes = left
    env.flush()
    return True


def _recovery_code() -> str:
    """120 random bits, as `ABCDEFGH-IJKLMNOP-QRSTUVWX`: too many to be guessed from their digest."""
    text = base64.b32encode(secrets.token_bytes(15)).decode()
    return "-".join(text[i : i + 8] for i in range(0, len(text), 8))


def _plain(code: str) -> str:
    """A code as typed, without the spaces and dashes that people put in; ASCII, as comparison needs it."""
    return "".join(c for c in code.upper() if c.isascii() and c.isalnum())


def _credential(env: Env, user_id: int) -> Credential:
    """Locked, so that two tries at once cannot use one code twice."""
    found = env.session.get(Credential, user_id, with_for_update=True, populate_existing=True)
    if found is None:
        found = Credential(user_id=user_id, totp_confirmed=False, totp_step=0, recovery_hashes=[])
        env.session.add(found)
    return found


def _closed(env: Env, secret: str) -> str:
    return encryption(env.site, PURPOSE).encrypt(secret)


def _opened(env: Env, kept: str) -> str:
    try:
        return encryption(env.site, PURPOSE).decrypt(kept)
    except Unreadable as error:
        raise UserError(
            _("This second factor was set up under another secret of the site. Use a recovery code, or ask an "
              "administrator to remove it.")
        ) from error  # fmt: skip
