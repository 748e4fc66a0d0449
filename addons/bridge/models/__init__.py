"""The nouns of the bridge."""

from __future__ import annotations

from addons.bridge.models.partner import Partner, Side
from addons.bridge.models.role import bridge_keeper, partner_system

__all__ = ["Partner", "Side", "bridge_keeper", "partner_system"]
