"""Companies, money, sites, equipment, storage locations and calendars of the demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from holidays import country_holidays

from core import clock, i18n
from core.base.demo.record import Ids, by_code, made
from core.base.models.calendar import Calendar, CalendarException, Shift, Weekday
from core.base.models.company import Company, Site
from core.base.models.money import Currency, PaymentTerm, Rate, Tax, TaxCategory
from core.base.models.place import (
    AssetKind,
    EquipmentLevel,
    LocationKind,
    PhysicalAsset,
    StorageLocation,
    WorkCenter,
)
from core.i18n import Text, _

if TYPE_CHECKING:
    from core.orm.env import Env

ZONE = "Europe/Berlin"
_WORKDAYS = list(Weekday)[:5]
_WEEKS = 52

_EARLY = (_("Early shift"), "06:00", "14:00", 30)
_LATE = (_("Late shift"), "14:00", "22:00", 30)
_NIGHT = (_("Night shift"), "22:00", "06:00", 30)
_SHIFTS: dict[str, tuple[Text, list[tuple[Text, str, str, int]]]] = {
    "DAY": (_("Day shift"), [(_("Day shift"), "07:30", "16:15", 45)]),
    "2S": (_("Two shifts"), [_EARLY, _LATE]),
    "3S": (_("Three shifts"), [_EARLY, _LATE, _NIGHT]),
}

_AREA, _CENTER, _UNIT = EquipmentLevel.AREA, EquipmentLevel.WORK_CENTER, EquipmentLevel.WORK_UNIT
#: Code, name, level, what it is part of, calendar.
_EQUIPMENT: list[tuple[str, Text, EquipmentLevel, str, str]] = [
    ("MACH", _("Sawing and milling"), _AREA, "", "2S"),
    ("FIN", _("Finishing and assembly"), _AREA, "", "2S"),
    ("QUAL", _("Inspection"), _AREA, "", "DAY"),
    ("SAW", _("Sawing"), _CENTER, "MACH", ""),
    ("MILL", _("Milling"), _CENTER, "MACH", ""),
    ("HONE", _("Honing and washing"), _CENTER, "FIN", ""),
    ("ASM", _("Assembly"), _CENTER, "FIN", ""),
    ("MEAS", _("Measuring"), _CENTER, "QUAL", ""),
    ("S-01", _("Band saw"), _UNIT, "SAW", ""),
    ("M-401", _("Pallet cell"), _UNIT, "MILL", "3S"),
    ("M-402", _("Horizontal mill"), _UNIT, "MILL", ""),
    ("M-403", _("Horizontal mill"), _UNIT, "MILL", ""),
    ("M-404", _("Vertical mill"), _UNIT, "MILL", ""),
    ("H-01", _("Honing machine"), _UNIT, "HONE", ""),
    ("W-01", _("Washing machine"), _UNIT, "HONE", ""),
    ("A-01", _("Assembly line 1"), _UNIT, "ASM", ""),
    ("A-02", _("Assembly line 2"), _UNIT, "ASM", ""),
    ("CMM-1", _("Coordinate measuring machine"), _UNIT, "MEAS", ""),
    ("BENCH", _("Inspection bench"), _UNIT, "MEAS", ""),
]

#: Code, name, kind, maker, type, serial number, the role that it fills.
_ASSETS: list[tuple[str, Text, AssetKind, str, str, str, str]] = [
    ("AS-0101", _("Band saw"), AssetKind.MACHINE, "Halden Sägen", "BS 420", "420-1187", "S-01"),
    ("AS-0401", _("Pallet cell"), AssetKind.MACHINE, "Orrmetall", "PZ 800", "PZ8-0042", "M-401"),
    ("AS-0402", _("Horizontal mill"), AssetKind.MACHINE, "Orrmetall", "H 630", "H63-0311", "M-402"),
    ("AS-0403", _("Horizontal mill"), AssetKind.MACHINE, "Orrmetall", "H 630", "H63-0312", "M-403"),
    ("AS-0404", _("Vertical mill"), AssetKind.MACHINE, "Orrmetall", "V 500", "V50-0107", "M-404"),
    ("AS-0501", _("Honing machine"), AssetKind.MACHINE, "Tessen", "HM 2", "2-884", "H-01"),
    ("AS-0502", _("Washing machine"), AssetKind.MACHINE, "Klarwerk", "KW 90", "90-2203", "W-01"),
    (
        "AS-0601",
        _("Coordinate measuring machine"),
        AssetKind.MACHINE,
        "Atlas Gauge",
        "C 7",
        "C7-0019",
        "CMM-1",
    ),
    ("G-17", _("Bore gauge 24 mm"), AssetKind.GAUGE, "Atlas Gauge", "BG 24", "24-5517", "M-402"),
    ("G-18", _("Bore gauge 32 mm"), AssetKind.GAUGE, "Atlas Gauge", "BG 32", "32-5518", "BENCH"),
    ("FX-210", _("Fixture of the VB family"), AssetKind.FIXTURE, "Kestrel", "VB", "FX-210-1", "M-402"),
    ("FX-1180", _("Fixture of the MB family"), AssetKind.FIXTURE, "Kestrel", "MB", "FX-1180-1", "M-403"),
    ("FL-1", _("Forklift"), AssetKind.VEHICLE, "Stapel & Co", "E 16", "E16-7741", ""),
]

_IN = LocationKind.INTERNAL
#: Code, name, kind, what it is part of.
_LOCATIONS: list[tuple[str, Text, LocationKind, str]] = [
    ("ALDEN", _("Alden plant"), _IN, ""),
    ("IN-A", _("Goods in A"), _IN, "ALDEN"),
    ("HOLD", _("Quarantine"), _IN, "ALDEN"),
    ("A", _("Raw material store"), _IN, "ALDEN"),
    *((f"A-{number:02}", _("Raw material, bay {number}", number=number), _IN, "A") for number in range(1, 7)),
    ("B", _("Finished goods store"), _IN, "ALDEN"),
    *(
        (f"B-{number:02}", _("Finished goods, bay {number}", number=number), _IN, "B")
        for number in range(1, 5)
    ),
    ("LINE", _("Line side"), _IN, "ALDEN"),
    ("SUPPLIERS", _("Suppliers"), LocationKind.SUPPLIER, ""),
    ("CUSTOMERS", _("Customers"), LocationKind.CUSTOMER, ""),
    ("PRODUCTION", _("Production"), LocationKind.PRODUCTION, ""),
    ("SCRAP", _("Scrap and count differences"), LocationKind.LOSS, ""),
    ("TRANSIT", _("On the way"), LocationKind.TRANSIT, ""),
]

#: What one euro buys, around which the rates of a year lie.
_RATES = {"SEK": Decimal("10.9450"), "USD": Decimal("1.0842"), "GBP": Decimal("0.8410"), "CHF": Decimal("0.9385"),
          "NOK": Decimal("11.6220"), "PLN": Decimal("4.2115"), "JPY": Decimal("163.25")}  # fmt: skip


def companies(env: Env) -> Ids:
    """Kestrel at Alden, and Merlin, which may see nothing of it."""
    euro = by_code(env, Currency)["EUR"]
    return made(
        env, Company, ("code", "name", "currency_id", "country", "vat_id", "locale", "zone"),
        [
            ("KH", "Kestrel Hydraulics", euro, "DE", "DE123456788", i18n.locale(), ZONE),
            ("MP", "Merlin Pneumatics", euro, "AT", "ATU12345675", i18n.locale(), "Europe/Vienna"),
        ],
    )  # fmt: skip


def money(env: Env, companies: Ids) -> None:
    """Payment terms and taxes that the companies share, and a year of exchange rates of each."""
    made(
        env, PaymentTerm,
        ("code", "name", "net_days", "discount_days", "discount_percent", "month_end", "company_id"),
        [
            ("N14", str(_("14 days net")), 14, 0, Decimal(0), False, None),
            ("N30", str(_("30 days net")), 30, 0, Decimal(0), False, None),
            ("N60", str(_("60 days net")), 60, 0, Decimal(0), False, None),
            ("10D2", str(_("2 % within 10 days, 30 days net")), 30, 10, Decimal(2), False, None),
            ("EOM30", str(_("30 days from month end")), 30, 0, Decimal(0), True, None),
        ],
    )  # fmt: skip
    category = by_code(env, TaxCategory)
    made(
        env, Tax, ("code", "name", "category_id", "percent", "country", "company_id"),
        [
            ("DE-19", str(_("VAT 19 %")), category["S"], Decimal(19), "DE", None),
            ("DE-7", str(_("VAT 7 %")), category["S"], Decimal(7), "DE", None),
            ("AT-20", str(_("VAT 20 %")), category["S"], Decimal(20), "AT", None),
            ("RC", str(_("VAT 0 %, reverse charge")), category["AE"], Decimal(0), None, None),
            ("IC", str(_("VAT 0 %, within the Community")), category["K"], Decimal(0), None, None),
            ("EX", str(_("VAT 0 %, export")), category["G"], Decimal(0), None, None),
            ("EXEMPT", str(_("Exempt from VAT")), category["E"], Decimal(0), None, None),
        ],
    )  # fmt: skip
    for company in companies.values():
        made(env, Rate, ("currency_id", "valid_from", "rate", "company_id"), _year_of_rates(env, company))


def places(env: Env, companies: Ids) -> None:
    """Calendars, sites, equipment and storage locations."""
    kestrel, merlin = companies["KH"], companies["MP"]
    calendars = _calendars(env)
    sites = made(
        env, Site, ("code", "name", "street", "postal_code", "city", "country", "calendar_id", "company_id"),
        [
            ("ALDEN", str(_("Alden plant")), "Hammerweg 4", "57223", "Alden", "DE", calendars["2S"], kestrel),
            ("GRAZ", str(_("Graz plant")), "Puchstraße 90", "8020", "Graz", "AT", calendars["DAY"], merlin),
        ],
    )  # fmt: skip
    _equipment(env, kestrel, sites["ALDEN"], calendars)
    _locations(env, kestrel, sites["ALDEN"])
    made(
        env, StorageLocation, ("code", "name", "kind", "site_id", "company_id"),
        [("GRAZ", str(_("Graz plant")), _IN, sites["GRAZ"], merlin),
         ("SUPPLIERS", str(_("Suppliers")), LocationKind.SUPPLIER, None, merlin)],
    )  # fmt: skip


def _year_of_rates(env: Env, company: int) -> Iterator[tuple[int, date, Decimal, int]]:
    """One rate a week, within 1.5 % of the middle, up and down in 13 weeks."""
    currencies, today = by_code(env, Currency), clock.today()
    for code, middle in _RATES.items():
        for week in range(_WEEKS + 1):
            swing = Decimal(abs((week + len(code) * ord(code[0])) % 13 - 6) - 3) / 200
            rate = (middle * (1 + swing)).quantize(Decimal("0.0001"))
            yield currencies[code], today - timedelta(weeks=week), rate, company


def _calendars(env: Env) -> Ids:
    calendars = made(
        env, Calendar, ("code", "name", "zone", "company_id"),
        [(code, str(name), ZONE, None) for code, (name, _shifts) in _SHIFTS.items()],
    )  # fmt: skip
    made(
        env, Shift, ("calendar_id", "weekday", "name", "starts", "ends", "break_minutes"),
        [
            (calendars[code], weekday, str(name), starts, ends, pause)
            for code, (_name, shifts) in _SHIFTS.items() for weekday in _WORKDAYS
            for name, starts, ends, pause in shifts
        ],
    )  # fmt: skip
    year = clock.today().year
    free = country_holidays("DE", subdiv="NW", years=[year - 1, year, year + 1], language=_holiday_language())
    made(
        env, CalendarException, ("calendar_id", "day", "name"),
        [(calendar, day, name) for calendar in calendars.values() for day, name in sorted(free.items())],
    )  # fmt: skip
    return calendars


def _holiday_language() -> str:
    return "de" if i18n.language() == "de" else "en_US"


def _equipment(env: Env, company: int, site: int, calendars: Ids) -> None:
    made_ids: dict[str, int] = {}
    for level in EquipmentLevel:
        made_ids |= made(
            env, WorkCenter, ("code", "name", "level", "parent_id", "site_id", "calendar_id", "company_id"),
            [
                (code, str(name), level, made_ids.get(parent), site, calendars.get(calendar), company)
                for code, name, at, parent, calendar in _EQUIPMENT if at is level
            ],
        )  # fmt: skip
    made(
        env, PhysicalAsset,
        ("code", "name", "kind", "maker", "type_name", "serial_number", "work_center_id", "company_id"),
        [(code, str(name), kind, maker, type_name, serial, made_ids.get(role), company)
         for code, name, kind, maker, type_name, serial, role in _ASSETS],
    )  # fmt: skip


def _locations(env: Env, company: int, site: int) -> None:
    """Each after what it is part of."""
    ids: dict[str, int] = {}
    while left := [row for row in _LOCATIONS if row[0] not in ids and (not row[3] or row[3] in ids)]:
        ids |= made(
            env, StorageLocation, ("code", "name", "kind", "parent_id", "site_id", "company_id"),
            [
                (code, str(name), kind, ids.get(parent), site if kind is _IN else None, company)
                for code, name, kind, parent in left
            ],
        )  # fmt: skip
