"""Who signs in, as core.security keeps it."""

from __future__ import annotations

from core.security.account import Credential, Passkey, User, UserCompany, UserRole
from core.security.challenge import Challenge
from core.security.provider import ClaimedRole, Identity, IdentityProvider
from core.security.session import LoginSession
from core.security.signature import Signature
from core.security.throttle import LoginAttempt
from core.security.token import ApiToken

__all__ = [
    "ApiToken",
    "Challenge",
    "ClaimedRole",
    "Credential",
    "Identity",
    "IdentityProvider",
    "LoginAttempt",
    "LoginSession",
    "Passkey",
    "Signature",
    "User",
    "UserCompany",
    "UserRole",
]
