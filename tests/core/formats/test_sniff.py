"""An upload is what its bytes are, whatever its name says."""

from __future__ import annotations

import io
import zipfile

import pytest

from core.errors import FormatError
from core.formats.sniff import DOCUMENTS, IMAGES, TYPES, check_upload, detect
from core.formats.tabular_writer import write_xlsx

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0"


def _zip(*names: str, mimetype: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        if mimetype:
            made.writestr("mimetype", mimetype)
        for name in names:
            made.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"%PDF-1.7\n", "pdf"),
        (PNG, "png"),
        (JPEG, "jpeg"),
        (b"GIF89a\x01\0", "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"II*\0\x08\0\0\0", "tiff"),
        (b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "bmp"),
        (b"\0\0\0\x18ftypheic\0\0", "heic"),
        (_zip("xl/workbook.xml"), "xlsx"),
        (_zip("xl/workbook.xml", "xl/vbaProject.bin"), "macro"),
        (_zip("word/document.xml"), "docx"),
        (_zip(mimetype="application/vnd.oasis.opendocument.spreadsheet"), "ods"),
        (_zip("a.txt"), "zip"),
        (b"PK\x03\x04 and then nothing", "zip"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (b"MZ\x90\0\x03\0", "program"),
        (b"\x7fELF\x02\x01", "program"),
        (b"ISO-10303-21;\nHEADER;", "step"),
        (b"  0\r\nSECTION\r\n  2\r\nHEADER", "dxf"),
        (b'{"a": 1}', "json"),
        (b"code;name\nA1;x\n", "text"),
        ("Größe".encode("cp1252"), "text"),
        ("<html>".encode("utf-16"), "html"),
        (b"\x01\x02\x03", "unknown"),
        (b"", "text"),
        (b'<?xml version="1.0"?>\n<Invoice xmlns="urn:x"><a/></Invoice>', "xml"),
        (b"<Invoice/>", "xml"),
        (b"x < 5 and <b is no tag", "text"),
        (b"#!/bin/sh\nrm -rf /", "script"),
        (b"<?php echo 1;", "script"),
    ],
)
def test_the_type_is_told_from_the_bytes(content: bytes, key: str) -> None:
    source = io.BytesIO(content)

    assert detect(source).key == key
    assert source.tell() == 0


@pytest.mark.parametrize(
    "content",
    [
        b"<html><body>x",
        b"<!DOCTYPE html><p>x",
        b"  \r\n\t<HTML>",
        b"\xef\xbb\xbf<!-- a comment --><script>alert(1)</script>",
        b"<script src=x>",
        b"just text and then <script>alert(1)</script>",
        b"GIF89a/*<script>alert(1)</script>",
        b'<?xml version="1.0"?><x xmlns="http://www.w3.org/1999/xhtml"/>',
        b"<iframe/src=x>",
    ],
)
def test_a_page_named_as_a_picture_is_refused_and_called_a_page(content: bytes) -> None:
    with pytest.raises(FormatError, match=r"logo\.png is not what its name says: .*“HTML page”.* not stored"):
        check_upload(io.BytesIO(content), "logo.png")


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b'<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "x" "y">\n<svg>',
        b"<!-- x --><svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>",
        b"<wrap><svg onload=x /></wrap>",
    ],
)
def test_a_drawing_that_can_run_scripts_is_refused_even_under_its_own_name(content: bytes) -> None:
    assert detect(io.BytesIO(content)).key == "svg"
    with pytest.raises(FormatError, match="“SVG image”, which is not accepted here"):
        check_upload(io.BytesIO(content), "logo.svg")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("drawing.pdf", b"%PDF-1.7"),
        ("DRAWING.PDF", b"%PDF-1.7"),
        ("photo.jpeg", JPEG),
        ("items.csv", b"a,b\n1,2\n"),
        ("invoice.xml", b"<Invoice/>"),
        ("program.nc", b"G00 X1\n"),
        ("notes", b"hello"),
        ("data.ubl", b"<Invoice/>"),
        ("data.txt", b'{"a": 1}'),
    ],
)
def test_a_document_under_an_honest_name_is_accepted(name: str, content: bytes) -> None:
    assert check_upload(io.BytesIO(content), name).key in DOCUMENTS


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("photo.png", JPEG),
        ("drawing.pdf", PNG),
        ("photo.png", b"plain text"),
        ("items.csv", _zip("xl/workbook.xml")),
        ("page.html", b"plain text"),
        ("run.js", b"alert(1)"),
        ("run.exe", b"plain text"),
        ("letter.docx", _zip("word/document.xml", "word/vbaProject.bin")),
    ],
)
def test_a_name_that_promises_another_type_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(FormatError, match="is not what its name says"):
        check_upload(io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("page.html", b"<html>", "HTML page"),
        ("setup.exe", b"MZ\x90\0", "program"),
        ("book.xlsm", _zip("xl/workbook.xml", "xl/vbaProject.bin"), "Office document with macros"),
        ("data.bin", b"\x01\x02", "file of an unknown type"),
    ],
)
def test_what_is_on_no_whitelist_is_refused_under_its_own_name_too(
    name: str, content: bytes, kind: str
) -> None:
    with pytest.raises(FormatError, match=f"is a file of type “{kind}”, which is not accepted here"):
        check_upload(io.BytesIO(content), name)


def test_a_whitelist_says_what_it_accepts() -> None:
    with pytest.raises(FormatError, match=r"Accepted: GIF image, HEIC image, JPEG image, PNG image"):
        check_upload(io.BytesIO(b"%PDF-1.7"), "a.pdf", IMAGES)

    assert check_upload(io.BytesIO(PNG), "a.png", IMAGES).media_type == "image/png"


def test_an_archive_is_judged_before_it_is_accepted() -> None:
    with pytest.raises(FormatError, match="points out of the archive"):
        check_upload(io.BytesIO(_zip("../evil")), "a.zip")
    with pytest.raises(FormatError, match="points out of the archive"):
        check_upload(io.BytesIO(_zip("xl/workbook.xml", "../evil")), "a.xlsx")


def test_our_own_export_is_an_excel_workbook() -> None:
    target = io.BytesIO()
    write_xlsx(target, [], [])

    assert check_upload(target, "export.xlsx").key == "xlsx"


def test_nothing_that_runs_is_among_the_documents() -> None:
    assert not {key for key in DOCUMENTS if TYPES[key].is_active}
    assert {"html", "svg", "script", "program", "macro", "ole"}.isdisjoint(DOCUMENTS)
    assert IMAGES <= DOCUMENTS
