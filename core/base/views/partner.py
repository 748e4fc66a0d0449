"""Partners with their addresses and contacts."""

from __future__ import annotations

from core.base.models.party import Address, Contact, Party
from core.base.rules.vat import country_of
from core.i18n import _
from core.orm.condition import where
from core.orm.env import Env
from core.views.live import fill
from core.views.nodes import Form, Group, Lines, List, Menu, Preset, Tab, View

partners = View(
    Party,
    icon="building",
    list=List(
        Party.code, Party.name, Party.country, Party.vat_id, Party.active,
        facets=(Party.country, Party.active),
        sort=("name",),
        presets=(Preset("active", _("In use"), where(Party.active, "eq", True)),),
        inline=(Party.name, Party.country, Party.vat_id, Party.active),
    ),
    form=Form(
        Group(
            "main", Party.code, Party.name, Party.legal_name, Party.vat_id, Party.country, Party.locale,
            Party.website, Party.active,
        ),
        Tab(
            "addresses", _("Addresses"),
            Lines(
                Party.addresses, Address.kind, Address.street, Address.additional_street, Address.postal_code,
                Address.city, Address.region, Address.country,
            ),
        ),
        Tab(
            "contacts", _("Contacts"),
            Lines(Party.contacts, Contact.name, Contact.task, Contact.email, Contact.phone),
        ),
    ),
    menu=Menu("master", _("Partners"), icon="building", order=5),
)  # fmt: skip


@fill(Party, on=(Party.vat_id,))
def propose_country(env: Env, party: Party) -> None:
    """The country that the VAT number names."""
    if party.vat_id and not party.country:
        party.country = country_of(party.vat_id)
