"""The security log tells of each proof of a person, and never of what was typed."""

from __future__ import annotations

import logging
from datetime import timedelta

import pyotp
import pytest

from core import clock
from core.orm.env import open_env
from core.security import sign_in, totp
from core.security.sign_in import CodeNeeded, SignedIn, SignInRefused
from core.security.throttle import PAIR, TooManyAttempts
from core.security.totp import WrongCode
from tests.core.security.office import PASSWORD, START, Office

HERE = "10.0.0.1"
FIELDS = ("factor", "user_id", "code", "address")


def _told(caplog: pytest.LogCaptureFixture) -> list[tuple[object, ...]]:
    """What was logged: the event and those of FIELDS that it has."""
    lines = [line for line in caplog.records if line.name == "dovetail.security"]
    return [
        (line.getMessage(), *(getattr(line, name) for name in FIELDS if hasattr(line, name)))
        for line in lines
    ]


@pytest.fixture(autouse=True)
def _everything(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)


def test_a_sign_in_and_its_end_are_told(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    found = sign_in.authenticate(office.site, "maren", PASSWORD, HERE)
    assert isinstance(found, SignedIn)
    sign_in.sign_out(office.site, found.token)

    who = office.users["Maren"]
    assert _told(caplog) == [
        ("proof accepted", "password", who, HERE),
        ("session begun", who, HERE),
        ("session ended", who),
    ]


def test_a_refused_sign_in_is_told_with_its_account_where_there_is_one(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    for login in ("maren", "what was typed"):
        with pytest.raises(SignInRefused):
            sign_in.authenticate(office.site, login, "a wrong one", HERE)

    assert _told(caplog) == [
        ("proof refused", "password", office.users["Maren"], "sign_in_refused", HERE),
        ("proof refused", "password", None, "sign_in_refused", HERE),
    ]
    written = " ".join(str(line.__dict__) for line in caplog.records)
    assert "what was typed" not in written
    assert "a wrong one" not in written


def test_tries_that_have_to_wait_are_told(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    for _try in range(PAIR.free):
        with pytest.raises(SignInRefused):
            sign_in.authenticate(office.site, "maren", "a wrong one", HERE)

    with pytest.raises(TooManyAttempts):
        sign_in.authenticate(office.site, "maren", PASSWORD, HERE)

    assert _told(caplog)[-1] == ("proof refused", "password", None, "too_many_attempts", HERE)


def test_codes_are_told_apart_from_passwords(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    who = office.users["Maren"]
    with clock.held(START - timedelta(hours=1)), open_env(office.site, write=True) as env:
        secret, _address = totp.enrol(env, who)
        totp.confirm(env, who, pyotp.TOTP(secret).at(clock.now()))
    needed = sign_in.authenticate(office.site, "maren", PASSWORD, HERE)
    assert isinstance(needed, CodeNeeded)

    with pytest.raises(WrongCode):
        sign_in.confirm_code(office.site, needed.challenge, "000000", HERE)
    sign_in.confirm_code(office.site, needed.challenge, pyotp.TOTP(secret).at(START), HERE)

    assert _told(caplog) == [
        ("proof accepted", "password", who, HERE),
        ("proof refused", "second factor", who, "wrong_code", HERE),
        ("proof accepted", "second factor", who, HERE),
        ("session begun", who, HERE),
    ]
