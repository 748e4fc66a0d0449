"""Items of the demonstration, and how its products are made."""
# ruff: noqa: RUF001 -- dimensions are written with a multiplication sign

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from core.base.demo.record import Ids, by_code, made
from core.base.models.item import Item, ItemType, Tracking
from core.base.models.person import Qualification
from core.base.models.place import WorkCenter
from core.base.models.product import Bom, BomLine, Operation, Routing
from core.base.models.unit import Unit
from core.i18n import Text, _

if TYPE_CHECKING:
    from core.orm.env import Env

_MATERIAL, _COMPONENT, _PRODUCT = ItemType.MATERIAL, ItemType.COMPONENT, ItemType.PRODUCT
_CONSUMABLE, _SERVICE = ItemType.CONSUMABLE, ItemType.SERVICE
_NONE, _LOT, _SERIAL = Tracking.NONE, Tracking.LOT, Tracking.SERIAL

#: Code, name, type, unit, tracking, revision.
_ITEMS: list[tuple[str, Text, ItemType, str, Tracking, str | None]] = [
    ("CS-160-RAW", _("Casting VB-160, EN-GJS-400-15"), _MATERIAL, "H87", _LOT, "B"),
    ("CS-210-RAW", _("Casting VB-210, EN-GJS-400-15"), _MATERIAL, "H87", _LOT, "C"),
    ("CS-310-RAW", _("Casting VB-310, EN-GJS-400-15"), _MATERIAL, "H87", _LOT, "A"),
    ("CS-640-RAW", _("Casting MB-640, EN-GJS-500-7"), _MATERIAL, "H87", _LOT, "A"),
    ("CS-1180-RAW", _("Casting MB-1180, EN-GJS-500-7"), _MATERIAL, "H87", _LOT, "D"),
    ("CS-012-RAW", _("Casting cover C-12, EN-GJL-250"), _MATERIAL, "H87", _LOT, "A"),
    ("CS-045-RAW", _("End plate 45, EN-GJS-400-15"), _MATERIAL, "H87", _LOT, "B"),
    ("CS-046-RAW", _("End plate 46, EN-GJS-400-15"), _MATERIAL, "H87", _LOT, "B"),
    ("RB-060", _("Round bar 42CrMo4, 60 mm"), _MATERIAL, "MTR", _LOT, None),
    ("FB-080", _("Flat bar S355, 80 × 40 mm"), _MATERIAL, "MTR", _LOT, None),
    ("PL-012", _("Plate S355, 12 mm"), _MATERIAL, "MTK", _LOT, None),
    ("OR-24265", _("O-ring 24 × 2.65, FKM"), _COMPONENT, "H87", _LOT, None),
    ("OR-32300", _("O-ring 32 × 3, NBR"), _COMPONENT, "H87", _LOT, None),
    ("SK-210", _("Seal kit VB-210"), _COMPONENT, "H87", _LOT, "A"),
    ("SK-1180", _("Seal kit MB-1180"), _COMPONENT, "H87", _LOT, "B"),
    ("SC-M8-40", _("Socket screw M8 × 40, 12.9"), _COMPONENT, "H87", _NONE, None),
    ("SC-M10-60", _("Socket screw M10 × 60, 12.9"), _COMPONENT, "H87", _NONE, None),
    ("PG-G14", _("Plug G 1/4"), _COMPONENT, "H87", _NONE, None),
    ("PG-G38", _("Plug G 3/8"), _COMPONENT, "H87", _NONE, None),
    ("SP-24", _("Spool 24 mm, hardened"), _COMPONENT, "H87", _LOT, "C"),
    ("SO-24V", _("Solenoid 24 V"), _COMPONENT, "H87", _SERIAL, "A"),
    ("CF-500", _("Cutting fluid, concentrate"), _CONSUMABLE, "LTR", _NONE, None),
    ("EM-12", _("End mill 12 mm, carbide"), _CONSUMABLE, "H87", _NONE, None),
    ("IN-CNMG", _("Insert CNMG 120408"), _CONSUMABLE, "H87", _NONE, None),
    ("SV-PLATE", _("Zinc-nickel plating"), _SERVICE, "KGM", _NONE, None),
    ("SV-CALIB", _("Calibration of gauges"), _SERVICE, "H87", _NONE, None),
    ("SV-FREIGHT", _("Freight"), _SERVICE, "H87", _NONE, None),
    ("VB-160", _("Valve block VB-160"), _PRODUCT, "H87", _LOT, "B"),
    ("VB-210", _("Valve block VB-210, 6 port"), _PRODUCT, "H87", _LOT, "C"),
    ("VB-310", _("Valve block VB-310, 8 port"), _PRODUCT, "H87", _LOT, "A"),
    ("MB-640", _("Manifold MB-640"), _PRODUCT, "H87", _LOT, "A"),
    ("MB-1180", _("Manifold MB-1180"), _PRODUCT, "H87", _SERIAL, "D"),
    ("C-12", _("Cover C-12"), _PRODUCT, "H87", _LOT, "A"),
    ("EP-45", _("End plate 45"), _PRODUCT, "H87", _LOT, "B"),
    ("EP-46", _("End plate 46"), _PRODUCT, "H87", _LOT, "B"),
]

