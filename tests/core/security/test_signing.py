"""What a signature is made with: everything at the first of a session, the password at each later one."""

from __future__ import annotations

import logging

import pyotp
import pytest

from core import clock
from core.errors import UserError
from core.orm.env import open_env
from core.security import session, sign_in, totp
from core.security.account import User
from core.security.sign_in import SignedIn, SignInRefused
from core.security.signing import Claim, NoPassword, prove
from core.security.throttle import PAIR, TooManyAttempts
from core.security.totp import WrongCode
from tests.core.security.office import PASSWORD, START, Office, after

HERE = "10.0.0.1"
RIGHT = Claim("Maren", PASSWORD)


def _session(office: Office) -> str:
    found = sign_in.authenticate(office.site, "maren", PASSWORD, HERE)
    assert isinstance(found, SignedIn)
    return found.token


def _key(office: Office) -> str:
    """Of the authenticator that Maren sets up."""
    maren = office.users["Maren"]
    with open_env(office.site, write=True) as env:
        secret, _address = totp.enrol(env, maren)
        totp.confirm(env, maren, pyotp.TOTP(secret).at(START))
    return secret


def test_the_first_of_a_session_takes_login_and_password_and_the_next_the_password(office: Office) -> None:
    maren, token = office.users["Maren"], _session(office)

    with pytest.raises(SignInRefused):
        prove(office.site, maren, Claim("", PASSWORD), HERE, token)
    first = prove(office.site, maren, RIGHT, HERE, token)
    later = prove(office.site, maren, Claim("", PASSWORD), HERE, token)

    assert first.components == ("login", "password")
    assert later.components == ("password",)


def test_outside_a_session_each_takes_all(office: Office) -> None:
    maren = office.users["Maren"]
    prove(office.site, maren, RIGHT, HERE)

    with pytest.raises(SignInRefused):
        prove(office.site, maren, Claim("", PASSWORD), HERE)


def test_the_right_password_of_somebody_else_is_no_signature(office: Office) -> None:
    with pytest.raises(SignInRefused):
        prove(office.site, office.users["jonas"], RIGHT, HERE)


def test_who_has_a_second_factor_gives_its_code_once_a_session(office: Office) -> None:
    maren, secret, token = office.users["Maren"], _key(office), ""
    with after(seconds=60):
        code = pyotp.TOTP(secret).at(clock.now())
        with open_env(office.site, write=True) as env:
            token, _begun = session.start(env, maren, HERE, "Firefox")
        with pytest.raises(WrongCode):
            prove(office.site, maren, RIGHT, HERE, token)
        first = prove(office.site, maren, Claim("maren", PASSWORD, code), HERE, token)
        later = prove(office.site, maren, Claim("", PASSWORD), HERE, token)

    assert first.components == ("login", "password", "code")
    assert later.components == ("password",)


def test_guessing_is_slowed_down_and_told_as_a_sign_in_is(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    maren = office.users["Maren"]
    for _try in range(PAIR.free):
        with pytest.raises(SignInRefused):
            prove(office.site, maren, Claim("maren", "a wrong one"), HERE)

    with pytest.raises(TooManyAttempts):
        prove(office.site, maren, RIGHT, HERE)
    with pytest.raises(TooManyAttempts):
        sign_in.authenticate(office.site, "maren", PASSWORD, HERE)

    told = [line for line in caplog.records if getattr(line, "factor", "") == "signature"]
    assert {(line.getMessage(), line.user_id) for line in told} == {("proof refused", maren)}  # type: ignore[attr-defined]  # as noting logs
    assert "a wrong one" not in caplog.text


@pytest.mark.parametrize("state", ["has none", "has one that an administrator knows"])
def test_a_password_that_is_not_one_s_own_alone_signs_nothing(office: Office, state: str) -> None:
    with open_env(office.site, write=True) as env:
        if state == "has none":
            user = User(login="elsewhere", name="Signs in elsewhere")
            env.add(user)
            env.flush()
            who = user.id
        else:
            who = office.users["Maren"]
            sign_in.set_password(env, who, "given by somebody else", must_change=True)

    with pytest.raises(NoPassword) as refused:
        prove(office.site, who, RIGHT, HERE)
    assert isinstance(refused.value, UserError)
