"""The roles of purchasing and the store."""

from __future__ import annotations

from core import Role, _
from core.base import employee

buyer = Role(
    "erp_supply.buyer",
    _("Buyer"),
    implies=(employee,),
    help=_("Orders from suppliers and keeps their prices."),
)
purchase_approver = Role(
    "erp_supply.purchase_approver",
    _("Purchase approver"),
    implies=(employee,),
    help=_("Approves purchase orders above the limit that somebody else made."),
)
storekeeper = Role(
    "erp_supply.storekeeper",
    _("Stock keeper"),
    implies=(employee,),
    help=_("Receives, moves, counts and returns material."),
)
supply_manager = Role(
    "erp_supply.supply_manager",
    _("Supply manager"),
    implies=(buyer, purchase_approver, storekeeper),
    help=_("Everything in purchasing and the store, and its master data."),
)