#: What goes into one product: item and number of pieces.
_BOMS: dict[str, list[tuple[str, int]]] = {
    "VB-160": [("CS-160-RAW", 1), ("OR-24265", 4), ("PG-G14", 6), ("SC-M8-40", 4), ("SP-24", 1), ("SO-24V", 1)],
    "VB-210": [("CS-210-RAW", 1), ("SK-210", 1), ("PG-G14", 8), ("SC-M8-40", 8), ("SP-24", 2), ("SO-24V", 2)],
    "VB-310": [("CS-310-RAW", 1), ("SK-210", 2), ("PG-G38", 8), ("SC-M10-60", 8), ("SP-24", 3), ("SO-24V", 3)],
    "MB-640": [("CS-640-RAW", 1), ("OR-32300", 6), ("PG-G38", 10)],
    "MB-1180": [("CS-1180-RAW", 1), ("SK-1180", 1), ("PG-G38", 14), ("SC-M10-60", 12)],
    "C-12": [("CS-012-RAW", 1), ("OR-32300", 1)],
    "EP-45": [("CS-045-RAW", 1), ("SC-M8-40", 4)],
    "EP-46": [("CS-046-RAW", 1), ("SC-M8-40", 4)],
}  # fmt: skip

#: Name, where, set-up and cycle in seconds, what the operator has to have learnt.
_OPERATIONS: list[tuple[Text, str, int, int, str]] = [
    (_("Mill face A"), "M-402", 5400, 360, "MILLING"),
    (_("Mill face B and bores"), "M-402", 3600, 180, "MILLING"),
    (_("Hone bores"), "H-01", 1200, 95, ""),
    (_("Wash"), "W-01", 300, 40, ""),
    (_("Assemble and test under pressure"), "A-02", 900, 420, "PRESSURE"),
]

#: Items of the second company, with a code that the first one has too.
_OF_MERLIN: list[tuple[str, Text, str]] = [
    ("VB-210", _("Vacuum block 210"), "H87"),
    ("AV-10", _("Air valve 10 mm"), "H87"),
    ("PT-06", _("Polyamide tube 6 mm"), "MTR"),
]


def items(env: Env, companies: Ids) -> None:
    """Kestrel's and Merlin's items."""
    units = by_code(env, Unit)
    names = ("code", "name", "type", "unit_id", "tracking", "revision", "company_id")
    made(
        env, Item, names,
        [
            (code, str(name), kind, units[unit], tracking, revision, companies["KH"])
            for code, name, kind, unit, tracking, revision in _ITEMS
        ],
    )  # fmt: skip
    made(
        env, Item, names,
        [(code, str(name), _PRODUCT, units[unit], _NONE, None, companies["MP"]) for code, name, unit in _OF_MERLIN],
    )  # fmt: skip


def products(env: Env, companies: Ids) -> None:
    """Bills of materials and routings of what Kestrel makes."""
    company, pieces = companies["KH"], by_code(env, Unit)["H87"]
    ids = _items_of(env, company)
    boms = made(
        env, Bom, ("code", "item_id", "quantity", "company_id"),
        [(code, ids[code], Decimal(1), company) for code in _BOMS],
    )  # fmt: skip
    made(
        env, BomLine, ("bom_id", "position", "item_id", "quantity", "unit_id", "scrap_percent"),
        [
            (boms[code], 10 * at, ids[item], Decimal(number), pieces, Decimal(2 if at == 1 else 0))
            for code, lines in _BOMS.items() for at, (item, number) in enumerate(lines, 1)
        ],
    )  # fmt: skip
    routings = made(
        env, Routing, ("code", "item_id", "company_id"), [(code, ids[code], company) for code in _BOMS]
    )
    _operations(env, routings)


def _operations(env: Env, routings: Ids) -> None:
    places, qualifications = by_code(env, WorkCenter), by_code(env, Qualification)
    made(
        env, Operation,
        ("routing_id", "position", "name", "work_center_id", "setup_seconds", "cycle_seconds", "qualification_id"),
        [
            (routing, 10 * at, str(name), places[place], Decimal(setup), Decimal(cycle), qualifications.get(needed))
            for routing in routings.values()
            for at, (name, place, setup, cycle, needed) in enumerate(_OPERATIONS, 1)
        ],
    )  # fmt: skip


def _items_of(env: Env, company: int) -> Ids:
    return {item.code: item.id for item in env.session.query(Item).filter(Item.company_id == company)}
