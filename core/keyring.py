"""Keys that sign what nobody may alter unseen: the newest signs, and older ones still verify."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256

_BYTES = 32
_ID_CHARACTERS = 16


class Keyring:
    """Keys by their ids, which are made of the keys themselves and tell nothing of them."""

    def __init__(self, keys: Iterable[bytes]) -> None:
        self._keys = {_id_of(key): key for key in keys}
        #: The id of the key that signs now.
        self.current = next(reversed(self._keys))

    @classmethod
    def passing(cls) -> Keyring:
        """A ring that nobody keeps: what it signs is verified by this process alone."""
        return cls([new_key()])

    def __contains__(self, key_id: object) -> bool:
        return key_id in self._keys

    def sign(self, key_id: str, message: str) -> str:
        """HMAC-SHA256 of `message` in hexadecimal digits; raises KeyError for a key that is not here."""
        return hmac.digest(self._keys[key_id], message.encode(), "sha256").hex()

    def signing(self, key_id: str) -> hmac.HMAC:
        """The same for a message that is handed over in pieces."""
        return hmac.new(self._keys[key_id], digestmod="sha256")


def new_key() -> bytes:
    return secrets.token_bytes(_BYTES)


def _id_of(key: bytes) -> str:
    return sha256(b"dovetail key " + key).hexdigest()[:_ID_CHARACTERS]
