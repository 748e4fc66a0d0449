"""How both sides describe what they have, so that equal things are equal texts."""

from __future__ import annotations

from addons.bridge.messages.noun import one_line

_BETWEEN = " · "


def item_said(name: str, kind: object, unit: str, tracking: object, revision: str | None) -> str:
    """An item, without its code."""
    return _said(name, kind, unit, tracking, revision)


def place_said(name: str, level: object, site: str, parent: str | None) -> str:
    """A work centre, without its code."""
    return _said(name, level, site, parent)


def delivered(item: str, lot: str | None, location: str) -> str:
    """What came with a line of a receipt, and where it lies."""
    return _said(item, lot, location)


def used(item: str, lot: str | None) -> str:
    """What was used."""
    return _said(item, lot)


def line_key(document: str, line: int) -> str:
    """A line of a receipt, or of a message."""
    return f"{document}/{line}"


def _said(*parts: object) -> str:
    return one_line(_BETWEEN.join(str(part) for part in parts if part))
