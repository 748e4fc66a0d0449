"""The nouns of purchasing and the store."""

from __future__ import annotations

from addons.erp_supply.models.counting import CountState, StockCount, StockCountLine, count_workflow
from addons.erp_supply.models.item import SuppliedItem
from addons.erp_supply.models.purchase import (
    OPEN,
    DocumentKind,
    OrderState,
    PurchaseCharge,
    PurchaseLine,
    PurchaseOrder,
    PurchaseTax,
    purchase_workflow,
)
from addons.erp_supply.models.receiving import (
    PostingState,
    Receipt,
    ReceiptLine,
    SupplierReturn,
    SupplierReturnLine,
    receipt_workflow,
    return_workflow,
)
from addons.erp_supply.models.role import buyer, purchase_approver, storekeeper, supply_manager
from addons.erp_supply.models.stock import MoveReason, StockMove, StockQuant, StockReservation, Warehouse
from addons.erp_supply.models.supplier import SupplierPrice, SupplyingParty

__all__ = [
    "OPEN",
    "CountState",
    "DocumentKind",
    "MoveReason",
    "OrderState",
    "PostingState",
    "PurchaseCharge",
    "PurchaseLine",
    "PurchaseOrder",
    "PurchaseTax",
    "Receipt",
    "ReceiptLine",
    "StockCount",
    "StockCountLine",
    "StockMove",
    "StockQuant",
    "StockReservation",
    "SuppliedItem",
    "SupplierPrice",
    "SupplierReturn",
    "SupplierReturnLine",
    "SupplyingParty",
    "Warehouse",
    "buyer",
    "count_workflow",
    "purchase_approver",
    "purchase_workflow",
    "receipt_workflow",
    "return_workflow",
    "storekeeper",
    "supply_manager",
]
