"""Records on paper: a clean page for the browser's print, or a PDF of the same; one record or several in a row."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import parse_qsl, urlsplit

from flask import Blueprint, Response, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from core import clock
from core.base import Address, Company, Party
from core.base import Site as Plant
from core.base.actions import signing
from core.errors import Forbidden, UserError
from core.i18n import _, language
from core.orm import query
from core.orm.catalog import Field, fields_of
from core.orm.env import Env
from core.orm.model import Model, OfCompany
from core.views.resolve import list_view
from core.views.resolved import Section, Table
from core.web.assets import SERVED, asset
from core.web.cells import EMPTY, Column, Value
from core.web.format import Reader, in_sentence
from core.web.formfields import table_of, value_of
from core.web.formpage import Building, begin, load_titles, totals_of
from core.web.parts import Fact, Words
from core.web.record_parts import Sum
from core.web.request import env, go, principal, reader, views
from core.web.state import condition_of, read_state
from core.web.templating import html, template
from core.web.urls import list_url, model_at, with_query

blueprint = Blueprint("printing", __name__)

#: Documents that one print holds.
MOST = 100
LONG = ("long_text", "json")
#: Where WeasyPrint believes our files to be; no such host is ever asked.
ORIGIN = "https://dovetail.invalid"


@dataclass(frozen=True)
class PrintedTable:
    """Lines on paper; columns that are empty throughout are left out."""

    label: Words
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    totals: Sequence[Sum]


@dataclass(frozen=True)
class PrintedGroup:
    """Fields under a heading."""

    label: Words
    facts: Sequence[Fact]


@dataclass(frozen=True)
class PrintedSignature:
    """A signature on paper: what 21 CFR 11.50(b) asks of any readable form of the record."""

    name: str
    meaning: str
    when: str
    note: str


@dataclass(frozen=True)
class Document:
    """What document.html.jinja shows of one record."""

    title: Words
    number: str
    company: str
    sender: Sequence[str]
    receiver: Sequence[str]
    groups: Sequence[PrintedGroup]
    tables: Sequence[PrintedTable]
    #: What stands on tabs of the form.
    further: Sequence[PrintedGroup]
    notes: Sequence[str]
    signatures: Sequence[PrintedSignature]
    footer: Sequence[Words]


@blueprint.get("/m/<name>/<int:record_id>/-/print")
def one(name: str, record_id: int) -> Response:
    """One record as a document; `?format=pdf` gives the file."""
    return _answer(model_at(name), [record_id])


@blueprint.route("/m/<name>/-/print", methods=["GET", "POST"])
def several(name: str) -> Response:
    """The chosen records, each on a page of its own."""
    model = model_at(name)
    ids = _chosen(model)
    if request.method == "POST":
        return go(with_query(f"{list_url(model)}/-/print", [("ids", str(i)) for i in ids]), full=True)
    return _answer(model, ids)


def document_of(page: Building) -> Document:
    """What is printed of a record: what its form shows and the person may see, without what is empty."""
    load_titles(page)
    record = page.record
    tabs = [tab for tab in page.view.tabs if tab.visible is None or tab.visible.holds(record, page.env)]
    items = [item for tab in tabs for item in tab.items]
    tabbed = [item for item in items if isinstance(item, Section)]
    company = _company(page.env, record)
    return Document(
        title=str(type(record).singular),
        number=record.label,
        company=company.name if company else "",
        sender=_sender(page.env, company) if company else (),
        receiver=_receiver(page),
        groups=_groups(page, page.view.head),
        further=_groups(page, tabbed),
        tables=[table for item in items if isinstance(item, Table) and (table := _table(page, item)).rows],
        notes=[note for section in (*page.view.head, *tabbed) for note in _notes(page, section)],
        signatures=[_signature(page, signed) for signed in signing.signatures(page.env, record)],
        footer=_footer(page, company),
    )


def pdf_of(body: str) -> bytes | None:
    """`body`, a whole page, as PDF, with no file but our own static ones; None where WeasyPrint cannot run."""
    try:
        from weasyprint import HTML  # noqa: PLC0415 -- an extra that needs Pango, and half a second
        from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- as above
    except (ImportError, OSError):
        return None

    class OurFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
        """Serves what the pages' own style sheets name; nothing else on the disk, nothing on the network."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            name = PurePosixPath(urlsplit(url).path).name
            if not url.startswith(ORIGIN + "/") or not (SERVED / name).is_file():
                raise ValueError(url)
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, (SERVED / name).read_bytes(), {"Content-Type": kind})

    made: bytes = HTML(string=body, base_url=ORIGIN + asset("dist/"), url_fetcher=OurFiles()).write_pdf()
    return made


def attached(at: Env, who: Reader, record: Model) -> tuple[str, bytes] | None:
    """One record as a PDF file, with its name; None where WeasyPrint cannot run."""
    document = document_of(begin(at, who, record, editing=False))
    title = _title(type(record), [document])
    made = pdf_of(_page([document], title))
    return None if made is None else (f"{_file_name(title)}.pdf", made)


