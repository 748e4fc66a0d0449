"""The site that tests of security share."""

from __future__ import annotations

from tests.core.security.office import office

__all__ = ["office"]
