"""What every site begins with: currencies, units and tax categories, in the site's language."""

from __future__ import annotations

from babel.numbers import get_currency_name, get_currency_symbol, get_territory_currencies

from core import clock, i18n
from core.base import seeding
from core.base.models.money import Currency, TaxCategory
from core.base.models.standard import countries
from core.base.models.unit import Unit
from core.base.settings import Level, setting, value
from core.formats.unit_codes import UNITS, Dimension
from core.i18n import Text, _
from core.orm.env import Env

ADDON = "base"

language = setting(
    "base.language",
    _("Language of shipped data"),
    i18n.SOURCE_LANGUAGE,
    levels=(Level.SITE,),
    help=_("The names of currencies, units and tax categories; taken over at the next upgrade."),
)

# ISO 4217, table A.1: every other currency has 2 decimal places. Babel's figures are those of daily use instead.
_EXPONENTS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_USUAL_CURRENCIES = "CHF CNY CZK DKK EUR GBP HUF JPY NOK PLN SEK USD"
_USUAL_UNITS = "C62 H87 PR SET KGM GRM TNE MTR MMT CMT MTK MTQ LTR MLT HUR MIN SEC DAY KWH XBX XPX XCT LS"

#: UNCL 5305 as EN 16931 uses it: name, and the reason that an invoice gives where no VAT is charged.
_TAX_CATEGORIES: dict[str, tuple[Text, Text | None]] = {
    "S": (_("Standard rate"), None),
    "Z": (_("Zero rated goods"), None),
    "E": (_("Exempt from tax"), _("Exempt from VAT.")),
    "AE": (_("Reverse charge"), _("Reverse charge: the recipient owes the VAT.")),
    "K": (_("Supply within the Community"), _("VAT-exempt supply within the European Community.")),
    "G": (_("Export"), _("VAT-exempt export outside the European Union.")),
    "O": (_("Outside the scope of tax"), _("Not subject to VAT.")),
    "L": (_("Canary Islands, general indirect tax"), None),
    "M": (_("Ceuta and Melilla, tax on production, services and import"), None),
    "B": (_("Transferred VAT in Italy"), None),
}


def seed(env: Env) -> None:
    """Ship what is new, bring up to date what nobody edited."""
    with i18n.speaking(value(env, language)):
        seeding.ship(env, ADDON, Currency, _currencies())
        seeding.ship(env, ADDON, Unit, _units())
        seeding.ship(env, ADDON, TaxCategory, _tax_categories())


def _currencies() -> dict[str, seeding.Row]:
    """Every currency that is legal tender somewhere today (ISO 4217, by CLDR's dates)."""
    today = clock.today()
    codes = {
        code for country in countries()
        for code in get_territory_currencies(country, today, today, tender=True)
    }  # fmt: skip
    return {
        code: {
            "code": code,
            "name": get_currency_name(code, locale=i18n.locale()),
            "symbol": get_currency_symbol(code, locale=i18n.locale()),
            "exponent": _exponent(code),
            "active": code in _USUAL_CURRENCIES.split(),
        }
        for code in sorted(codes)
    }


def _exponent(code: str) -> int:
    return next((exponent for exponent, codes in _EXPONENTS.items() if code in codes.split()), 2)


def _units() -> dict[str, seeding.Row]:
    usual = _USUAL_UNITS.split()
    return {
        unit.code: {
            "code": unit.code,
            "symbol": unit.symbol or str(unit.name),
            "name": str(unit.name),
            "dimension": unit.dimension.value,
            "decimals": 0 if unit.dimension is Dimension.COUNT else 3,
            "active": unit.code in usual,
        }
        for unit in UNITS.values()
    }


def _tax_categories() -> dict[str, seeding.Row]:
    return {
        code: {"code": code, "name": str(name), "exemption": str(reason) if reason else None}
        for code, (name, reason) in _TAX_CATEGORIES.items()
    }
