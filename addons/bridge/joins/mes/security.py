"""Who may do what at the MES's end of the bridge."""

from __future__ import annotations

from addons.bridge.joins.mes.models import Delivery, TakenOver, UseReport
from addons.bridge.models import bridge_keeper
from addons.mes_equipment.models import operator
from core import Grant, Right
from core.base import Item, Lot, StorageLocation, WorkCenter, auditor

grants = [
    Grant(operator, (Delivery, UseReport), "read"),
    Grant(bridge_keeper, (Delivery, TakenOver, UseReport), "read"),
    Grant(auditor, (Delivery, TakenOver, UseReport), "read"),
]

rights = [
    Right((Item, WorkCenter, Lot, StorageLocation), "create write"),
    Right((Delivery, TakenOver, UseReport), "create write"),
]
