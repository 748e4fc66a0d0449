"""Protection against forged requests: a token bound to the session, and where the browser says it comes from.

It is bound to which session it is, not to the session's token: forms in other tabs outlive a new one.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from core.errors import UserError
from core.i18n import _

_SALT_CHARACTERS = 16


class ForgedRequest(UserError):
    """A change that does not come from one of our own pages."""

    code = "forged_request"
    status = 403


def token_for(secret: bytes, bound_to: str) -> str:
    """A token for the forms of a session; salted, so that compressed pages do not give it away (BREACH)."""
    salt = secrets.token_hex(_SALT_CHARACTERS // 2)
    return salt + _signature(secret, salt, bound_to)


def is_valid(secret: bytes, bound_to: str, token: str) -> bool:
    """Whether `token` was made for this session; takes as long for a wrong one."""
    salt, given = token[:_SALT_CHARACTERS], token[_SALT_CHARACTERS:]
    return hmac.compare_digest(_signature(secret, salt, bound_to).encode(), given.encode())


def require(secret: bytes, bound_to: str, token: str, headers: Mapping[str, str], host: str) -> None:
    """Raise ForgedRequest unless the change comes from our own page with a token of this session."""
    if not is_from_here(headers, host) or not is_valid(secret, bound_to, token):
        raise ForgedRequest(
            _(
                "This page is out of date, or the request came from another site. Nothing has changed. Reload the page."
            )
        )


def is_from_here(headers: Mapping[str, str], host: str) -> bool:
    """What the browser tells of the request's origin; a client that tells nothing is judged by its token."""
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == host


def _signature(secret: bytes, salt: str, bound_to: str) -> str:
    return hmac.new(secret, f"csrf:{salt}:{bound_to}".encode(), hashlib.sha256).hexdigest()
