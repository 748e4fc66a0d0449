"""Proving oneself for a signature: all components at the first of a session, the password at each later one.

21 CFR 11.200(a): the first signing in a continuous period of access takes every component of the signature (login and
password; the code of a second factor where there is one), each later one a component that its owner alone has. A call
of the API is a period of its own. What is given is checked, throttled and logged as a sign-in is (11.300(d)).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from core import clock
from core.errors import Forbidden
from core.i18n import _
from core.orm.env import Env, Site, open_env
from core.security import noting, session, throttle
from core.security.account import Credential, User
from core.security.sign_in import SignInRefused, check_code, check_password
from core.security.signature import SigningProof


class Component(StrEnum):
    """What a signature is made with."""

    LOGIN = "login"
    PASSWORD = "password"  # noqa: S105 -- the name of a component
    CODE = "code"


@dataclass(frozen=True)
class Claim:
    """What somebody gave to sign with."""

    login: str
    password: str
    code: str = ""


class NoPassword(Forbidden):
    """Signing takes a password that its owner alone knows, and this user has none here."""

    code = "no_password"


def components(env: Env, user_id: int, token: str = "") -> tuple[Component, ...]:
    """What the user signs with now, in the session of `token` or in a call of its own. `env` is the system's.

    Raises NoPassword for a user whose password others know or who has none: who signs in elsewhere would be sent there.
    """
    user, credential = env.get(User, user_id), env.session.get(Credential, user_id)
    if credential is None or credential.password_hash is None:
        raise NoPassword(
            _("Signing takes a password, and you have none here. An administrator can give you one.")
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
            begun = session.find(env, token) if token else None
            if begun is not None:
                begun.signed_at = clock.now()
    return SigningProof(user_id, tuple(asked))
