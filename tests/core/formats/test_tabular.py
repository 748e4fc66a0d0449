"""Tables from strangers: every dialect, encoding and workbook, with the rows as their owner counts them."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import xlsxwriter

from core.errors import FormatError
from core.formats import tabular
from core.formats.column import Value
from core.formats.tabular import Sheet, read, sheet_names


def _csv(content: bytes | str, name: str = "items.csv") -> Sheet:
    return read(io.BytesIO(content.encode() if isinstance(content, str) else content), name)


def _values(sheet: Sheet) -> list[tuple[Value, ...]]:
    return [row.values for row in sheet.rows]


def _workbook(*sheets: tuple[str, dict[str, object]]) -> io.BytesIO:
    """A workbook with the given cells by sheet, such as `("Data", {"A1": "Code"})`."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for title, cells in sheets:
            sheet = workbook.add_worksheet(title)
            for cell, value in cells.items():
                if isinstance(value, date):
                    sheet.write_datetime(cell, value, day)
                else:
                    sheet.write(cell, value)
    return target


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_heading(delimiter: str) -> None:
    sheet = _csv(f"code{delimiter}name\nA1{delimiter}a\nA2{delimiter}b\n")

    assert sheet.columns == ("code", "name")
    assert _values(sheet) == [("A1", "a"), ("A2", "b")]


def test_commas_in_the_cells_do_not_make_a_semicolon_file_a_comma_file() -> None:
    sheet = _csv("code;price;note\nA1;1,50;a, b, c\nA2;2,50;d, e, f\n")

    assert _values(sheet)[0] == ("A1", "1,50", "a, b, c")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_told_from_the_bytes(encoding: str) -> None:
    sheet = _csv("code;name\nA1;Ölfilter Größe 5\n".encode(encoding))

    assert sheet.columns == ("code", "name")
    assert _values(sheet) == [("A1", "Ölfilter Größe 5")]


def test_a_late_byte_that_is_no_utf_8_makes_the_whole_file_cp1252() -> None:
    content = b"code,name\n" + b"A1,abc\n" * 30_000 + "A2,Öl\n".encode("cp1252")

    assert _values(_csv(content))[-1] == ("A2", "Öl")


def test_a_byte_of_no_known_encoding_is_refused() -> None:
    with pytest.raises(FormatError, match=r"items\.csv is in an unknown encoding"):
        _csv(b"code\n\x81\xff\n")


def test_a_line_break_in_quotes_is_part_of_its_cell_and_rows_are_counted_as_a_spreadsheet_does() -> None:
    rows = list(_csv('code,note\nA1,"one\ntwo"\n\nA2,x\n').rows)

    assert [(row.number, row.values) for row in rows] == [(2, ("A1", "one\ntwo")), (4, ("A2", "x"))]


def test_a_cell_that_begins_with_an_equals_sign_is_text() -> None:
    assert _values(_csv("code,note\nA1,=1+1\nA2,'=1+1\n")) == [("A1", "=1+1"), ("A2", "=1+1")]


def test_a_row_with_too_many_cells_says_so_and_the_others_are_read() -> None:
    rows = list(_csv("a,b\n1,2\n1,2,3\n4\n").rows)

    assert [row.values for row in rows] == [("1", "2"), ("1", "2"), ("4", None)]
    assert [str(row.problem or "") for row in rows] == [
        "",
        "Row 3 has 3 cells, but there are 2 headings.",
        "",
    ]


def test_broken_quotation_marks_are_refused_with_their_line() -> None:
    with pytest.raises(FormatError, match=r"items\.csv, line 2: .*Check its quotation marks") as refused:
        list(_csv('a,b\n"x"y,2\n').rows)

    assert refused.value.line == 2


