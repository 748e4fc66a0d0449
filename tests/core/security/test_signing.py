"""What a signature is made with: everything at the first of a session, the password at each later one."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pyotp
import pytest

from core import clock
from core.errors import UserError
from core.orm.env import open_env
from core.security import passkey, passkey_entry, session, sign_in, totp
from core.security.account import Credential, User
from core.security.passkey import PasskeyRefused, Place, Question
from core.security.sign_in import SignedIn, SignInRefused
from core.security.signing import Answered, Claim, NoPassword, Ways, prove, prove_by_passkey, ways
from core.security.throttle import PAIR, TooManyAttempts
from core.security.totp import WrongCode
from tests.core.security.authenticator import Authenticator
from tests.core.security.office import PASSWORD, START, Office, after

HERE = "10.0.0.1"
THERE = Place("erp.test", "https://erp.test")
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


ABOUT = ["erp.order", "7:3"]


def _asked(office: Office, token: str, about: list[str] = ABOUT) -> Question:
    return passkey_entry.question_to_sign(office.site, THERE, token, about)


def _device(office: Office, login: str = "Maren", *, verifies: bool = True) -> Authenticator:
    """With a passkey of the user."""
    device, user_id = Authenticator(), office.users[login]
    with open_env(office.site, write=True) as env:
        question = passkey.begin(env, user_id, THERE)
    begun = passkey.taken(office.site, question.ticket)
    with open_env(office.site, write=True) as env:
        passkey.register(env, user_id, THERE, "Desk", begun, device.create(question))
    return replace(device, verifies=verifies)


def _by(
    office: Office, token: str, question: Question, device: Authenticator, about: list[str] = ABOUT
) -> Any:
    answer = Answered(question.ticket, device.get(question))
    return prove_by_passkey(office.site, office.users["Maren"], THERE, answer, about, HERE, token)


def test_who_has_a_passkey_and_no_password_signs_by_it_each_time(office: Office) -> None:
    token, device, maren = _session(office), _device(office), office.users["Maren"]
    with open_env(office.site, write=True) as env:
        credential = env.session.get(Credential, maren)
        assert credential is not None
        credential.password_hash = None
        assert ways(env, maren, token) == Ways((), passkey=True)

    proofs = [_by(office, token, _asked(office, token), device) for _signature in range(2)]

    assert [proof.components for proof in proofs] == [("passkey",)] * 2
    assert {proof.user_id for proof in proofs} == {maren}


def test_a_device_that_did_not_make_sure_of_its_owner_signs_nothing(office: Office) -> None:
    token, device = _session(office), _device(office, verifies=False)

    with pytest.raises(PasskeyRefused):
        _by(office, token, _asked(office, token), device)


def test_a_passkey_signs_what_it_was_asked_about_once_and_nothing_else(office: Office) -> None:
    token, device = _session(office), _device(office)

    for about in (["erp.order", "7:4"], ["erp.order", "7:3", "8:1"], []):
        with pytest.raises(PasskeyRefused):
            _by(office, token, _asked(office, token), device, about)
    proving = passkey_entry.question_to(office.site, THERE, token)
    with pytest.raises(PasskeyRefused):
        _by(office, token, proving, device)
    signing = _asked(office, token)
    with pytest.raises(PasskeyRefused):
        passkey_entry.prove_again(office.site, token, THERE, signing.ticket, device.get(signing))
    with pytest.raises(PasskeyRefused):
        _by(office, token, signing, device)


def test_the_passkey_of_somebody_else_is_no_signature(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    other = sign_in.authenticate(office.site, "jonas", PASSWORD, HERE)
    assert isinstance(other, SignedIn)
    device = _device(office, "jonas")

    with pytest.raises(SignInRefused, match="another person"):
        _by(office, _session(office), _asked(office, other.token), device)

    told = [line for line in caplog.records if getattr(line, "factor", "") == "signature"]
    assert [line.getMessage() for line in told] == ["proof refused"]


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
