"""Keys for one purpose each, derived from the site's secret."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import ConfigError
from core.i18n import _

if TYPE_CHECKING:
    from core.orm.env import Site

#: Fewer bytes could be guessed.
_SHORTEST = 16


def encryption(site: Site, purpose: str) -> Fernet:
    """Encryption under a key that is good for `purpose` alone."""
    if len(site.secret) < _SHORTEST:
        raise ConfigError(
            _("The site's secret is missing or too short. Set DOVETAIL_SECRET to 32 random characters.")
        )
    key = HKDF(SHA256(), 32, None, f"dovetail {purpose}".encode()).derive(site.secret)
    return Fernet(base64.urlsafe_b64encode(key))
