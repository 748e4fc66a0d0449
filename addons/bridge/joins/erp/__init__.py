"""The ERP's end of the bridge: it tells items, work centres and receipts, and issues what the floor used."""

from core import Addon, _

addon = Addon("bridge.erp", joins=("bridge", "erp_supply"), title=_("Bridge, ERP side"))
