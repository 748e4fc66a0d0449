"""What is encrypted is read by its own site and purpose alone, whole, and in its time."""

from __future__ import annotations

import base64
from datetime import timedelta

import pyotp
import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.base.encrypting import Renewed, renew
from core.orm.env import open_env
from core.security import totp
from core.security.account import Credential
from core.security.secret import Encryption, Unreadable
from tests.core.security.office import START, Office, after

SECRET = b"a secret of the tests" * 2


def _by_fernet(secret: bytes, purpose: str, text: str) -> str:
    """As versions before AES-256-GCM encrypted."""
    key = HKDF(SHA256(), 32, None, f"dovetail {purpose}".encode()).derive(secret)
    return Fernet(base64.urlsafe_b64encode(key)).encrypt(text.encode()).decode()


def test_what_was_encrypted_is_read_by_its_site_and_purpose_alone() -> None:
    kept = Encryption(SECRET, "one").encrypt("an open word")

    assert "open" not in kept
    assert Encryption(SECRET, "one").decrypt(kept) == "an open word"
    for other in (Encryption(SECRET, "other"), Encryption(SECRET[::-1], "one")):
        with pytest.raises(Unreadable):
            other.decrypt(kept)


def test_the_same_text_is_never_encrypted_alike() -> None:
    encryption = Encryption(SECRET, "one")

    assert len({encryption.encrypt("again") for _time in range(50)}) == 50


def test_what_was_altered_anywhere_is_not_read() -> None:
    encryption = Encryption(SECRET, "one")
    mark, _colon, kept = encryption.encrypt("text").partition(":")
    raw = base64.urlsafe_b64decode(kept)

    for i in range(len(raw)):
        altered = raw[:i] + bytes([raw[i] ^ 1]) + raw[i + 1 :]
        with pytest.raises(Unreadable):
            encryption.decrypt(f"{mark}:{base64.urlsafe_b64encode(altered).decode()}")


@pytest.mark.parametrize("nonsense", ["", "aes256gcm:", "aes256gcm:AAAA", "aes256gcm:ä", "gAAAAAB", "ä"])
@pytest.mark.parametrize("within", [None, timedelta(minutes=5)])
def test_nonsense_is_not_read(nonsense: str, within: timedelta | None) -> None:
    with pytest.raises(Unreadable):
        Encryption(SECRET, "one").decrypt(nonsense, within)


def test_what_is_too_old_is_not_read() -> None:
    encryption, within = Encryption(SECRET, "one"), timedelta(minutes=5)
    with after():
        kept = encryption.encrypt("soon")

    with after(minutes=5):
        assert encryption.decrypt(kept, within) == "soon"
    with after(minutes=5, seconds=1), pytest.raises(Unreadable):
        encryption.decrypt(kept, within)


def test_what_an_older_version_encrypted_is_read_unless_its_age_counts() -> None:
    kept = _by_fernet(SECRET, "one", "old")

    assert Encryption(SECRET, "one").decrypt(kept) == "old"
    with pytest.raises(Unreadable):
        Encryption(SECRET, "one").decrypt(kept, timedelta(minutes=5))


def test_an_earlier_secret_reads_what_it_encrypted_and_nothing_that_lasts_a_while_alone() -> None:
    earlier, ring = Encryption(SECRET, "one"), Encryption(SECRET[::-1], "one", [b"x" * 32, SECRET])
    kept = earlier.encrypt("an open word")

    assert ring.decrypt(kept) == "an open word"
    assert ring.decrypt(_by_fernet(SECRET, "one", "old")) == "old"
    with pytest.raises(Unreadable):
        ring.decrypt(kept, timedelta(minutes=5))
    anew = ring.encrypt("an open word")
    assert (ring.is_current(anew), ring.is_current(kept)) == (True, False)
    assert ring.decrypt(anew, timedelta(minutes=5)) == "an open word"
    with pytest.raises(Unreadable):
        earlier.decrypt(anew)


def test_a_second_factor_outlives_its_secret_once_it_was_encrypted_anew(office: Office) -> None:
    user_id, old = office.users["Maren"], office.site.secret
    with open_env(office.site, write=True) as env:
        secret, _address = totp.enrol(env, user_id)
        totp.confirm(env, user_id, pyotp.TOTP(secret).at(START))
        env.session.get_one(Credential, office.users["tove"]).totp_secret = "aes256gcm:of nobody"
    office.site.secret, office.site.earlier_secrets = b"a new secret" * 3, (old,)

    with open_env(office.site, write=True) as env:
        came = renew(env)
        again = renew(env)
    office.site.earlier_secrets = ()

    assert (came, again) == (Renewed(1, 1), Renewed(0, 1))
    with after(minutes=1), open_env(office.site, write=True) as env:
        assert totp.accept(env, user_id, pyotp.TOTP(secret).at(START + timedelta(minutes=1)))


def test_the_key_of_an_older_version_is_encrypted_anew_when_its_code_is_used(office: Office) -> None:
    user_id = office.users["Maren"]
    with open_env(office.site, write=True) as env:
        secret, _address = totp.enrol(env, user_id)
        totp.confirm(env, user_id, pyotp.TOTP(secret).at(START))
        kept = env.session.get_one(Credential, user_id)
        kept.totp_secret = _by_fernet(office.site.secret, "second factor", secret)

    with after(minutes=1), open_env(office.site, write=True) as env:
        assert totp.accept(env, user_id, pyotp.TOTP(secret).at(START + timedelta(minutes=1)))
        assert (env.session.get_one(Credential, user_id).totp_secret or "").startswith("aes256gcm:")
