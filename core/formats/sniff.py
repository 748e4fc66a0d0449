"""What an uploaded file really is, by its content, against its name and a whitelist."""

from __future__ import annotations

import codecs
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from core.errors import FormatError
from core.formats.archive import DAMAGES, check_archive
from core.i18n import Text, _

HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of file: its key in whitelists, its name to people, media type and usual extensions."""

    key: str
    name: Text
    media_type: str
    extensions: tuple[str, ...] = ()
    #: What a browser runs as a page or a computer as a program; never allowed by a wildcard.
    is_active: bool = False


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

TYPES = {
    each.key: each
    for each in (
        FileType("pdf", _("PDF document"), "application/pdf", ("pdf",)),
        FileType("png", _("PNG image"), "image/png", ("png",)),
        FileType("jpeg", _("JPEG image"), "image/jpeg", ("jpg", "jpeg", "jpe")),
        FileType("gif", _("GIF image"), "image/gif", ("gif",)),
        FileType("webp", _("WebP image"), "image/webp", ("webp",)),
        FileType("tiff", _("TIFF image"), "image/tiff", ("tif", "tiff")),
        FileType("bmp", _("bitmap image"), "image/bmp", ("bmp",)),
        FileType("heic", _("HEIC image"), "image/heic", ("heic", "heif")),
        FileType("xlsx", _("Excel workbook"), f"{_OFFICE}spreadsheetml.sheet", ("xlsx",)),
        FileType("docx", _("Word document"), f"{_OFFICE}wordprocessingml.document", ("docx",)),
        FileType("pptx", _("PowerPoint presentation"), f"{_OFFICE}presentationml.presentation", ("pptx",)),
        FileType("ods", _("OpenDocument spreadsheet"), f"{_OPEN}spreadsheet", ("ods",)),
        FileType("odt", _("OpenDocument text"), f"{_OPEN}text", ("odt",)),
        FileType("zip", _("ZIP archive"), "application/zip", ("zip",)),
        FileType("gzip", _("gzip archive"), "application/gzip", ("gz", "tgz")),
        FileType("7z", _("7-Zip archive"), "application/x-7z-compressed", ("7z",)),
        FileType("rar", _("RAR archive"), "application/vnd.rar", ("rar",)),
        FileType(
            "ole", _("old Office document"), "application/x-ole-storage", ("xls", "doc", "ppt", "msg"), True
        ),
        FileType("xml", _("XML document"), "application/xml", ("xml",)),
        FileType("json", _("JSON document"), "application/json", ("json",)),
        FileType("step", _("STEP model"), "model/step", ("step", "stp")),
        FileType("dxf", _("DXF drawing"), "image/vnd.dxf", ("dxf",)),
        FileType("text", _("text file"), "text/plain", ("txt", "csv", "tsv", "md", "log", "nc")),
        FileType("html", _("HTML page"), "text/html", ("html", "htm", "xhtml"), True),
        FileType("svg", _("SVG image"), "image/svg+xml", ("svg",), True),
        FileType(
            "script", _("script"), "text/x-script", ("js", "mjs", "sh", "py", "ps1", "bat", "vbs"), True
        ),
        FileType(
            "program", _("program"), "application/x-executable", ("exe", "dll", "com", "scr", "msi"), True
        ),
        FileType(
            "macro", _("Office document with macros"), f"{_OFFICE}macro", ("xlsm", "docm", "pptm"), True
        ),
        FileType("unknown", _("file of an unknown type"), "application/octet-stream"),
    )
}

#: What a plant attaches to records, and no browser or computer runs.
DOCUMENTS = frozenset(key for key, each in TYPES.items() if not each.is_active and key != "unknown")
IMAGES = frozenset({"png", "jpeg", "gif", "webp", "tiff", "bmp", "heic"})
_ARCHIVES = frozenset({"zip", "xlsx", "docx", "pptx", "ods", "odt", "macro"})

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "rar"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"ISO-10303-21;", "step"),
)
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
_ZIP_MEMBERS = (
    ("xl/vbaProject.bin", "macro"),
    ("word/vbaProject.bin", "macro"),
    ("ppt/vbaProject.bin", "macro"),
    ("xl/workbook.xml", "xlsx"),
    ("word/document.xml", "docx"),
    ("ppt/presentation.xml", "pptx"),
)
_HEIF_BRANDS = (b"heic", b"heix", b"mif1", b"heif")
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)

# What browsers look for when they guess, wherever they look for it (WHATWG MIME Sniffing, 7.1), and scripts.
_HTML = re.compile(
    rb"<(?:!doctype html|html|head|script|iframe|body|h1|div|font|table|a|style|title|b|br|p|object|embed|"
    rb"form|link|meta|base|img|input)(?=[\s>/])",
    re.IGNORECASE,
)
_PAGE = re.compile(rb"<(?:!doctype html|html|script|iframe|body|svg)(?=[\s>/])", re.IGNORECASE)
_SVG = re.compile(rb"<(?:[a-z][\w.-]*:)?svg(?=[\s>/])", re.IGNORECASE)
_PROLOG = re.compile(
    rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^>\[]*(?:\[.*?\]\s*)?>)*", re.IGNORECASE | re.DOTALL
)
_SCRIPT = re.compile(rb"\s*(?:#!|<\?php\b|<%|javascript:|@echo off)", re.IGNORECASE)
_DXF = re.compile(rb"(?:999\r?\n[^\n]*\n)*\s*0\r?\nSECTION\r?\n")
_TEXTS = ((_SCRIPT, "script"), (_DXF, "dxf"), (re.compile(rb"\s*[\[{]"), "json"))
_TAG = re.compile(rb"<[a-z_][\w.:-]*[\s>/]", re.IGNORECASE)
_XHTML = b"http://www.w3.org/1999/xhtml"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# As far as browsers read before they guess.
_SNIFFED = 1445


def detect(source: BinaryIO) -> FileType:
    """The type of the open file by its content alone."""
    source.seek(0)
    head = source.read(HEAD)
    source.seek(0)
    if head.startswith(_ZIP_MARKS):
        return TYPES[_zip_key(source)]
    return TYPES[_binary_key(head) or _text_key(head)]


def check_upload(source: BinaryIO, name: str, allowed: Collection[str] = DOCUMENTS) -> FileType:
    """The type of an upload called `name`; FormatError if it is not allowed or not what its name says."""
    found = detect(source)
    if found.key in _ARCHIVES:
        check_archive(source, name)
    extension = PurePath(name).suffix.removeprefix(".").lower()
    if found.extensions and extension not in found.extensions and _claims(extension, found):
        raise FormatError(
            _(
                "{name} is not what its name says: its content is that of a file of type “{found}”. "
                "It was not stored.",
                name=name,
                found=found.name,
            ),
            path=name,
        )
    if found.key not in allowed:
        known = ", ".join(sorted(str(TYPES[key].name) for key in allowed if key in TYPES))
        raise FormatError(
            _(
                "{name} is a file of type “{found}”, which is not accepted here. It was not stored. "
                "Accepted: {known}.",
                name=name,
                found=found.name,
                known=known,
            ),
            path=name,
        )
    return found


def _claims(extension: str, found: FileType) -> bool:
    """Whether the extension promises another type; an unknown one promises nothing unless it would run."""
    promised = next((each for each in TYPES.values() if extension in each.extensions), None)
    if promised is None:
        return found.is_active
    # Formats that are text of their own kind may be named for the general one, and the other way round.
    textual = {"text", "json", "xml", "step", "dxf"}
    return not (promised.key in textual and found.key in textual)


def _zip_key(source: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(source) as archive:
            names = set(archive.namelist())
            for member, key in _ZIP_MEMBERS:
                if member in names:
                    return key
            if "mimetype" in names:
                return _open_document(archive.open("mimetype").read(100).decode("ascii", "replace"))
            return "zip"
    except (*DAMAGES, RuntimeError):
        return "zip"
    finally:
        source.seek(0)


def _open_document(media_type: str) -> str:
    return next((key for key, each in TYPES.items() if each.media_type == media_type.strip()), "zip")


def _binary_key(head: bytes) -> str | None:
    key = next((key for magic, key in _MAGIC if head.startswith(magic)), None) or _boxed_key(head)
    # A picture whose first bytes are also a page's is made to be taken for both.
    if key in IMAGES and _PAGE.search(head[:_SNIFFED]):
        return "html"
    return key


def _boxed_key(head: bytes) -> str | None:
    """Formats told by more than their first bytes."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "heic"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    if head[:2] == b"MZ" and b"\0" in head[:HEAD]:
        return "program"
    return None


def _text_key(head: bytes) -> str:
    content = _plain(head)
    if content is None:
        return "unknown"
    prolog = _PROLOG.match(content)
    body = content[prolog.end() :] if prolog else content
    if _TAG.match(body):
        return _markup_key(content, body)
    if _PAGE.search(content[:_SNIFFED]):
        return "html"
    return next((key for pattern, key in _TEXTS if pattern.match(content)), "text")


def _markup_key(content: bytes, body: bytes) -> str:
    if _HTML.match(body) or _XHTML in content:
        return "html"
    return "svg" if _SVG.search(content) else "xml"


def _plain(head: bytes) -> bytes | None:
    """The head as UTF-8 without its mark, or None if it is no text."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return head.decode("utf-16", "replace").encode("utf-8", "replace")
    return None if _CONTROL.search(head) else head.removeprefix(codecs.BOM_UTF8)
