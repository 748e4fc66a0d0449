"""Who may do what at the bridge."""

from __future__ import annotations

from addons.bridge.models import Partner, bridge_keeper, partner_system
from core import Grant
from core.base import administrator, auditor

grants = [
    Grant(bridge_keeper, Partner, "read create write delete"),
    Grant(administrator, Partner, "read create write delete"),
    Grant(auditor, Partner, "read"),
    Grant(partner_system, Partner, "read"),
]
