"""Who may do what with equipment."""

from __future__ import annotations

from addons.mes_equipment.models import StateMap, equipment_engineer
from core import Grant
from core.base import WorkCenter, employee

grants = [
    Grant(employee, StateMap, "read"),
    Grant(equipment_engineer, StateMap, "read create write delete"),
    Grant(equipment_engineer, WorkCenter, "read create write"),
]
