"""How large a workbook's sheets are, told before a reader lays them out in memory.

A workbook of one kilobyte can name a cell in the last row and column, and readers lay out the whole
rectangle up to it; so the rectangle is measured from the file first.
"""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO
from xml.parsers import expat

from core.errors import FormatError
from core.formats.archive import DAMAGES
from core.i18n import _

MAX_CELLS = 20_000_000
_CHUNK = 1024 * 1024
_OVERLAP = 64
_CELL = re.compile(rb"\br\s*=\s*[\"']\$?([A-Za-z]{1,3})\$?([0-9]{1,7})[\"']")
_MANIFEST = "META-INF/manifest.xml"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"


def check_extent(source: BinaryIO, name: str) -> None:
    """Refuse a workbook (XLSX or ODS) with a password or a sheet of more than `MAX_CELLS` cells."""
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            _check_encryption(archive, name)
            for entry in archive.namelist():
                if entry == "content.xml":
                    cells = _ods_cells(archive, entry)
                elif entry.startswith("xl/worksheets/"):
                    cells = _xlsx_cells(archive, entry)
                else:
                    continue
                if cells > MAX_CELLS:
                    raise FormatError(
                        _(
                            "{name} has a sheet of {cells} cells; {limit} is the limit. "
                            "Delete what lies far outside the table, and save it again.",
                            name=name,
                            cells=f"{cells:,}",
                            limit=f"{MAX_CELLS:,}",
                        ),
                        path=name,
                    )
    except (*DAMAGES, expat.ExpatError, LookupError) as error:
        raise FormatError(
            _("{name} is damaged and cannot be read. Save it again as .xlsx.", name=name), path=name
        ) from error
    finally:
        source.seek(0)


def _check_encryption(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse an ODS file with a password; an XLSX file with one is no archive at all."""
    if _MANIFEST in archive.namelist() and b"encryption-data" in archive.read(_MANIFEST):
        raise FormatError(
            _("{name} is protected by a password. Save it without one, and try again.", name=name), path=name
        )


def _xlsx_cells(archive: zipfile.ZipFile, entry: str) -> int:
    """The rectangle from the first cell to the furthest row and column named."""
    rows = columns = 0
    rest = b""
    with archive.open(entry) as sheet:
        while chunk := sheet.read(_CHUNK):
            text = rest + chunk
            for letters, digits in _CELL.findall(text):
                rows = max(rows, int(digits))
                columns = max(columns, _column_number(letters))
            rest = text[-_OVERLAP:]
    return rows * columns


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - ord("A") + 1
    return number


class _OdsTable:
    """Counts repeated rows and cells as far as the last one with something in it."""

    def __init__(self) -> None:
        self.rows = self.row_repeat = 0
        self.columns = self.width = 0
        self.pending_rows = self.pending_cells = 0
        self.cells = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_TABLE} table":
            self.rows = self.columns = self.pending_rows = 0
        elif name == f"{_TABLE} table-row":
            self.row_repeat = int(attributes.get(f"{_TABLE} number-rows-repeated", "1"))
            self.width = self.pending_cells = 0
        elif name in {f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell"}:
            self.pending_cells += int(attributes.get(f"{_TABLE} number-columns-repeated", "1"))
            if any(key.endswith("value-type") for key in attributes):
                self.width = self.pending_cells

    def end(self, name: str) -> None:
        if name != f"{_TABLE} table-row":
            return
        self.pending_rows += self.row_repeat
        if self.width:
            self.rows = self.pending_rows
            self.columns = max(self.columns, self.width)
            self.cells = max(self.cells, self.rows * self.columns)


def _ods_cells(archive: zipfile.ZipFile, entry: str) -> int:
    table = _OdsTable()
    scan = expat.ParserCreate(namespace_separator=" ")
    scan.StartElementHandler = table.start
    scan.EndElementHandler = table.end
    with archive.open(entry) as content:
        while chunk := content.read(_CHUNK):
            scan.Parse(chunk, False)
    return table.cells
