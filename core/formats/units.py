"""Looking up trade's unit codes, and converting exactly between units of one dimension."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from difflib import get_close_matches
from fractions import Fraction

from core.errors import FormatError
from core.formats.unit_codes import UNITS, Dimension, Unit
from core.i18n import Text, _

__all__ = ["UNITS", "Dimension", "Unit", "convert", "convert_rounded", "unit"]

# What people and old systems write instead of the code.
_MISTAKEN = {
    "PCE": "H87",
    "PCS": "H87",
    "PC": "H87",
    "STK": "H87",
    "STÜCK": "H87",
    "NMB": "H87",
    "KG": "KGM",
    "G": "GRM",
    "T": "TNE",
    "M": "MTR",
    "MM": "MMT",
    "CM": "CMT",
    "KM": "KMT",
    "M2": "MTK",
    "M²": "MTK",
    "M3": "MTQ",
    "M³": "MTQ",
    "L": "LTR",
    "LT": "LTR",
    "ML": "MLT",
    "H": "HUR",
    "HR": "HUR",
    "D": "DAY",
    "BX": "XBX",
    "CT": "XCT",
    "PK": "XPK",
    "RO": "XRO",
}


def unit(code: str, *, line: int | None = None, path: str | None = None) -> Unit:
    """The unit of `code`; `line` and `path` say where a file used it."""
    found = UNITS.get(code)
    if found is None:
        raise FormatError(_unknown(code), line=line, path=path)
    return found


def convert(value: Decimal | Fraction | int, source: str, target: str) -> Fraction:
    """`value` of unit `source`, in unit `target`, exactly."""
    here, there = unit(source), unit(target)
    if here.code == there.code:
        return Fraction(value)
    if here.dimension is not there.dimension or here.dimension is Dimension.OWN:
        raise FormatError(
            _(
                "{given} cannot be converted to {wanted}: one is not a measure of the other. "
                "Enter on the item how many {wanted} one {given} holds, or use the item's own unit.",
                given=_shown(here),
                wanted=_shown(there),
            )
        )
    return (Fraction(value) * here.factor + here.offset - there.offset) / there.factor


def convert_rounded(value: Decimal | Fraction | int, source: str, target: str, places: int) -> Decimal:
    """`convert`, rounded half up (away from zero) to `places` decimals."""
    exact = convert(value, source, target)
    scaled = abs(exact) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    with localcontext() as context:
        context.prec = max(len(str(whole)), 1)
        context.rounding = ROUND_HALF_UP
        return Decimal(whole if exact >= 0 else -whole).scaleb(-places)


def _unknown(code: str) -> Text:
    if not code:
        return _(
            "A quantity has no unit code. Nothing was imported. Ask the sender for one, such as H87 (piece)."
        )
    near = _MISTAKEN.get(code.upper()) or next(iter(get_close_matches(code.upper(), UNITS, 1)), "H87")
    return _(
        "“{code}” is no known unit code of UN/ECE Recommendation 20 or 21. Nothing was imported. "
        "Did the sender mean {near}? Correct the file, or ask the sender to.",
        code=code[:20],
        near=_shown(UNITS[near]),
    )


def _shown(one: Unit) -> str:
    return f"{one.code} ({one.name})"
