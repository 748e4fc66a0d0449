"""Codes of the second factor count once, at their time."""

from __future__ import annotations

import base64
from datetime import timedelta

import pyotp
import pytest

from core import clock
from core.errors import ConfigError, UserError
from core.orm.env import open_env
from core.security import totp
from core.security.account import Credential, User
from core.security.totp import RECOVERY_CODES, WrongCode
from tests.core.security.office import START, Office, after


def _enrolled(office: Office) -> tuple[int, pyotp.TOTP, list[str]]:
    """A user with a second factor, set up a while ago."""
    user_id = office.users["Maren"]
    with clock.held(START - timedelta(hours=1)), open_env(office.site, write=True) as env:
        secret, _address = totp.enrol(env, user_id)
        codes = totp.confirm(env, user_id, pyotp.TOTP(secret).at(clock.now()))
    return user_id, pyotp.TOTP(secret), codes


def _accepts(office: Office, user_id: int, code: str) -> bool:
    with open_env(office.site, write=True) as env:
        return totp.accept(env, user_id, code)


def test_it_counts_from_its_first_right_code_on(office: Office) -> None:
    user_id = office.users["Maren"]
    with open_env(office.site, write=True) as env:
        secret, address = totp.enrol(env, user_id)
        assert not totp.accept(env, user_id, pyotp.TOTP(secret).at(START))
        with pytest.raises(WrongCode):
            totp.confirm(env, user_id, "000000")
        codes = totp.confirm(env, user_id, pyotp.TOTP(secret).at(START))

        assert env.get(User, user_id).second_factor
        assert len(set(codes)) == totp.RECOVERY_CODES
        assert "Maren" in address


def test_a_code_is_right_in_its_thirty_seconds_and_in_the_thirty_after(office: Office) -> None:
    user_id, app, _codes = _enrolled(office)

    for seconds in (-30, 0):
        assert _accepts(office, user_id, app.at(START + timedelta(seconds=seconds)))


@pytest.mark.parametrize("seconds", [-31, -60, 30, -3600, 3600])
def test_a_code_of_another_time_is_wrong(office: Office, seconds: int) -> None:
    user_id, app, _codes = _enrolled(office)

    assert not _accepts(office, user_id, app.at(START + timedelta(seconds=seconds)))


def test_a_code_counts_once(office: Office) -> None:
    user_id, app, _codes = _enrolled(office)
    code = app.at(START)

    assert _accepts(office, user_id, code)
    assert not _accepts(office, user_id, code)
    with after(seconds=10):
        assert not _accepts(office, user_id, code)


def test_a_code_before_one_that_was_used_is_wrong(office: Office) -> None:
    user_id, app, _codes = _enrolled(office)

    assert _accepts(office, user_id, app.at(START))
    assert not _accepts(office, user_id, app.at(START - timedelta(seconds=30)))


def test_a_recovery_code_counts_once_and_however_it_is_typed(office: Office) -> None:
    user_id, _app, codes = _enrolled(office)

    assert _accepts(office, user_id, codes[0].lower().replace("-", " "))
    assert not _accepts(office, user_id, codes[0])
    assert _accepts(office, user_id, codes[1])


@pytest.mark.parametrize(
    "code", ["", "0", "12345", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16", "' or 1=1"]
)
def test_nonsense_is_wrong(office: Office, code: str) -> None:
    user_id, _app, _codes = _enrolled(office)

    assert not _accepts(office, user_id, code)


def test_neither_key_nor_recovery_codes_stand_in_the_database(office: Office) -> None:
    user_id, app, codes = _enrolled(office)

    with open_env(office.site) as env:
        kept = env.session.get(Credential, user_id)
        assert kept is not None
        text = f"{kept.totp_secret} {kept.recovery_hashes}"
    assert app.secret not in text
    assert not [code for code in codes if code in text or code.replace("-", "") in text]


def test_a_recovery_code_has_more_bits_than_can_be_guessed_from_its_digest(office: Office) -> None:
    _user_id, _app, codes = _enrolled(office)

    kept = {code.replace("-", "") for code in codes}
    assert len(kept) == RECOVERY_CODES
    assert {len(base64.b32decode(code)) * 8 for code in kept} == {120}


def test_another_sites_secret_does_not_open_the_key(office: Office) -> None:
    user_id, app, _codes = _enrolled(office)
    office.site.secret = b"another secret" * 3

    with pytest.raises(UserError, match="secret"):
        _accepts(office, user_id, app.at(START))


@pytest.mark.parametrize("secret", [b"", b"short"])
def test_a_site_without_a_secret_keeps_no_keys(office: Office, secret: bytes) -> None:
    office.site.secret = secret

    with open_env(office.site, write=True) as env, pytest.raises(ConfigError, match="DOVETAIL_SECRET"):
        totp.enrol(env, office.users["Maren"])


def test_a_recovery_code_helps_when_the_secret_was_changed(office: Office) -> None:
    user_id, _app, codes = _enrolled(office)
    office.site.secret = b"another secret" * 3

    assert _accepts(office, user_id, codes[0])


def test_it_is_set_up_once_and_can_be_removed(office: Office) -> None:
    user_id, app, _codes = _enrolled(office)

    with open_env(office.site, write=True) as env:
        with pytest.raises(UserError, match="already"):
            totp.enrol(env, user_id)
        totp.remove(env, user_id)
        assert not env.get(User, user_id).second_factor
    assert not _accepts(office, user_id, app.at(START))
