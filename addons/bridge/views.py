"""What is seen of the bridge."""

from __future__ import annotations

from addons.bridge.models import Partner
from core import Form, Group, List, Menu, MenuPage, MenuSection, View, _

section = MenuSection("bridge", _("Bridge"), order=60)
status = MenuPage("bridge", _("Connections"), "/bridge", Partner, icon="plug-connected", order=10)
reconciliation = MenuPage(
    "bridge", _("Reconciliation"), "/bridge/reconciliation", Partner, icon="scale", order=20
)

partners = View(
    Partner,
    docs="addons/bridge/README.html#connecting-two-servers",
    icon="building-bridge",
    list=List(
        Partner.code, Partner.name, Partner.side, Partner.url, Partner.heard_at, Partner.active,
        facets=(Partner.side, Partner.active),
        sort=("code",),
    ),
    form=Form(
        Group(
            "main", Partner.code, Partner.name, Partner.side, Partner.url, Partner.company_code, Partner.user_id,
            Partner.active, Partner.heard_at,
        ),
        subtitle=Partner.name,
    ),
    menu=Menu("bridge", _("Partner systems"), icon="building-bridge", order=30),
)  # fmt: skip
