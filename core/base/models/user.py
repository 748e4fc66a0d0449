"""Who signs in, as core.security keeps it."""

from __future__ import annotations

from core.security.account import Credential, User, UserCompany, UserRole

__all__ = ["Credential", "User", "UserCompany", "UserRole"]