@pytest.mark.parametrize("content", ["", "\n\n", ",,,\n"])
def test_a_table_without_headings_is_refused(content: str) -> None:
    with pytest.raises(FormatError, match="it has no row of headings"):
        _csv(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [("a,,b\n", "column 2 has no heading"), ("a,b,a\n", "the heading “a” stands twice")],
)
def test_headings_must_tell_columns_apart(content: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        _csv(content)


def test_binary_content_is_no_table() -> None:
    with pytest.raises(FormatError, match="neither CSV nor a workbook"):
        _csv(b"\x89PNG\r\n\x1a\n\0\0")


def test_the_file_stays_open_to_its_owner_and_can_be_read_again() -> None:
    source = io.BytesIO(b"a,b\n1,2\n")

    assert _values(read(source, "x.csv")) == _values(read(source, "x.csv"))
    assert not source.closed


def test_a_large_table_is_read_row_by_row() -> None:
    sheet = _csv("a,b\n" + "1,2\n" * 50_000)

    first = next(sheet.rows)

    assert first.number == 2
    assert sum(1 for _row in sheet.rows) == 49_999


def test_cells_of_a_workbook_keep_their_types_and_lose_binary_fractions() -> None:
    cells = {
        "A1": "a",
        "B1": "b",
        "C1": "c",
        "D1": "d",
        "A2": 0.1,
        "B2": 3.0,
        "C2": date(2026, 3, 31),
        "D2": True,
    }

    (values,) = _values(read(_workbook(("Data", cells)), "x.xlsx"))

    assert values == (Decimal("0.1"), 3, date(2026, 3, 31), True)
    assert type(values[1]) is int


def test_rows_of_a_workbook_are_numbered_as_it_shows_them() -> None:
    cells: dict[str, object] = {"A3": "code", "B3": "name", "A4": "A1", "A7": "A2", "B7": "x"}

    rows = list(read(_workbook(("Data", cells)), "x.xlsx").rows)

    assert [(row.number, row.values) for row in rows] == [(4, ("A1", None)), (7, ("A2", "x"))]


def test_a_table_that_begins_in_the_second_column_has_a_column_without_heading() -> None:
    with pytest.raises(FormatError, match="column 1 has no heading"):
        read(_workbook(("Data", {"B1": "code", "B2": "A1"})), "x.xlsx")


def test_a_named_sheet_is_read_and_an_unknown_one_refused_with_the_known() -> None:
    workbook = _workbook(("Data", {"A1": "a", "A2": 1}), ("More", {"A1": "b", "A2": 2}))

    assert sheet_names(workbook, "x.xlsx") == ["Data", "More"]
    assert read(workbook, "x.xlsx", sheet="More").columns == ("b",)
    with pytest.raises(FormatError, match="has no sheet “Old”; it has Data, More"):
        read(workbook, "x.xlsx", sheet="Old")
    assert sheet_names(io.BytesIO(b"a,b"), "x.csv") == []


def test_a_damaged_workbook_is_refused() -> None:
    content = _workbook(("Data", {"A1": "a"})).getvalue()

    with pytest.raises(FormatError, match=r"x\.xlsx is damaged"):
        read(io.BytesIO(content[: len(content) // 2]), "x.xlsx")


def test_an_archive_that_is_no_workbook_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("readme.txt", "hello")

    with pytest.raises(FormatError, match="is no workbook"):
        read(target, "x.xlsx")


def test_the_old_excel_format_is_refused_with_the_way_out() -> None:
    with pytest.raises(FormatError, match=r"old Excel format.*Save it as \.xlsx"):
        read(io.BytesIO(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100), "x.xls")


def test_an_ods_table_is_read() -> None:
    sheet = read(
        _ods(
            "<table:table-row>" + _cell("code") + _cell("name") + "</table:table-row>"
            "<table:table-row>" + _cell("A1") + _cell("x") + "</table:table-row>"
        ),
        "x.ods",
    )

    assert sheet.columns == ("code", "name")
    assert _values(sheet) == [("A1", "x")]


def _cell(text: str, repeated: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{repeated}">'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def _ods(rows: str, encrypted: str = "") -> io.BytesIO:
    target = io.BytesIO()
    space = "urn:oasis:names:tc:opendocument:xmlns"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{space}:manifest:1.0"><manifest:file-entry '
            'manifest:full-path="content.xml" manifest:media-type="text/xml">'
            f"{encrypted or '</manifest:file-entry>'}</manifest:manifest>",
        )
        archive.writestr(
            "content.xml",
            f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" '
            f'xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet><table:table table:name="Data">'
            f"{rows}</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return target


def test_a_cell_in_the_last_corner_of_a_workbook_is_refused_before_the_sheet_is_laid_out() -> None:
    workbook = _workbook(("Data", {"A1": "a", "XFD1048576": 1}))

    with pytest.raises(FormatError, match="a sheet of 17,179,869,184 cells; 20,000,000 is the limit"):
        read(workbook, "x.xlsx")


def test_repeated_rows_of_an_ods_table_are_counted_and_trailing_empty_ones_are_not() -> None:
    heading = "<table:table-row>" + _cell("code") + "</table:table-row>"
    empty = '<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
    full = f'<table:table-row table:number-rows-repeated="1048575">{_cell("x", 16384)}</table:table-row>'

    assert read(_ods(heading + empty), "x.ods").columns == ("code",)
    with pytest.raises(FormatError, match="cells; 20,000,000 is the limit"):
        read(_ods(heading + full), "x.ods")


def test_too_many_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "MAX_COLUMNS", 2)

    with pytest.raises(FormatError, match="more than 2 columns"):
        _csv("a,b,c\n")


def test_an_instant_of_a_workbook_is_read_without_a_zone() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write("A1", "at")
        at = datetime(2026, 3, 31, 13, 59, 59, tzinfo=UTC).replace(tzinfo=None)
        sheet.write_datetime("A2", at, workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))

    assert _values(read(target, "x.xlsx")) == [(at,)]


def test_times_of_a_workbook_are_read_as_text() -> None:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row("A1", ["at", "took"])
        sheet.write_number("A2", 0.5, workbook.add_format({"num_format": "hh:mm:ss"}))
        sheet.write_number("B2", 1.5, workbook.add_format({"num_format": "[h]:mm:ss"}))

    assert _values(read(target, "x.xlsx")) == [("12:00:00", "1 day, 12:00:00")]


def _without(part: str, old: bytes, new: bytes) -> io.BytesIO:
    """A workbook in whose `part` the bytes `old` are `new`."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(_workbook(("Data", {"A1": "a", "A2": 1}))) as source,
        zipfile.ZipFile(target, "w") as made,
    ):
        for entry in source.namelist():
            content = source.read(entry)
            assert entry != part or old in content
            made.writestr(entry, content.replace(old, new) if entry == part else content)
    return target


@pytest.mark.parametrize(
    ("part", "old", "new", "message"),
    [
        ("xl/workbook.xml", b"<sheet ", b"<sheep ", "x.xlsx has no sheet"),
        ("xl/workbook.xml", b"</workbook>", b"</workbork>", "is no workbook"),
        ("xl/worksheets/sheet1.xml", b"<v>", b"<w>", "is no workbook"),
        ("xl/_rels/workbook.xml.rels", b"worksheets/sheet1.xml", b"worksheets/sheet9.xml", "is no workbook"),
    ],
)
def test_a_workbook_with_a_broken_part_is_refused(part: str, old: bytes, new: bytes, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        list(read(_without(part, old, new), "x.xlsx").rows)


def test_an_ods_table_that_is_no_xml_is_refused() -> None:
    with pytest.raises(FormatError, match=r"x\.ods is damaged"):
        read(_ods("<table:table-row>"), "x.ods")


def test_a_sample_with_an_overlong_cell_is_refused_with_its_line() -> None:
    with pytest.raises(FormatError, match=r"line 2: .*field larger than field limit"):
        list(_csv("a,b\n" + "x" * 140_000 + ",1\n").rows)


def test_a_workbook_with_a_password_is_refused_with_the_way_out() -> None:
    encrypted = (
        '<manifest:encryption-data manifest:checksum="x"></manifest:encryption-data></manifest:file-entry>'
    )

    with pytest.raises(FormatError, match=r"protected by a password\. Save it without one"):
        read(_ods("", encrypted), "x.ods")


def test_a_sample_that_is_one_unclosed_quotation_is_refused_when_read() -> None:
    with pytest.raises(FormatError, match="well-formed CSV"):
        _csv('"' + "x" * 200_000)
