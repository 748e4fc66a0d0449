"""An invoice line as a purchase line, and codes for what a supplier names but we do not know yet."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from core.base import rules
from core.formats.en16931 import ZERO, Invoice, Line

#: Places of a Price.
PRICE = Decimal("0.000001")
#: A code has at most 64 characters; this leaves room for a number behind it.
CODE_LENGTH = 56
#: Units in which nothing is stocked: those of time, a lump sum, a service unit, an activity.
_SERVICE_UNITS = frozenset({"LS", "E48", "ACT"})


@dataclass(frozen=True, slots=True)
class LineValues:
    """What makes the line amount of a purchase line, the very amount that the invoice states."""

    quantity: Decimal
    price: Decimal
    price_quantity: Decimal
    adjustment: Decimal


def line_values(line: Line, exponent: int = 2) -> LineValues:
    """The values that come to the stated net amount.

    A line with a negative quantity takes something back: it becomes a positive quantity at a negative price, since
    nothing is delivered with it. What the sender rounded otherwise than we do goes into the adjustment.
    """
    sign = -1 if line.quantity < 0 else 1
    price = line.price.amount if line.price is not None else ZERO
    base = (line.price.base_quantity if line.price is not None else None) or Decimal(1)
    quantity, price = abs(line.quantity), (sign * price).quantize(PRICE, ROUND_HALF_UP)
    computed = rules.line_amount(quantity, price, base_quantity=base, exponent=exponent)
    return LineValues(quantity, price, base, line.net - computed)


def fingerprint(invoice: Invoice) -> str:
    """What the invoice says, in 16 characters: the same however the file is laid out and whatever is attached."""
    said = replace(invoice, attachments=(), lines=tuple(_unplaced(line) for line in invoice.lines))
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def _unplaced(line: Line) -> Line:
    return replace(line, source_line=None, lines=tuple(_unplaced(each) for each in line.lines))


def is_service(unit_code: str, dimension: str) -> bool:
    """Whether what is counted in this unit cannot be put on a shelf."""
    return dimension == "time" or unit_code in _SERVICE_UNITS


def code_for(name: str, taken: Collection[str]) -> str:
    """A readable code for `name` that is not `taken` yet: `Bökman & Söhne` becomes BOKMAN-SOHNE."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^A-Z0-9.]+", "-", plain.upper()).strip("-.")[:CODE_LENGTH].strip("-.") or "X"
    number, code = 1, stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code
