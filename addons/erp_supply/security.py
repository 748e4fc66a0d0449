"""Who may do what in purchasing and the store."""

from __future__ import annotations

from addons.erp_supply.models import (
    PurchaseOrder,
    Receipt,
    StockCount,
    StockMove,
    StockQuant,
    StockReservation,
    SupplierPrice,
    SupplierReturn,
    Warehouse,
    buyer,
    purchase_approver,
    storekeeper,
    supply_manager,
)
from core import Grant, Right
from core.base import Item, Lot, Party, StorageLocation, Tax, Unit, auditor, employee

grants = [
    Grant(employee, (StockQuant, Warehouse), "read"),
    Grant(buyer, (PurchaseOrder, SupplierPrice), "read create write delete"),
    Grant(buyer, (Receipt, SupplierReturn, StockMove, StockReservation), "read"),
    Grant(buyer, (Party, Item), "read create write"),
    Grant(purchase_approver, (PurchaseOrder, SupplierPrice), "read"),
    Grant(storekeeper, (PurchaseOrder, StockMove, StockReservation), "read"),
    Grant(storekeeper, (Receipt, SupplierReturn, StockCount), "read create write delete"),
    Grant(storekeeper, Lot, "read create write"),
    Grant(auditor, (PurchaseOrder, Receipt, SupplierReturn, StockCount, StockMove, StockReservation), "read"),
    Grant(supply_manager, (Warehouse, StorageLocation), "read create write delete"),
]

#: Receiving makes lots; taking over an invoice makes its supplier and items, and taxes and units that are new.
rights = [Right((Lot, Party, Item), "create write"), Right((Tax, Unit), "create")]
