"""What import.html.jinja shows: the file, its columns, what would happen, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.base.actions import exporting, importing
from core.base.actions.importing import Report
from core.base.models.transfer import Import
from core.formats.tabular import Row
from core.i18n import Text, _, plural
from core.orm.catalog import Field, key_fields
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.web.cells import Column, Value
from core.web.format import Reader
from core.web.parts import Counted, Words
from core.web.uploads import Upload, Uploads
from core.web.urls import list_url, with_query

#: Rows that a page shows.
SHOWN = 20


@dataclass(frozen=True)
class MapColumn:
    """A column of the file and the field it is mapped to."""

    index: int
    head: str
    samples: Sequence[str]
    target: str


@dataclass(frozen=True)
class Target:
    """A field that a column may be mapped to."""

    name: str
    label: Words
    required: bool


@dataclass(frozen=True)
class Match:
    """How rows find the records they are about."""

    value: str
    label: Words
    selected: bool = False


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a cell."""

    label: str
    text: str


@dataclass(frozen=True)
class PreviewRow:
    """A row of the file and what would become of it."""

    line: int
    state: str
    cells: Sequence[Value]
    errors: Sequence[Wrong] = ()


@dataclass(frozen=True)
class ImportPage:
    """What the template shows, whatever the step."""

    step: str
    url: str
    token: str = ""
    formats: str = "CSV, XLSX, ODS"
    accept: str = ".csv,.txt,.xlsx,.ods"
    template_url: str = ""
    sheet: Words = ""
    columns: Sequence[Any] = ()  # Any: MapColumn or Column
    targets: Sequence[Target] = ()
    match: Sequence[Match] = ()
    missing: Sequence[Words] = ()
    counts: Sequence[Counted] = ()
    rows: Sequence[PreviewRow] = ()
    shown_text: Words = ""
    errors_url: str = ""
    valid: int = 0
    wrong: int = 0
    list_url: str = ""
    undo_url: str = ""
    undo_until: Words = ""


def url_of(model: type[Model], **query: str) -> str:
    """The address of the wizard for a model."""
    return with_query(f"/-/import/{model_name(model)}", query.items())


def file_page(model: type[Model]) -> ImportPage:
    return ImportPage("file", url_of(model), template_url=f"{url_of(model)}/template")


def map_page(env: Env, model: type[Model], upload: Upload) -> ImportPage:
    known = importing.mappable(env, model)
    columns = [
        MapColumn(i, head, upload.samples[i], upload.mapping.get(head, ""))
        for i, head in enumerate(upload.columns)
    ]
    return ImportPage(
        "map", url_of(model), upload.token,
        sheet=_("{file}: {rows}", file=upload.name, rows=_rows(upload.rows)), columns=columns,
        targets=[Target(n, text, _is_needed(known.get(n))) for n, text in importing.targets(env, model).items()],
        match=_matches(model, upload),
        missing=[f.label for f in known.values() if _is_needed(f) and f.name not in upload.mapping.values()],
    )  # fmt: skip


def preview_page(
    model: type[Model], uploads: Uploads, upload: Upload, report: Report, reader: Reader
) -> ImportPage:
    heads = [h for h in upload.columns if upload.mapping.get(h)]
    wrong = report.wrong_rows
    counts = [
        Counted(_("New"), reader.number(report.created)), Counted(_("Changed"), reader.number(report.changed)),
        Counted(_("Same"), reader.number(report.unchanged)), Counted(_("Wrong rows"), reader.number(len(wrong)), "bad"),
    ]  # fmt: skip
    words = _("Correct these rows in the file and send it again; nothing is imported while one is wrong.")
    return ImportPage(
        "preview", url_of(model), upload.token, columns=[Column(h, h) for h in heads],
        counts=counts[3:] if wrong else counts[:3], rows=_preview_rows(uploads, upload, heads, report),
        wrong=len(wrong), valid=0 if wrong else report.rows,
        shown_text=words if wrong else _shown_text(report, reader),
        errors_url=with_query(f"{url_of(model)}/errors", [("token", upload.token)]) if wrong else "",
    )  # fmt: skip


def done_page(model: type[Model], kept: Import, reader: Reader) -> ImportPage:
    undone = kept.undone_at is not None
    return ImportPage(
        "done", url_of(model), list_url=list_url(model), sheet=kept.file_name,
        counts=[
            Counted(_("Created"), reader.number(kept.created)), Counted(_("Changed"), reader.number(kept.changed)),
        ],
        undo_url="" if undone else f"/-/imports/{kept.id}/undo",
        undo_until=_("As long as nobody has changed these records."),
    )  # fmt: skip


def _is_needed(found: Field | None) -> bool:
    return found is not None and found.required and found.facet is None


def _matches(model: type[Model], upload: Upload) -> list[Match]:
    keys = ", ".join(str(f.label) for f in key_fields(model))
    by_id = Match("", _("its id or its {keys} is the same", keys=keys or exporting.ID), not upload.by_key)
    if exporting.ID not in upload.mapping.values() or not keys:
        return [by_id]
    return [by_id, Match("key", _("its {keys} is the same; ids are left aside", keys=keys), upload.by_key)]


def _preview_rows(uploads: Uploads, upload: Upload, heads: Sequence[str], report: Report) -> list[PreviewRow]:
    """The wrong rows, or the first ones when all are right."""
    problems: dict[int, list[Wrong]] = {}
    for problem in report.problems:
        problems.setdefault(problem.row, []).append(Wrong(problem.column, problem.message))
    wanted = sorted(problems)[:SHOWN] if problems else None
    at = [upload.columns.index(h) for h in heads]
    found: list[PreviewRow] = []
    with uploads.sheet(upload) as sheet:
        for row in sheet.rows:
            if len(found) == (SHOWN if wanted is None else len(wanted)):
                break
            if wanted is None or row.number in wanted:
                state = "wrong" if wanted is not None else report.states.get(row.number, "same")
                found.append(PreviewRow(row.number, state, _cells(row, at), problems.get(row.number, ())))
    return found


def _cells(row: Row, at: Sequence[int]) -> list[Value]:
    return [Value("text", "" if row.values[i] is None else str(row.values[i])[:200]) for i in at]


def _shown_text(report: Report, reader: Reader) -> Words:
    if report.rows <= SHOWN:
        return _rows(report.rows)
    return _("The first {shown} of {rows} rows", shown=SHOWN, rows=reader.number(report.rows))


def _rows(count: int) -> Text:
    return plural("{count} row", "{count} rows", count)
