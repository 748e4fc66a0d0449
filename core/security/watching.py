"""Who may see the figures of a site: they name no person, but tell a stranger what runs and how much."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

_LOOPBACK = ("127.0.0.1", "::1")
#: What a proxy on this machine says of the client behind it.
_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")


def may_see_metrics(token: str, address: str, headers: Mapping[str, str]) -> bool:
    """Who has the token; without one set, this machine itself, but not through a proxy. `headers` are in lower case."""
    if token:
        return hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {token}".encode())
    return address in _LOOPBACK and not any(name in headers for name in _FORWARDED)
