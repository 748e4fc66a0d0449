"""Suppliers and customers of the demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.base.demo.record import Ids, made
from core.base.models.party import Address, AddressKind, Contact, Party
from core.i18n import Text, _

if TYPE_CHECKING:
    from core.orm.env import Env

#: Code, name, registered name, country, street, postal code, city; numbers begin with 7 for suppliers.
_KESTREL: list[tuple[str, str, str, str, str, str, str]] = [
    ("70010", "Brandt Stahl", "Brandt Stahl GmbH & Co. KG", "DE", "Walzwerkstraße 11", "58089", "Hagen"),
    ("70020", "Norrgjut AB", "Norrgjut AB", "SE", "Gjutarevägen 3", "803 09", "Gävle"),
    ("70030", "Dichtwerk Seals", "Dichtwerk GmbH", "DE", "Am Ring 27", "71638", "Ludwigsburg"),
    ("70040", "Pressfit Fasteners", "Pressfit Fasteners Ltd", "GB", "Bolt Lane 8", "B18 6EW", "Birmingham"),
    ("70050", "Ferro Cutting Fluids", "Ferro Fluids B.V.", "NL", "Havenstraat 40", "3024 SC", "Rotterdam"),
    ("70060", "Lunde Tooling", "Lunde Verktøy AS", "NO", "Verkstedveien 2", "1400", "Ski"),
    ("70070", "Zinktek Plating", "Zinktek s.r.o.", "CZ", "Pozinkovaná 5", "301 00", "Plzeň"),
    ("70080", "Atlas Gauge", "Atlas Gauge Inc.", "US", "Meridian Street 120", "46204", "Indianapolis"),
    ("70090", "Nordfrakt", "Nordfrakt AB", "SE", "Terminalgatan 1", "211 20", "Malmö"),
    ("10010", "Helmreich Presses", "Helmreich Pressen AG", "DE", "Industriestraße 70", "73033", "Göppingen"),
    ("10020", "Orrin Marine", "Orrin Marine Ltd", "GB", "Dock Road 15", "G51 4EN", "Glasgow"),
    ("10030", "Tallis Cranes", "Tallis Grues SA", "FR", "Rue du Port 9", "44600", "Saint-Nazaire"),
    ("10040", "Basalt Mining", "Basalt Gruvor AB", "SE", "Malmvägen 20", "981 38", "Kiruna"),
]  # fmt: skip

#: Partner, name, task, e-mail, telephone.
_CONTACTS: list[tuple[str, str, Text, str, str]] = [
    ("70010", "Katrin Voss", _("Sales"), "k.voss@brandt-stahl.example", "+49 2331 5550 14"),
    ("70020", "Elin Forsberg", _("Sales"), "elin.forsberg@norrgjut.example", "+46 26 555 01 20"),
    ("70020", "Oskar Lind", _("Quality"), "oskar.lind@norrgjut.example", "+46 26 555 01 31"),
    ("70030", "Uwe Kessler", _("Sales"), "kessler@dichtwerk.example", "+49 7141 555 60"),
    ("70040", "Priya Shah", _("Sales"), "priya.shah@pressfit.example", "+44 121 496 0148"),
    ("70080", "Dana Whitlock", _("Calibration"), "dana.whitlock@atlasgauge.example", "+1 317 555 0119"),
    ("10010", "Bernd Haas", _("Purchasing"), "haas@helmreich.example", "+49 7161 555 330"),
    ("10020", "Fiona Muir", _("Purchasing"), "fiona.muir@orrinmarine.example", "+44 141 496 0172"),
]

_MERLIN: list[tuple[str, str, str, str, str, str, str]] = [
    ("70010", "Steirische Ventilguss", "Ventilguss GmbH", "AT", "Gießereiweg 6", "8700", "Leoben"),
    ("70020", "Donau Druckluft", "Donau Druckluft KG", "AT", "Hafenstraße 12", "4020", "Linz"),
]


def partners(env: Env, companies: Ids) -> None:
    """Each company has partners of its own, with numbers that do not know of each other."""
    for code, rows in (("KH", _KESTREL), ("MP", _MERLIN)):
        ids = made(
            env, Party, ("code", "name", "legal_name", "country", "company_id"),
            [(number, name, legal, country, companies[code]) for number, name, legal, country, *_where in rows],
        )  # fmt: skip
        made(
            env, Address, ("party_id", "kind", "street", "postal_code", "city", "country"),
            [
                (ids[number], AddressKind.MAIN, street, postal_code, city, country)
                for number, _name, _legal, country, street, postal_code, city in rows
            ],
        )  # fmt: skip
        made(
            env, Contact, ("party_id", "name", "task", "email", "phone"),
            [
                (ids[number], name, str(task), email, phone)
                for number, name, task, email, phone in _CONTACTS if code == "KH"
            ],
        )  # fmt: skip
