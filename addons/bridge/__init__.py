"""ERP and MES in one house or in two: items, work centres and receipts go one way, use of material the other."""

from core import Addon, _

addon = Addon("bridge", title=_("Bridge"))
