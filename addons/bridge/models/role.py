"""The roles of the bridge."""

from __future__ import annotations

from core import Role, _
from core.base import employee, integration_operator

bridge_keeper = Role(
    "bridge.bridge_keeper",
    _("Bridge keeper"),
    implies=(integration_operator,),
    help=_("Connects ERP and MES, sees what waits and settles what was parked."),
)
partner_system = Role(
    "bridge.partner_system",
    _("Partner system"),
    implies=(employee,),
    help=_("The account of another server: it hands messages over and does nothing else."),
)
