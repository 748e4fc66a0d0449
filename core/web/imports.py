"""The import wizard: a file is kept, its columns are mapped, it is tried, then done, and can be undone."""

from __future__ import annotations

import io
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request, send_file
from werkzeug.datastructures import FileStorage

from core.base.actions import exporting, importing
from core.base.models.transfer import Import
from core.errors import Forbidden, NotFound, ValidationError
from core.formats.column import Column as FileColumn
from core.formats.sniff import check_upload
from core.formats.tabular import Row, read
from core.formats.tabular_writer import write_csv
from core.i18n import _
from core.jobs.job import enqueue, task
from core.orm.catalog import key_fields
from core.orm.env import Env, Principal
from core.orm.model import Model, model_name
from core.web.cells import Column, Value
from core.web.lists import readable_model, reader
from core.web.parts import Crumb, Note, Page, Words
from core.web.request import env, go, principal, site
from core.web.templating import render
from core.web.urls import list_url, model_at, with_query

if TYPE_CHECKING:
    from core.jobs.run import Run

blueprint = Blueprint("imports", __name__)

TABLES = frozenset({"csv", "text", "xlsx", "ods"})
#: More rows than this are tried and imported by a job.
AT_ONCE = 200
#: Rows and samples that a page shows.
SHOWN, SAMPLES = 20, 3
#: Uploads are removed after a day.
KEPT_SECONDS = 24 * 3600
TASK = "web.import"


@dataclass(frozen=True)
class Upload:
    """A file that was sent and is waiting: its name, and how its columns are mapped so far."""

    token: str
    name: str
    mapping: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MapColumn:
    """A column of the file and the field it is mapped to."""

    index: int
    head: str
    samples: Sequence[str]
    target: str
    suggested: bool


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
class Counted:
    """A figure with its label."""

    label: Words
    count: str
    tone: str = ""


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
    """What import.html.jinja shows, whatever the step."""

    step: str
    url: str
    token: str = ""
    formats: str = "CSV, XLSX, ODS"
    accept: str = ".csv,.txt,.xlsx,.ods"
    template_url: str = ""
    sheet: str = ""
    encoding: str = ""
    columns: Sequence[Any] = ()
    targets: Sequence[Target] = ()
    match: Sequence[Match] = ()
    missing: Sequence[Words] = ()
    counts: Sequence[Counted] = ()
    rows: Sequence[PreviewRow] = ()
    shown_text: Words = ""
    errors_url: str = ""
    valid: int = 0
    wrong: int = 0
    partial: bool = False
    job_url: str = ""
    list_url: str = ""
    undo_url: str = ""
    undo_until: Words = ""


@blueprint.get("/-/import/<name>")
def begin(name: str) -> Response:
    """Choose a file, or go on with one that was sent."""
    model = _model(name)
    token = request.args.get("token", "")
    if token:
        return _map_page(model, _find(token))
    return _page(model, ImportPage("file", url_of(model), template_url=f"/-/import/{name}/template"))


@blueprint.get("/-/import/<name>/template")
def template(name: str) -> Response:
    """An empty file with every column that can be imported."""
    model = _model(name)
    target = io.BytesIO()
    write_csv(
        target, [FileColumn(exporting.heading(f)) for f in importing.mappable(env(), model).values()], []
    )
    target.seek(0)
    return send_file(target, "text/csv", as_attachment=True, download_name=f"{model_name(model)}.csv")


@blueprint.post("/-/import/<name>")
def step(name: str) -> Response:
    """One step further: the file, the mapping, the import itself; or back to the columns."""
    model = _model(name)
    asked = request.form.getlist("step")[-1] if request.form.getlist("step") else "file"
    if asked == "file":
        return _take_file(model, request.files.get("file"))
    upload = _find(request.form.get("token", ""))
    if asked == "map":
        return _check(model, upload)
    if asked == "run":
        return _run(model, upload)
    return go(with_query(url_of(model), [("token", upload.token)]), full=True)


@blueprint.get("/-/imports/<int:import_id>")
def done(import_id: int) -> Response:
    """What an import did."""
    kept = env().get(Import, import_id)
    model = _model(kept.model)
    page = ImportPage(
        "done", url_of(model), list_url=list_url(model),
        counts=[Counted(_("Created"), reader().number(kept.created)), Counted(_("Changed"), reader().number(kept.changed))],
        undo_url="" if kept.undone_at else f"/-/imports/{import_id}/undo",
        undo_until=_("As long as nobody has changed these records."),
    )  # fmt: skip
    notes = [Note(_("This import was undone."))] if kept.undone_at else []
    return _page(model, page, notes=notes)


