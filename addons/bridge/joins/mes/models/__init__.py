"""What the MES keeps of its talk with the ERP."""

from __future__ import annotations

from addons.bridge.joins.mes.models.delivery import Delivery
from addons.bridge.joins.mes.models.master import TakenOver
from addons.bridge.joins.mes.models.report import Report, UseReport

__all__ = ["Delivery", "Report", "TakenOver", "UseReport"]
