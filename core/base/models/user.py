"""Who signs in, as core.security keeps it."""

from __future__ import annotations

from core.security.account import Credential, User, UserCompany, UserRole
from core.security.session import LoginSession
from core.security.throttle import LoginAttempt
from core.security.token import ApiToken

__all__ = ["ApiToken", "Credential", "LoginAttempt", "LoginSession", "User", "UserCompany", "UserRole"]
