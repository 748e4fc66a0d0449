"""What the ERP keeps of its talk with the MES."""

from __future__ import annotations

from addons.bridge.joins.erp.models.issue import FloorIssue
from addons.bridge.joins.erp.models.notice import Notice, ReceiptNotice, Told
from addons.bridge.joins.erp.models.place import SuppliedPlace

__all__ = ["FloorIssue", "Notice", "ReceiptNotice", "SuppliedPlace", "Told"]
