"""What the migrations of any addon, base too, may say."""

from __future__ import annotations

from typing import NoReturn

from core.errors import AddonError
from core.i18n import _


def irreversible(why: str) -> NoReturn:
    """The body of a downgrade that cannot be: information was lost or made on the way up."""
    raise AddonError(_("This migration cannot be undone: {why}. Restore a backup instead.", why=why))
