"""The MES's end of the bridge: it takes items, work centres and receipts over, and reports what was used."""

from core import Addon, _

addon = Addon("bridge.mes", joins=("bridge", "mes_equipment"), title=_("Bridge, MES side"))
