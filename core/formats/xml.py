"""Reading XML from strangers: no document type, no entities, no network, and limits on size and depth."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from xml.parsers import expat

from lxml import etree

from core.errors import FormatError
from core.i18n import Text, _

MAX_BYTES = 32 * 1024 * 1024
MAX_DEPTH = 100
MAX_ELEMENTS = 1_000_000
MAX_INTEGER_DIGITS = 15
MAX_FRACTION_DIGITS = 20

# xsd:decimal has neither exponent nor NaN nor infinity.
_DECIMAL = re.compile(r"[+-]?(?:(?P<whole>[0-9]+)(?:\.(?P<part>[0-9]*))?|\.(?P<only>[0-9]+))")
# xsd:date may carry a time zone, which a date of a document does not need.
_DATE = re.compile(r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Node:
    """One element, read by steps such as `cac:Party/cbc:Name`; every complaint names its line."""

    element: etree._Element
    namespaces: Mapping[str, str]
    path: str | None = None

    @property
    def namespace(self) -> str:
        return etree.QName(self.element).namespace or ""

    @property
    def name(self) -> str:
        return etree.QName(self.element).localname

    @property
    def line(self) -> int | None:
        line: int | None = self.element.sourceline  # type: ignore[assignment]  # the stubs say "..."
        return line

    def find(self, steps: str) -> Node | None:
        """The first element there, or None."""
        found = self.element.find(steps, dict(self.namespaces))
        return None if found is None else Node(found, self.namespaces, self.path)

    def all(self, steps: str) -> Iterator[Node]:
        """Every element there, in the order of the file."""
        for found in self.element.iterfind(steps, dict(self.namespaces)):
            yield Node(found, self.namespaces, self.path)

    def required(self, steps: str) -> Node:
        """The first element there; a file without it is refused."""
        found = self.find(steps)
        if found is None:
            raise self.refused(
                _("{parent} has no {element}, which it must have", parent=self.name, element=_last(steps))
            )
        return found

    def attribute(self, name: str) -> str:
        return (self.element.get(name) or "").strip()

    @property
    def content(self) -> str:
        """The element's own text, trimmed."""
        return (self.element.text or "").strip()

    def text(self, steps: str) -> str:
        """The text there, or an empty string."""
        found = self.find(steps)
        return "" if found is None else found.content

    def required_text(self, steps: str) -> str:
        found = self.required(steps)
        if not found.content:
            raise found.refused(_("{element} is empty", element=found.name))
        return found.content

    def decimal(self, steps: str) -> Decimal | None:
        """The number there, or None when there is none."""
        found = self.find(steps)
        return None if found is None or not found.content else found.as_decimal()

    def required_decimal(self, steps: str) -> Decimal:
        return self.required(steps).as_decimal()

    def date(self, steps: str) -> datetime.date | None:
        """The day there, or None when there is none."""
        found = self.find(steps)
        return None if found is None or not found.content else found.as_date()

    def required_date(self, steps: str) -> datetime.date:
        return self.required(steps).as_date()

    def flag(self, steps: str) -> bool:
        """The xsd:boolean there, which may be written true, false, 1 or 0."""
        found = self.required(steps)
        if found.content not in _BOOLEANS:
            raise found.refused(_("{element} must be true or false, not “{value}”", **found._shown()))
        return _BOOLEANS[found.content]

    def as_decimal(self) -> Decimal:
        match = _DECIMAL.fullmatch(self.content)
        if match is None:
            raise self.refused(_("{element} must be a number, not “{value}”", **self._shown()))
        whole, part = match["whole"] or "", match["part"] or match["only"] or ""
        if len(whole.lstrip("0")) > MAX_INTEGER_DIGITS or len(part) > MAX_FRACTION_DIGITS:
            raise self.refused(
                _(
                    "{element} is {value}; at most {whole} digits before the point and {part} after are read",
                    **self._shown(),
                    whole=MAX_INTEGER_DIGITS,
                    part=MAX_FRACTION_DIGITS,
                )
            )
        return Decimal(self.content)

    def as_date(self) -> datetime.date:
        match = _DATE.fullmatch(self.content)
        try:
            return datetime.date.fromisoformat(match["day"] if match else "")
        except ValueError:
            raise self.refused(
                _("{element} must be a date such as 2026-03-31, not “{value}”", **self._shown())
            ) from None

    def refused(self, what: Text) -> FormatError:
        """The error that says `what` is wrong at this element."""
        return refused(what, line=self.line, path=self.path)

    def _shown(self) -> dict[str, object]:
        return {"element": self.name, "value": _shortened(self.content)}


def refused(what: Text, *, line: int | None = None, path: str | None = None) -> FormatError:
    """The error of a file, its message led by the place in the file as far as it is known."""
    if line is None:
        message = _("{what}. Nothing was imported.", what=what)
    else:
        message = _("Line {line}: {what}. Nothing was imported.", line=line, what=what)
    return FormatError(message, line=line, path=path)


def parse(content: bytes, namespaces: Mapping[str, str], *, path: str | None = None) -> Node:
    """The root of `content`; `path` is only the file's name for messages."""
    if len(content) > MAX_BYTES:
        size, limit = len(content) // 1024**2 + 1, MAX_BYTES // 1024**2
        raise refused(_("The file has {size} MB; {limit} MB is the limit", size=size, limit=limit), path=path)
    if not content.strip():
        raise refused(_("The file is empty"), path=path)
    _inspect(content, path)
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _malformed(error.msg or "", error.lineno, path) from None
    return Node(root, namespaces, path)


def _inspect(content: bytes, path: str | None) -> None:
    """Refuse what is dangerous before a tree is built of it.

    Entities can only be declared in a document type, so that refusing the document type at its first
    byte refuses entity bombs and external entities before either has an effect.
    """
    scan = expat.ParserCreate()
    depth = elements = 0

    def line() -> int:
        return scan.CurrentLineNumber

    def doctype(*_declaration: object) -> None:
        raise refused(
            _("The file declares a document type (DOCTYPE) or entities, which are not read for safety"),
            line=line(),
            path=path,
        )

    def start(_name: str, _attributes: object) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > MAX_DEPTH:
            raise refused(
                _("Elements are nested more than {limit} deep", limit=MAX_DEPTH), line=line(), path=path
            )
        if elements > MAX_ELEMENTS:
            raise refused(
                _("The file has more than {limit} elements", limit=MAX_ELEMENTS), line=line(), path=path
            )

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    scan.StartDoctypeDeclHandler = doctype
    scan.StartElementHandler = start
    scan.EndElementHandler = end
    try:
        scan.Parse(content, True)
    except expat.ExpatError as error:
        raise _malformed(expat.ErrorString(error.code) or "", error.lineno, path) from None
    except (LookupError, ValueError):
        raise refused(
            _("The file is in an encoding that is not read; UTF-8 is"), line=line(), path=path
        ) from None


def _malformed(reason: str, line: int | None, path: str | None) -> FormatError:
    return refused(_("The file is not well-formed XML ({reason})", reason=reason), line=line, path=path)


def _last(steps: str) -> str:
    return steps.rpartition("/")[2].rpartition(":")[2]


def _shortened(value: str) -> str:
    limit = 60
    return value if len(value) <= limit else value[: limit - 1] + "…"
