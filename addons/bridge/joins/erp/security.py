"""Who may do what at the ERP's end of the bridge."""

from __future__ import annotations

from addons.bridge.joins.erp.models import FloorIssue, Told
from addons.bridge.models import bridge_keeper
from addons.erp_supply.models import storekeeper
from core import Grant
from core.base import auditor

grants = [
    Grant(bridge_keeper, (FloorIssue, Told), "read"),
    Grant(storekeeper, FloorIssue, "read"),
    Grant(auditor, (FloorIssue, Told), "read"),
]
