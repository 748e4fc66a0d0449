"""Proving oneself for a signature: all components at the first of a session, the password at each later one.

21 CFR 11.200(a): the first signing in a continuous period of access takes every component of the signature (login and
password; the code of a second factor where there is one), each later one a component that its owner alone has. A call
of the API is a period of its own. What is given is checked, throttled and logged as a sign-in is (11.300(d)).

A passkey that made sure of its owner gives two components at each signing: the device's key, and the PIN, finger or
face by which the device knows who holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from core import clock
from core.errors import Forbidden
from core.i18n import _
from core.orm.env import Env, Site, open_env
from core.security import noting, passkey, passkey_entry, session, throttle
from core.security.account import Credential, User
from core.security.passkey import Place
from core.security.sign_in import SignInRefused, check_code, check_password
from core.security.signature import SigningProof


class Component(StrEnum):
    """What a signature is made with."""

    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105 -- the name of a component
    CODE = "code"
    #: Of a device that asked for PIN, finger or face.
    PASSKEY = "passkey"


@dataclass(frozen=True)
class Claim:
    """What somebody gave to sign with."""

    login: str
    password: str
    code: str = ""


@dataclass(frozen=True)
class Answered:
    """What came back from a passkey."""

    ticket: str
    credential: str


@dataclass(frozen=True)
class Ways:
    """What somebody can sign with now; no components for who has no password of their own."""

    components: tuple[Component, ...]
    passkey: bool


class NoPassword(Forbidden):
    """Signing takes a password that its owner alone knows, or a passkey, and this user has none here."""

    code = "no_password"


def ways(env: Env, user_id: int, token: str) -> Ways:
    """What the user signs with in the session of `token`. `env` is the system's. Raises NoPassword for nothing."""
    has_passkey = bool(passkey.of_user(env, user_id))
    try:
        return Ways(components(env, user_id, token), has_passkey)
    except NoPassword:
        if not has_passkey:
            raise
    return Ways((), passkey=True)


def components(env: Env, user_id: int, token: str = "") -> tuple[Component, ...]:
    """What the user signs with now, in the session of `token` or in a call of its own. `env` is the system's.

    Raises NoPassword for a user whose password others know or who has none: who signs in elsewhere would be sent there.
    """
    user, credential = env.get(User, user_id), env.session.get(Credential, user_id)
    if credential is None or credential.password_hash is None:
        raise NoPassword(
            _(
                "Signing takes a password or, on pages, a passkey, and you have none here. Make a passkey under "
                "Settings, Password and sessions, or ask an administrator for a password."
            )
        )
    if user.must_change_password:
        raise NoPassword(_("Choose a password of your own before you sign."))
    begun = session.find(env, token) if token else None
    if begun is not None and begun.signed_at is not None:
        return (Component.PASSWORD,)
    code = (Component.CODE,) if credential.totp_confirmed else ()
    return (Component.LOGIN, Component.PASSWORD, *code)


def prove(site: Site, user_id: int, claim: Claim, address: str = "", token: str = "") -> SigningProof:
    """Take what the user gave; transactions of its own, so that a refused try is counted although it raises.

    Raises SignInRefused, WrongCode, TooManyAttempts and NoPassword. `token` is of the browser's session.
    """
    with noting.attempt("signature", address) as tried:
        tried.user_id = user_id
        with open_env(site) as env:
            asked, login = components(env, user_id, token), env.get(User, user_id).login
        given = claim if Component.LOGIN in asked else replace(claim, login=login)
        if check_password(site, given.login, given.password, address).user_id != user_id:
            raise SignInRefused(_("The login or the password is wrong."))
        if Component.CODE in asked:
            check_code(site, user_id, given.code, address)
        with open_env(site, write=True) as env:
            throttle.succeeded(env, login, address)
            _note(env, token)
    return SigningProof(user_id, tuple(asked))


def prove_by_passkey(
    site: Site, user_id: int, place: Place, given: Answered, about: Sequence[str], address: str = "", token: str = ""
) -> SigningProof:  # fmt: skip
    """Take the answer of a passkey of the user to the question about just what is signed.

    Raises PasskeyRefused and SignInRefused; transactions of its own, as above.
    """
    with noting.attempt("signature", address) as tried:
        tried.user_id = user_id
        begun = passkey.taken(site, given.ticket)
        with open_env(site, write=True) as env:
            passkey_entry.require_own(passkey.answered(env, place, begun, given.credential, about), user_id)
            _note(env, token)
    return SigningProof(user_id, (Component.PASSKEY,))


def _note(env: Env, token: str) -> None:
    """All components were given in the session."""
    begun = session.find(env, token) if token else None
    if begun is not None:
        begun.signed_at = clock.now()
