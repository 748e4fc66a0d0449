"""Suppliers and their prices, purchase orders, receipts and returns, and the stock of every storage location."""

from core import Addon, _

addon = Addon("erp_supply", title=_("Supply"))
