"""The import wizard: a file is kept, its columns are mapped, it is tried, then done, and can be undone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request, send_file

from core.base.actions import importing
from core.base.actions.exporting import ID
from core.base.actions.importing import Draft, Report
from core.base.models.transfer import Import
from core.errors import Forbidden, FormatError, NotFound, ValidationError
from core.formats.column import Column as FileColumn
from core.formats.column import ColumnType
from core.formats.tabular_writer import write_csv
from core.i18n import _
from core.jobs.job import enqueue, task
from core.orm.model import Model, model_name
from core.web.crumbs import model_crumbs
from core.web.errors import note_of
from core.web.import_page import ImportPage, done_page, file_page, map_page, preview_page, url_of
from core.web.lists import readable_model
from core.web.parts import Note, Page
from core.web.request import UNPROCESSABLE, env, go, principal, reader, site
from core.web.templating import render
from core.web.uploads import Upload, Uploads
from core.web.urls import model_at

if TYPE_CHECKING:
    from core.jobs.run import Run
    from core.orm.env import Env

blueprint = Blueprint("imports", __name__)

#: More rows than this are imported by a job.
AT_ONCE = 200
#: More rows than this are also tried by a job.
TRIED_AT_ONCE = 5_000
#: Problems that a job's log tells; the file of errors has them all.
_LOGGED = 50
TASK = "web.import"
PREVIEW = "preview"


@blueprint.get("/-/import/<name>")
def begin(name: str) -> Response:
    """Choose a file, map the columns of one that was sent, or see what it would do."""
    model = _model(name)
    token = request.args.get("token", "")
    if not token:
        return _page(model, file_page(model))
    upload = _uploads().find(token, model_name(model))
    report = _uploads().report(upload) if request.args.get("step") == PREVIEW else None
    if report is None:
        return _page(model, map_page(env(), model, upload))
    return _page(model, preview_page(model, _uploads(), upload, report, reader()))


@blueprint.get("/-/import/<name>/template")
def template(name: str) -> Response:
    """An empty file with every column that can be imported."""
    model = _model(name)
    found = importing.targets(env(), model).items()
    headings = [text for target, text in found if target.rpartition("/")[2] != ID]
    return _csv([FileColumn(text) for text in headings], [], f"{model.plural}.csv")


@blueprint.get("/-/import/<name>/errors")
def errors(name: str) -> Response:
    """What the dry run found wrong, as a file to work through."""
    model = _model(name)
    upload = _uploads().find(request.args.get("token", ""), model_name(model))
    report = _uploads().report(upload)
    if report is None:
        raise NotFound(_("This file was not checked with its present columns. Check it again."))
    columns = [
        FileColumn(str(_("Row")), ColumnType.INTEGER),
        FileColumn(str(_("Column"))),
        FileColumn(str(_("What is wrong"))),
    ]
    rows = [(p.row, p.column, p.message) for p in report.problems]
    title = _("Errors in {file}", file=upload.name)
    return _csv(columns, rows, f"{title}.csv")


@blueprint.post("/-/import/<name>")
def step(name: str) -> Response:
    """One step further: the file, the mapping, the import itself; or back to the columns."""
    model = _model(name)
    asked = request.form.getlist("step")[-1] if request.form.getlist("step") else "file"
    if asked == "file":
        return _take_file(model)
    upload = _uploads().find(request.form.get("token", ""), model_name(model))
    if asked == "map":
        return _check(model, upload)
    if asked == "run":
        return _import(model, upload)
    return go(url_of(model, token=upload.token), full=True)


@blueprint.get("/-/imports/<int:import_id>")
@blueprint.get("/m/base.import/<int:import_id>")
def done(import_id: int) -> Response:
    """What an import did."""
    kept = env().get(Import, import_id)
    model = readable_model(kept.model)
    notes = [Note(_("This import was undone."))] if kept.undone_at else []
    return _page(model, done_page(model, kept, reader()), notes)


@blueprint.post("/-/imports/<int:import_id>/undo")
def undo(import_id: int) -> Response:
    """Take an import back; refused when somebody worked on its records since."""
    importing.undo(env(), env().get(Import, import_id))
    return go(f"/-/imports/{import_id}", full=True)


@task(TASK)
def carry_out(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Read the kept file, then try or import it in one transaction, which a cancel takes back whole.

    It is read beforehand without the writer's lock, so that others wait for the writing alone.
    """
    model, keep = model_at(str(payload["model"])), bool(payload["keep"])
    uploads = Uploads(run.site.folder, run.principal)
    upload = uploads.find(str(payload["token"]), model_name(model))
    progress = _Steps(run, upload.rows)
    with run.env(write=False) as at:
        draft = _read(at, model, uploads, upload, progress)
    progress.second_half()
    with run.env() as at:
        report = importing.write(
            at, draft, upload.name, keep=keep, by_key=upload.by_key, progress=progress.further
        )
    for problem in report.problems[:_LOGGED]:
        words = _(
            "Row {row}, {column}: {message}", row=problem.row, column=problem.column, message=problem.message
        )
        run.log(words, failed=True)
    _put_away(uploads, upload, report)
    return _result(run, model, upload, report)


