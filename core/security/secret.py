"""Encryption under keys that are good for one purpose each, derived from the site's secret."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core import clock
from core.errors import ConfigError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.env import Site

#: Fewer bytes could be guessed.
_SHORTEST = 16
#: How what is encrypted begins: another way to encrypt will have another mark.
_MARK = "aes256gcm:"
_NONCE_BYTES = 12


class Unreadable(Exception):
    """It was encrypted under another key, it was altered, or it is too old."""


class Encryption:
    """AES-256-GCM, with the moment. What older versions encrypted by Fernet is still read."""

    def __init__(self, secret: bytes, purpose: str, earlier: Sequence[bytes] = ()) -> None:
        self._cipher = AESGCM(_key(secret, f"dovetail {purpose}: {_MARK}"))
        self._older = Fernet(base64.urlsafe_b64encode(_key(secret, f"dovetail {purpose}")))
        #: By secrets that encrypt nothing any more.
        self._earlier = [Encryption(each, purpose) for each in earlier]

    def encrypt(self, text: str) -> str:
        nonce, at = secrets.token_bytes(_NONCE_BYTES), int(clock.now().timestamp())
        sealed = self._cipher.encrypt(nonce, f"{at} {text}".encode(), _MARK.encode())
        return _MARK + base64.urlsafe_b64encode(nonce + sealed).decode()

    def decrypt(self, kept: str, within: timedelta | None = None) -> str:
        """The text, if it was encrypted `within` so long; raises Unreadable.

        What lasts a while alone is read by the present secret alone: whoever has an earlier one makes no new one.
        """
        ring: list[Encryption] = [self, *(self._earlier if within is None else [])]
        for each in ring:
            with suppress(Unreadable):
                return each._decrypt(kept, within)
        raise Unreadable

    def is_current(self, kept: str) -> bool:
        """Whether the present secret encrypted it, in the present way."""
        try:
            self._opened(kept.removeprefix(_MARK))
        except Unreadable:
            return False
        return kept.startswith(_MARK)

    def _decrypt(self, kept: str, within: timedelta | None) -> str:
        if not kept.startswith(_MARK) and within is None:
            return self._decrypt_older(kept)
        at, _space, text = self._opened(kept.removeprefix(_MARK)).partition(" ")
        if within is not None and clock.now().timestamp() > int(at) + within.total_seconds():
            raise Unreadable
        return text

    def _opened(self, kept: str) -> str:
        try:
            raw = base64.urlsafe_b64decode(kept.encode())
            return self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _MARK.encode()).decode()
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise Unreadable from error

    def _decrypt_older(self, kept: str) -> str:
        try:
            return self._older.decrypt(kept.encode()).decode()
        except InvalidToken as error:
            raise Unreadable from error


def encryption(site: Site, purpose: str) -> Encryption:
    """Encryption under a key that is good for `purpose` alone."""
    if len(site.secret) < _SHORTEST:
        raise ConfigError(
            _("The site's secret is missing or too short. Set DOVETAIL_SECRET to 32 random characters.")
        )
    return Encryption(site.secret, purpose, site.earlier_secrets)


def _key(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, None, purpose.encode()).derive(secret)