def _answer(model: type[Model], ids: Sequence[int]) -> Response:
    if not env().site.access.may(principal(), "read", model):
        raise Forbidden(_("You may not see {models}.", models=in_sentence(model.plural)))
    documents = [document_of(begin(env(), reader(), env().get(model, i), editing=False)) for i in ids]
    title = _title(model, documents)
    made = pdf_of(_page(documents, title)) if request.args.get("format") == "pdf" else None
    if made is None:
        return html(_page(documents, title, NO_PDF if request.args.get("format") == "pdf" else ""))
    response = Response(made, content_type="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=f"{_file_name(title)}.pdf")
    return response


NO_PDF = _("This installation cannot make PDF files. Print this page from the browser instead.")


def _page(documents: Sequence[Document], title: str, note: Words = "") -> str:
    return template("document.html.jinja").render(docs=documents, lang=language(), title=title, note=note)


def _chosen(model: type[Model]) -> list[int]:
    """The records of the request, by id or as all that a list shows."""
    if request.form.get("all") == "1":
        pairs = MultiDict(parse_qsl(request.form.get("query", "")))
        state = read_state(env(), model, pairs, list_view(env(), views(), model).group)
        ids = query.ids(env(), model, condition_of(env(), state), limit=MOST + 1)
    else:
        ids = list(dict.fromkeys(int(i) for i in request.values.getlist("ids") if i.isdecimal()))
    if not ids:
        raise UserError(_("Choose at least one record first."))
    if len(ids) > MOST:
        raise UserError(_("At most {most} records are printed at once. Choose fewer.", most=MOST))
    return ids


def _title(model: type[Model], documents: Sequence[Document]) -> str:
    return f"{documents[0].title} {documents[0].number}" if len(documents) == 1 else str(model.plural)


def _file_name(title: str) -> str:
    return (
        "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in title).strip("-.") or "document"
    )


def _groups(page: Building, sections: Sequence[Section]) -> list[PrintedGroup]:
    shown = (s for s in sections if s.visible is None or s.visible.holds(page.record, page.env))
    return [group for section in shown if (group := _group(page, section)).facts]


def _group(page: Building, section: Section) -> PrintedGroup:
    facts = [
        Fact(cell.shown_label, value)
        for cell in section.cells
        if cell.field.widget not in LONG and (cell.visible is None or cell.visible.holds(page.record, page.env))
        and (value := value_of(page.shown, cell.field, page.record, cell.field.get(page.record))) is not EMPTY
    ]  # fmt: skip
    return PrintedGroup(section.label or "", [Fact(f.label, _unlinked(f.value)) for f in facts])


def _notes(page: Building, section: Section) -> list[str]:
    long = (cell.field.get(page.record) for cell in section.cells if cell.field.widget == "long_text")
    return [text for text in long if text]


def _table(page: Building, table: Table) -> PrintedTable:
    shown = table_of(page.shown, table, page.record, totals_of(page, table))
    used = [i for i in range(len(shown.columns)) if any(_is_said(row.cells[i]) for row in shown.rows)]
    rows = [[_unlinked(row.cells[i] or EMPTY) for i in used] for row in shown.rows]
    return PrintedTable(shown.label, [shown.columns[i] for i in used], rows, shown.totals)


def _signature(page: Building, signed: signing.Signed) -> PrintedSignature:
    when = page.reader.stamp(signed.at)
    note = f"{signed.validity.label} ({_('version {version}', version=signed.record_version)})"
    return PrintedSignature(signed.printed_name, signed.meaning, when, note)


def _is_said(value: Value | None) -> bool:
    return value is not None and value is not EMPTY and bool(value.text or value.items)


def _unlinked(value: Value) -> Value:
    """Paper leads nowhere."""
    return replace(value, url="") if value.url and value.kind not in ("url", "image", "file") else value


def _company(at: Env, record: Model) -> Company | None:
    """The record's company or, for one that companies share, the person's."""
    own = record.company_id if isinstance(record, OfCompany) else None
    found = own if own is not None else at.company_id
    with at.as_system() as system:
        company = system.session.get(Company, found) if found is not None else None
        if company is not None:
            system.session.expunge(company)
    return company


def _sender(at: Env, company: Company) -> list[str]:
    """The company and the address of its first plant."""
    asked = select(Plant.street, Plant.postal_code, Plant.city, Plant.country).where(
        Plant.company_id == company.id, Plant.active
    )
    with at.as_system() as system:
        row = system.session.execute(asked.order_by(Plant.id).limit(1)).first()
    street, code, city, country = row or (None, None, None, company.country)
    return [line for line in (company.name, street, _town(code, city), country) if line]


def _receiver(page: Building) -> list[str]:
    """Name and main address of the partner that the document is for."""
    attribute = page.view.written.subtitle
    found = fields_of(page.model).get(str(attribute.key)) if attribute is not None else None
    party_id = found.get(page.record) if found is not None and found.target is Party else None
    name = _name(page, found) if found is not None and party_id is not None else ""
    if not name:
        return []
    asked = select(
        Address.street, Address.additional_street, Address.postal_code, Address.city, Address.country
    )
    row = page.env.session.execute(
        asked.where(Address.party_id == party_id).order_by(Address.id).limit(1)
    ).first()
    street, more, code, city, country = row or (None, None, None, None, None)
    return [line for line in (name, street, more, _town(code, city), country) if line]


def _name(page: Building, found: Field) -> str:
    return page.shown.titles.of(found, found.get(page.record)) or ""


def _town(code: str | None, city: str | None) -> str:
    return " ".join(part for part in (code, city) if part)


def _footer(page: Building, company: Company | None) -> list[Words]:
    when = page.reader.moment(clock.now())
    printed = _("Printed {when} by {person}", when=when, person=page.env.principal.name)
    vat = _("VAT number {number}", number=company.vat_id) if company is not None and company.vat_id else ""
    return [line for line in (company.name if company else "", vat, printed) if line]