class _Steps:
    """A job's progress through a file that is first read, then written."""

    def __init__(self, run: Run, rows: int) -> None:
        self._run = run
        self._rows = rows
        self._done = 0

    def read(self, done: int) -> None:
        self._run.progress(done // 2, self._rows, _("reading"))

    def second_half(self) -> None:
        self._done = self._rows // 2
        self._run.progress(self._done, self._rows, _("writing"))

    def further(self, rows: int) -> None:
        self._done = min(self._done + rows // 2, self._rows)
        self._run.progress(self._done, self._rows, _("writing"))


def _result(run: Run, model: type[Model], upload: Upload, report: Report) -> dict[str, Any]:  # Any: JSON
    if report.is_good:
        run.progress(report.rows, report.rows)
    url = url_of(model, token=upload.token, step=PREVIEW)
    return {
        "created": report.created, "changed": report.changed, "unchanged": report.unchanged,
        "wrong": len(report.wrong_rows), "url": f"/-/imports/{report.import_id}" if report.import_id else url,
    }  # fmt: skip


def _read(
    at: Env, model: type[Model], uploads: Uploads, upload: Upload, steps: _Steps | None = None
) -> Draft:
    with uploads.sheet(upload) as sheet:
        progress = steps.read if steps is not None else lambda _done: None
        return importing.read(at, model, sheet.rows, upload.mapping, sheet.columns, progress)


def _bring(model: type[Model], upload: Upload, *, keep: bool) -> Report:
    """Import the kept file, or try it, in this request."""
    draft = _read(env(), model, _uploads(), upload)
    report = importing.write(env(), draft, upload.name, keep=keep, by_key=upload.by_key)
    uploads = _uploads()
    if report.import_id:
        env().after_commit(lambda: _put_away(uploads, upload, report))
    else:
        _put_away(uploads, upload, report)
    return report


def _put_away(uploads: Uploads, upload: Upload, report: Report) -> None:
    """A file that was imported is gone, so that a second press of the button does not import it again."""
    if report.import_id:
        uploads.forget(upload)
    else:
        uploads.keep_report(upload, report)


def _take_file(model: type[Model]) -> Response:
    """Keep the file under a token that only this person can use."""
    try:
        upload = _uploads().take(request.files.get("file"), model_name(model))
    except (FormatError, ValidationError) as error:
        return _page(model, file_page(model), [note_of(error)], UNPROCESSABLE)
    _uploads().keep(upload, mapping=importing.suggest(env(), model, upload.columns))
    return go(url_of(model, token=upload.token), full=True)


def _check(model: type[Model], upload: Upload) -> Response:
    """Try it, and show what would happen."""
    chosen = {head: request.form.get(f"map.{i}", "") for i, head in enumerate(upload.columns)}
    upload = _uploads().keep(upload, mapping=chosen, by_key=request.form.get("match") == "key")
    try:
        importing.read(env(), model, (), upload.mapping, upload.columns)
        if upload.rows > TRIED_AT_ONCE:
            return _enqueue(model, upload, keep=False)
        _bring(model, upload, keep=False)
    except ValidationError as error:
        return _page(model, map_page(env(), model, upload), [note_of(error)], UNPROCESSABLE)
    return go(url_of(model, token=upload.token, step=PREVIEW), full=True)


def _import(model: type[Model], upload: Upload) -> Response:
    if upload.rows > AT_ONCE:
        return _enqueue(model, upload, keep=True)
    report = _bring(model, upload, keep=True)
    if not report.is_good:
        return go(url_of(model, token=upload.token, step=PREVIEW), full=True)
    return go(f"/-/imports/{report.import_id}", full=True)


def _enqueue(model: type[Model], upload: Upload, *, keep: bool) -> Response:
    title = _("Import of {file}", file=upload.name) if keep else _("Check of {file}", file=upload.name)
    payload = {"model": model_name(model), "token": upload.token, "keep": keep}
    job = enqueue(env(), TASK, title, payload, upload.rows)
    return go(f"/-/jobs/{job.id}", full=True)


def _page(model: type[Model], page: ImportPage, notes: Sequence[Note] = (), status: int = 200) -> Response:
    title = _("Import {models}", models=model.plural)
    crumbs = model_crumbs(model, title)
    return render("import.html.jinja", Page(title, crumbs=crumbs, notes=notes), status, imp=page)


def _csv(columns: Sequence[FileColumn], rows: Sequence[tuple[int | str, ...]], name: str) -> Response:
    target = io.BytesIO()
    write_csv(target, columns, rows)
    target.seek(0)
    return send_file(target, "text/csv; charset=utf-8", as_attachment=True, download_name=name)


def _model(name: str) -> type[Model]:
    model = readable_model(name)
    access = site().access
    if not access.may(principal(), "create", model) and not access.may(principal(), "write", model):
        raise Forbidden(_("You may neither create nor change {models}.", models=model.plural))
    return model


def _uploads() -> Uploads:
    return Uploads(site().folder, principal())