@blueprint.post("/-/imports/<int:import_id>/undo")
def undo(import_id: int) -> Response:
    """Take an import back; refused when somebody worked on its records since."""
    importing.undo(env(), env().get(Import, import_id))
    return go(f"/-/imports/{import_id}", full=True)


@task(TASK)
def carry_out(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Import the kept file in one transaction."""
    model = model_at(str(payload["model"]))
    with run.env() as at:
        upload = _load(run.site.folder, run.principal, str(payload["token"]))
        report = bring(at, model, upload, keep=bool(payload["keep"]))
    for problem in report.problems:
        run.log(
            _(
                "Row {row}, {column}: {message}",
                row=problem.row,
                column=problem.column,
                message=problem.message,
            ),
            failed=True,
        )
    run.progress(report.rows, report.rows)
    url = f"/-/imports/{report.import_id}" if report.import_id else ""
    return {"created": report.created, "changed": report.changed, "unchanged": report.unchanged,
            "wrong": len(report.problems), "url": url}  # fmt: skip


def url_of(model: type[Model]) -> str:
    return f"/-/import/{model_name(model)}"


def bring(at: Env, model: type[Model], upload: Upload, *, keep: bool) -> importing.Report:
    """Import the kept file, or try it."""
    with _path(at.site.folder, at.principal, upload.token).open("rb") as file:
        sheet = read(file, upload.name)
        return importing.bring(at, model, upload.name, sheet.rows, upload.mapping, sheet.columns, keep=keep)


def _take_file(model: type[Model], sent: FileStorage | None) -> Response:
    """Keep the file under a token that only this person can use."""
    if sent is None or not sent.filename:
        raise ValidationError({"file": _("Choose a file first.")})
    name = Path(sent.filename).name
    check_upload(sent.stream, name, TABLES)  # type: ignore[arg-type]  # a seekable binary stream
    sent.stream.seek(0)
    sheet = read(sent.stream, name)  # type: ignore[arg-type]  # as above
    mapping = importing.suggest(env(), model, sheet.columns)
    upload = Upload(secrets.token_urlsafe(24), name, mapping)
    path = _path(site().folder, principal(), upload.token)
    path.parent.mkdir(parents=True, exist_ok=True)
    _forget_old(path.parent)
    sent.stream.seek(0)
    sent.save(path)
    _keep(upload)
    return go(with_query(url_of(model), [("token", upload.token)]), full=True)


def _map_page(model: type[Model], upload: Upload, notes: Sequence[Note] = ()) -> Response:
    heads, samples = _samples(upload)
    known = importing.mappable(env(), model)
    chosen = set(upload.mapping.values())
    columns = [
        MapColumn(i, head, samples[i], upload.mapping.get(head, ""), head in upload.mapping)
        for i, head in enumerate(heads)
    ]
    keys = ", ".join(str(f.label) for f in key_fields(model))
    page = ImportPage(
        "map", url_of(model), upload.token, sheet=upload.name, columns=columns,
        targets=[Target(exporting.ID, _("Id"), False), *(Target(n, exporting.heading(f), f.required) for n, f in known.items())],
        match=[Match("key", _("its id or its {keys} is the same", keys=keys or _("id")), True)],
        missing=[f.label for f in known.values() if f.required and f.facet is None and f.name not in chosen],
    )  # fmt: skip
    return _page(model, page, notes=notes)


def _check(model: type[Model], upload: Upload) -> Response:
    """Try it and show what would happen."""
    heads, _unused = _samples(upload)
    mapping = {head: request.form.get(f"map.{i}", "") for i, head in enumerate(heads)}
    upload = Upload(upload.token, upload.name, mapping)
    _keep(upload)
    try:
        report = bring(env(), model, upload, keep=False)
    except ValidationError as error:
        return _map_page(model, upload, [Note("; ".join(str(m) for m in error.fields.values()), tone="bad")])
    return _page(model, _preview(model, upload, report))


def _preview(model: type[Model], upload: Upload, report: importing.Report) -> ImportPage:
    number = reader().number
    heads = [h for h, target in upload.mapping.items() if target]
    wrong = {p.row for p in report.problems}
    counts = [
        Counted(_("New"), number(report.created)), Counted(_("Changed"), number(report.changed)),
        Counted(_("Same"), number(report.unchanged)), Counted(_("Wrong"), number(len(wrong)), "bad" if wrong else ""),
    ]  # fmt: skip
    return ImportPage(
        "preview", url_of(model), upload.token, columns=[Column(h, h) for h in heads], counts=counts,
        rows=_preview_rows(upload, heads, report), wrong=len(wrong), valid=0 if wrong else report.rows,
        shown_text=_("{rows} rows in the file", rows=number(report.rows)) if not wrong
        else _("Correct these rows in the file and send it again; nothing is imported while one is wrong."),
    )  # fmt: skip


def _preview_rows(upload: Upload, heads: Sequence[str], report: importing.Report) -> list[PreviewRow]:
    """The wrong rows, or the first ones when all are right."""
    problems: dict[int, list[Wrong]] = {}
    for problem in report.problems:
        problems.setdefault(problem.row, []).append(Wrong(problem.column, problem.message))
    found = []
    for row, values in _rows(upload, heads):
        if row.number in problems or not problems:
            state = "wrong" if row.number in problems else report.states.get(row.number, "new")
            found.append(
                PreviewRow(
                    row.number, state, [Value("text", v) for v in values], problems.get(row.number, ())
                )
            )
        if len(found) == SHOWN:
            break
    return found


def _run(model: type[Model], upload: Upload) -> Response:
    if _has_many(upload):
        payload = {"model": model_name(model), "token": upload.token, "keep": True}
        job = enqueue(env(), TASK, _("Import of {file}", file=upload.name), payload)
        return go(f"/-/jobs/{job.id}", full=True)
    report = bring(env(), model, upload, keep=True)
    if not report.is_good:
        return _page(model, _preview(model, upload, report))
    return go(f"/-/imports/{report.import_id}" if report.import_id else list_url(model), full=True)


def _page(model: type[Model], page: ImportPage, notes: Sequence[Note] = ()) -> Response:
    title = _("Import {models}", models=model.plural)
    crumbs = [Crumb(str(model.plural), list_url(model)), Crumb(title)]
    return render("import.html.jinja", Page(title, crumbs=crumbs, notes=notes), imp=page)


def _model(name: str) -> type[Model]:
    model = readable_model(name)
    if not env().site.access.may(principal(), "create", model):
        raise Forbidden(_("You may not create {models}.", models=model.plural))
    return model


def _samples(upload: Upload) -> tuple[Sequence[str], list[list[str]]]:
    """The headings and the first values below each."""
    with _path(site().folder, principal(), upload.token).open("rb") as file:
        sheet = read(file, upload.name)
        rows = [row for row, _i in zip(sheet.rows, range(SAMPLES), strict=False)]
        heads = sheet.columns
    return heads, [
        [str(r.values[i]) for r in rows if i < len(r.values) and r.values[i] is not None]
        for i in range(len(heads))
    ]


def _rows(upload: Upload, heads: Sequence[str]) -> list[tuple[Row, list[str]]]:
    with _path(site().folder, principal(), upload.token).open("rb") as file:
        sheet = read(file, upload.name)
        at = [sheet.columns.index(h) for h in heads]
        return [
            (r, ["" if i >= len(r.values) or r.values[i] is None else str(r.values[i]) for i in at])
            for r in sheet.rows
        ]


def _has_many(upload: Upload) -> bool:
    with _path(site().folder, principal(), upload.token).open("rb") as file:
        return any(i >= AT_ONCE for i, _row in enumerate(read(file, upload.name).rows))


def _path(folder: Path, who: Principal, token: str) -> Path:
    """Where the file lies: its name holds the person's id, so that nobody else's token finds it."""
    if not token.replace("-", "").replace("_", "").isalnum():
        raise NotFound(_("This file is not waiting any more. Send it again."))
    return folder / "uploads" / f"{who.user_id}-{token}"


def _keep(upload: Upload) -> None:
    path = _path(site().folder, principal(), upload.token)
    path.with_suffix(".json").write_text(json.dumps(asdict(upload)))


def _find(token: str) -> Upload:
    return _load(site().folder, principal(), token)


def _load(folder: Path, who: Principal, token: str) -> Upload:
    path = _path(folder, who, token)
    if not path.is_file():
        raise NotFound(_("This file is not waiting any more. Send it again."))
    kept: Mapping[str, Any] = json.loads(path.with_suffix(".json").read_text())
    return Upload(kept["token"], kept["name"], dict(kept["mapping"]))


def _forget_old(folder: Path) -> None:
    limit = time.time() - KEPT_SECONDS
    for path in folder.iterdir():
        if path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
