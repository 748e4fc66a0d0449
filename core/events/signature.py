"""Signatures of webhooks: the receiver knows that a message is ours, whole, and new (Standard Webhooks 1.0)."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterable, Mapping

#: How every secret begins, so that scanners for leaked secrets know one.
PREFIX = "whsec_"
#: Between 24 and 64, as the specification wants it.
_BYTES = 32
_VERSION = "v1"


def new_secret() -> str:
    """A key of 256 random bits in the specification's form: whsec_ and Base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_BYTES)).decode()


def signed(secrets_: Iterable[str], message_id: str, at: int, body: bytes) -> Mapping[str, str]:
    """The headers of a message that is sent at `at`, seconds since 1970: a signature by each of the secrets."""
    content = f"{message_id}.{at}.".encode() + body
    signatures = " ".join(f"{_VERSION},{_signature(each, content)}" for each in secrets_)
    return {"webhook-id": message_id, "webhook-timestamp": str(at), "webhook-signature": signatures}


def _signature(secret: str, content: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.digest(key, content, "sha256")).decode()
