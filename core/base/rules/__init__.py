"""What follows from the nouns: pure functions, free of database and environment. Addons call them from here."""

from core.base.rules.effectivity import Effective, effective, is_effective, latest, overlap
from core.base.rules.money import Halves, in_company_currency, in_foreign_currency, rounded, shared_out
from core.base.rules.tax import (
    Extra,
    TaxedAmount,
    TaxRate,
    TaxRounding,
    TaxShare,
    Totals,
    is_taxed,
    line_amount,
    net_of,
    totals,
)
from core.base.rules.term import Term
from core.base.rules.unit import Measure, are_convertible, converted, converted_rounded, measure, price_in

__all__ = [
    "Effective",
    "Extra",
    "Halves",
    "Measure",
    "TaxRate",
    "TaxRounding",
    "TaxShare",
    "TaxedAmount",
    "Term",
    "Totals",
    "are_convertible",
    "converted",
    "converted_rounded",
    "effective",
    "in_company_currency",
    "in_foreign_currency",
    "is_effective",
    "is_taxed",
    "latest",
    "line_amount",
    "measure",
    "net_of",
    "overlap",
    "price_in",
    "rounded",
    "shared_out",
    "totals",
]
