"""VAT as EN 16931 reckons it: lines, allowances and charges, summed by category and rate."""

from __future__ import annotations

_TAXED = frozenset({"S", "L", "M", "B"})


def is_taxed(category: str) -> bool:
    """Whether UNCL 5305 category `category` bears VAT at a rate."""
    return category in _TAXED
