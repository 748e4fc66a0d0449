"""The reconciliation as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from addons.bridge.rules.figure import Figure
from addons.bridge.rules.reconciliation import Difference
from addons.bridge.rules.words import FLOWS, STOPS
from core.formats.column import Column, ColumnType, Value
from core.formats.tabular_writer import csv_chunks

COLUMNS = (
    Column("flow", ColumnType.TEXT), Column("item", ColumnType.TEXT), Column("location", ColumnType.TEXT),
    Column("told", ColumnType.DECIMAL), Column("done", ColumnType.DECIMAL), Column("difference", ColumnType.DECIMAL),
    Column("unit", ColumnType.TEXT), Column("key", ColumnType.TEXT), Column("missing", ColumnType.TEXT),
    Column("stays", ColumnType.TEXT), Column("reason", ColumnType.TEXT),
)  # fmt: skip


def written(
    differences: Iterable[Difference], figures: Iterable[Figure], silence: Iterable[str] = ()
) -> Iterator[bytes]:
    """What the sides have not alike, why one was not heard, and every figure of this side, as lines of CSV."""
    return csv_chunks(COLUMNS, _rows(differences, figures, silence))


def _rows(
    differences: Iterable[Difference], figures: Iterable[Figure], silence: Iterable[str]
) -> Iterator[tuple[Value, ...]]:
    for reason in silence:
        yield ("", "", "", None, None, None, "", "", "", "", reason)
    for each in differences:
        yield _difference(each)
    for f in figures:
        yield (str(f.flow), f.what, f.where, f.told, f.done, f.difference, f.unit, "", "", "", "")


def _difference(each: Difference) -> tuple[Value, ...]:
    """Told is what the ERP has where goods go to the floor, and what the MES has where use comes from it."""
    told, done = (each.mes, each.erp) if each.is_told_by_mes else (each.erp, each.mes)
    amounts = [side.quantity if side is not None else None for side in (told, done)]
    difference = None if each.fact.quantity is None else (amounts[0] or 0) - (amounts[1] or 0)
    missing = "ERP" if each.erp is None else "MES" if each.mes is None else ""
    held = each.held
    return (
        str(FLOWS[each.flow]), each.fact.what, "", *amounts, difference, each.fact.unit or "", each.key, missing,
        str(STOPS[held.stop]) if held else "", held.reason or "" if held else "",
    )  # fmt: skip
