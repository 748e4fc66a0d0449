"""The reconciliation as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from addons.bridge.rules.figure import Figure
from core.formats.column import Column, ColumnType
from core.formats.tabular_writer import csv_chunks

COLUMNS = (
    Column("flow", ColumnType.TEXT), Column("item", ColumnType.TEXT), Column("location", ColumnType.TEXT),
    Column("told", ColumnType.DECIMAL), Column("done", ColumnType.DECIMAL), Column("difference", ColumnType.DECIMAL),
    Column("unit", ColumnType.TEXT),
)  # fmt: skip


def written(figures: Iterable[Figure]) -> Iterator[bytes]:
    """Every figure as a line of CSV."""
    return csv_chunks(
        COLUMNS,
        ((str(f.flow), f.what, f.where, f.told, f.done, f.difference, f.unit) for f in figures),
    )
