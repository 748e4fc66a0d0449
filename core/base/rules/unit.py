"""Quantities in other units, exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from core.base.rules.money import PRECISION
from core.errors import UserError
from core.formats.units import UNITS
from core.formats.units import Dimension as Measured
from core.i18n import _


@dataclass(frozen=True, slots=True)
class Measure:
    """What a unit measures: a value in it is `value * factor + offset` in the dimension's SI unit, or pieces."""

    code: str
    dimension: str
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)


def measure(code: str, dimension: str = "", factor: Decimal | None = None) -> Measure:
    """The measure of a unit: a code of UN/ECE Recommendation 20 or 21 is known, one of your own has a factor."""
    listed = UNITS.get(code)
    if listed is not None:
        return Measure(code, str(listed.dimension), listed.factor, listed.offset)
    if factor is None:
        return Measure(code, str(Measured.OWN))
    return Measure(code, dimension, Fraction(factor))


def are_convertible(source: Measure, target: Measure) -> bool:
    """Whether one fixed rule turns every value of `source` into one of `target`."""
    same = source.dimension == target.dimension and source.dimension != str(Measured.OWN)
    return source.code == target.code or same


def converted(quantity: Decimal, source: Measure, target: Measure) -> Fraction:
    """`quantity` of `source` in `target`, exactly; raises UserError when neither measures the other."""
    if not are_convertible(source, target):
        raise UserError(
            _(
                "{given} cannot be converted to {wanted}: they do not measure the same. Use one of the two.",
                given=source.code,
                wanted=target.code,
            )
        )
    if source.code == target.code:
        return Fraction(quantity)
    return (Fraction(quantity) * source.factor + source.offset - target.offset) / target.factor


def converted_rounded(quantity: Decimal, source: Measure, target: Measure, places: int) -> Decimal:
    """`converted`, rounded half up to `places` decimals."""
    exact = converted(quantity, source, target)
    with localcontext() as context:
        context.prec = PRECISION
        value = Decimal(exact.numerator) / Decimal(exact.denominator)
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def price_in(price: Decimal, source: Measure, target: Measure, places: int = 6) -> Decimal:
    """What one `target` costs when one `source` costs `price`."""
    one = converted(Decimal(1), target, source) - converted(Decimal(0), target, source)
    with localcontext() as context:
        context.prec = PRECISION
        value = price * Decimal(one.numerator) / Decimal(one.denominator)
        return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
