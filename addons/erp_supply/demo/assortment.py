"""Who supplies what to the example, at which prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Offer:
    """What a supplier asks for an item, and how much is usually ordered at once."""

    price: Decimal
    usual: int
    supplier_code: str


@dataclass(frozen=True)
class Bought:
    """A supplier of the example."""

    currency: str
    term: str
    tax: str
    buyer: str
    lead_days: int
    #: How their order confirmations are numbered: `AB 5510`.
    reference: str
    #: Of how many orders one is theirs.
    weight: int
    offers: Mapping[str, Offer]


def _offers(*rows: tuple[str, str, int, str]) -> dict[str, Offer]:
    return {code: Offer(Decimal(price), usual, supplier_code) for code, price, usual, supplier_code in rows}


ASSORTMENT: dict[str, Bought] = {
    "Brandt Stahl": Bought(
        "EUR", "N30", "DE-19", "ruth", 28, "AB {number}", 18,
        _offers(("RB-060", "38.40", 240, "42CR-60"), ("FB-080", "21.70", 180, "S355-8040"),
                ("PL-012", "96.50", 60, "S355-B12")),
    ),
    "Norrgjut AB": Bought(
        "SEK", "N30", "RC", "maren", 31, "NG 77-{number:05}", 20,
        _offers(
            ("CS-160-RAW", "702.00", 80, "VB160-400"), ("CS-210-RAW", "948.00", 120, "VB210-400"),
            ("CS-310-RAW", "1290.00", 40, "VB310-400"), ("CS-640-RAW", "1480.00", 30, "MB640-500"),
            ("CS-1180-RAW", "1950.00", 60, "MB1180-500"), ("CS-012-RAW", "88.00", 150, "C12-250"),
            ("CS-045-RAW", "331.40", 200, "EP45-400"), ("CS-046-RAW", "336.25", 64, "EP46-400"),
        ),
    ),
    "Dichtwerk Seals": Bought(
        "EUR", "10D2", "DE-19", "tove", 30, "D-9{number:04}", 16,
        _offers(("OR-24265", "0.84", 800, "FKM-24265"), ("OR-32300", "0.42", 900, "NBR-323"),
                ("SK-210", "14.90", 90, "KIT-VB210"), ("SK-1180", "31.20", 40, "KIT-MB1180")),
    ),
    "Pressfit Fasteners": Bought(
        "EUR", "N30", "EX", "tove", 30, "PF {number}", 16,
        _offers(("SC-M8-40", "0.19", 4000, "912-M8X40"), ("SC-M10-60", "0.36", 2500, "912-M10X60"),
                ("PG-G14", "0.58", 1800, "908-G14"), ("PG-G38", "0.77", 1500, "908-G38")),
    ),
    "Ferro Cutting Fluids": Bought(
        "EUR", "N14", "RC", "ruth", 34, "F-{number}", 8, _offers(("CF-500", "4.13", 500, "FF-500K")),
    ),
    "Lunde Tooling": Bought(
        "EUR", "N30", "EX", "maren", 30, "L {number}", 10,
        _offers(("EM-12", "64.50", 40, "VHM-12"), ("IN-CNMG", "6.85", 300, "CNMG-MP"), ("SP-24", "42.60", 80, "SP24H")),
    ),
    "Zinktek Plating": Bought(
        "EUR", "N14", "RC", "ruth", 20, "ZP-{number}", 6, _offers(("SV-PLATE", "3.24", 600, "ZNNI")),
    ),
    "Atlas Gauge": Bought(
        "USD", "N60", "EX", "tove", 35, "40-{number:04}", 3,
        _offers(("SV-CALIB", "412.00", 8, "CAL"), ("SO-24V", "58.30", 6, "SOL-24")),
    ),
    "Nordfrakt": Bought(
        "EUR", "N14", "RC", "tove", 8, "NF {number}", 3, _offers(("SV-FREIGHT", "1280.00", 1, "LTL")),
    ),
}  # fmt: skip
