"""Exporting what a list shows, all of it: at once, or as a job when it is much."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from flask import Blueprint, Response, request, send_file
from werkzeug.datastructures import MultiDict

from core.base.actions import exporting
from core.errors import NotFound, UserError
from core.formats.column import Column, ColumnType, Value
from core.formats.tabular_writer import write_csv, write_xlsx
from core.i18n import _
from core.jobs.job import Job, JobState, enqueue, task
from core.orm.assign import visible_fields
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.orm.query import count
from core.views.resolve import list_view
from core.web.charting import Chart, chart_field, chart_fields, chart_summing
from core.web.columns import Shape, chosen_cells
from core.web.crumbs import model_crumbs
from core.web.lists import readable_model
from core.web.parts import Page, Words
from core.web.request import env, go, principal, reader, site, views
from core.web.state import ListState, condition_of, read_state
from core.web.templating import render
from core.web.urls import list_url, model_at, with_query

if TYPE_CHECKING:
    from core.jobs.run import Run

blueprint = Blueprint("exports", __name__)

#: More records than this are written by a job.
AT_ONCE = 200
#: Counting stops here; no plant has more records of a kind that it exports.
_COUNTED = 10_000_000
_STEP = 1_000
TASK = "web.export"

Writer = Callable[[BinaryIO, Sequence[Column], Iterator[Sequence[Value]]], None]


@dataclass(frozen=True)
class Format:
    """A kind of file that an export may be."""

    name: str
    label: Words
    mime: str
    write: Writer
    #: Whether its cells hold instants as a clock shows them, without a zone.
    clock_time: bool = False


FORMATS: Mapping[str, Format] = {
    "xlsx": Format(
        "xlsx", _("Workbook (XLSX)"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx,
        clock_time=True,
    ),
    "csv": Format("csv", _("Text (CSV)"), "text/csv; charset=utf-8", write_csv),
}  # fmt: skip


@dataclass(frozen=True)
class ExportPage:
    """What export.html.jinja shows."""

    url: str
    #: Writing many records is asked for as a change, since it makes a job.
    is_job: bool
    count_text: Words
    formats: Sequence[Format]
    format: str
    query: Sequence[tuple[str, str]]
    shown: Words
    all: Words
    all_fields: bool
    back_url: str


@blueprint.get("/-/export/<name>")
def export(name: str) -> Response:
    """Every record of the list in `format` csv or xlsx, with the columns shown or `fields=all`.

    Without a format, and for many records, it asks first.
    """
    model = readable_model(name)
    state = read_state(env(), model, request.args)
    many = count(env(), model, condition_of(env(), state), cap=AT_ONCE).capped
    if many or not request.args.get("format"):
        return _ask(state, is_job=many)
    form = _format(request.args["format"])
    target = io.BytesIO()
    _write(env(), state, _names(model, request.args), form, target)
    target.seek(0)
    return send_file(target, form.mime, as_attachment=True, download_name=_file_name(model, form))


@blueprint.get("/m/<name>/-/chart.csv")
def chart_file(name: str) -> Response:
    """The numbers of a chart as a file."""
    model = readable_model(name)
    state = read_state(env(), model, request.args)
    seen = list(visible_fields(env(), model).values())
    fields = chart_fields(seen)
    if not fields:
        raise NotFound(_("{models} have nothing that a chart could be by.", models=model.plural))
    by = chart_field(state, fields)
    chart = Chart(state, by, chart_summing(env(), state, seen, reader()), reader())
    columns = [
        Column(str(by.label)), Column(str(chart.measure), ColumnType.DECIMAL, places=0), Column(str(_("Unit")))
    ]  # fmt: skip
    target = io.BytesIO()
    write_csv(target, columns, chart.rows(condition_of(env(), state)))
    target.seek(0)
    return send_file(
        target, FORMATS["csv"].mime, as_attachment=True, download_name=_file_name(model, FORMATS["csv"])
    )


@blueprint.post("/-/export/<name>")
def export_as_job(name: str) -> Response:
    """Write the file as a job; its page offers the file."""
    model = readable_model(name)
    read_state(env(), model, request.form)
    payload = {
        "model": model_name(model), "format": _format(request.form.get("format", "")).name,
        "query": list(_query(request.form)), "columns": _names(model, request.form),
    }  # fmt: skip
    job = enqueue(env(), TASK, _("Export of {models}", models=model.plural), payload)
    return go(f"/-/jobs/{job.id}", full=True)


@blueprint.get("/-/jobs/<int:job_id>/file")
def file_of(job_id: int) -> Response:
    """The file that a job made, for the person whose eyes chose what is in it."""
    job = env().get(Job, job_id)
    own = job.user_id == principal().user_id and job.acting_company_id in (None, *principal().companies)
    path = folder(site().folder) / f"{job.id}.{job.result.get('format', '')}"
    if job.task != TASK or job.state is not JobState.DONE or not own or not path.is_file():
        raise NotFound(_("There is no file of this job for you. It is kept for a day; export it again."))
    mime = FORMATS[str(job.result["format"])].mime
    return send_file(path, mime, as_attachment=True, download_name=str(job.result["name"]), max_age=0)


@task(TASK, attempts=3)
def carry_out(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Write the file; idempotent, since it begins anew each time."""
    model, form = model_at(str(payload["model"])), _format(str(payload["format"]))
    target = folder(run.site.folder)
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{run.job_id}.{form.name}"
    draft = path.with_suffix(".part")
    try:
        with run.env(write=False) as at, draft.open("wb") as file:
            state = read_state(at, model, MultiDict((str(n), str(v)) for n, v in payload["query"]))
            _write(at, state, list(payload["columns"]), form, file, run)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    run.log(_("The file is ready."))
    return {"format": form.name, "name": _file_name(model, form), "file": True}


def folder(site_folder: Path) -> Path:
    return site_folder / "exports"


def _ask(state: ListState, *, is_job: bool) -> Response:
    """Which file, and with which columns."""
    model = state.model
    counted = count(env(), model, condition_of(env(), state))
    number = reader().number(counted.value) + ("+" if counted.capped else "")
    query = list(_query(request.args))
    page = ExportPage(
        f"/-/export/{model_name(model)}", is_job, _("{count} records", count=number), list(FORMATS.values()),
        request.args.get("format") or next(iter(FORMATS)), query,
        _("The columns of the list ({count})", count=len(_shown(model))),
        _("Every field ({count}), to change the file and import it", count=len(exporting.default_fields(env(), model))),
        request.args.get("fields") == "all", with_query(list_url(model), query),
    )  # fmt: skip
    title = _("Export {models}", models=model.plural)
    crumbs = model_crumbs(model, title, page.back_url)
    return render("export.html.jinja", Page(title, crumbs=crumbs), export=page)


def _query(args: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    """The list's own state, without what the export itself asked."""
    own = ("format", "fields", "columns", "csrf_token")
    return ((name, value) for name, value in args.items(multi=True) if name not in own)


def _write(
    at: Env, state: ListState, names: Sequence[str], form: Format, target: BinaryIO, run: Run | None = None
) -> None:
    condition = condition_of(at, state)
    columns = exporting.columns(at, state.model, names)
    with closing(
        exporting.rows(at, state.model, names, condition, state.sort, clock_time=form.clock_time)
    ) as rows:
        total = count(at, state.model, condition, cap=_COUNTED).value if run is not None else 0
        form.write(target, columns, rows if run is None else _counted(rows, run, total))


def _counted(rows: Iterator[list[Value]], run: Run, total: int) -> Iterator[list[Value]]:
    """The same rows, with the job's progress among them."""
    done = 0
    for row in rows:
        if done % _STEP == 0:
            run.progress(done, total)
        yield row
        done += 1
    run.progress(done, done)


def _names(model: type[Model], args: MultiDict[str, str]) -> list[str]:
    """The fields of the file: every one, those that the address names, or the columns of the person's list."""
    if args.get("fields") == "all":
        return exporting.default_fields(env(), model)
    named = [n for n in args.get("columns", "").split(",") if n]
    seen = visible_fields(env(), model)
    return [n for n in named if n in seen] or _shown(model)


def _shown(model: type[Model]) -> list[str]:
    cells = chosen_cells(list_view(env(), views(), model), Shape.of(model))
    return [cell.name for cell in cells]


def _file_name(model: type[Model], form: Format) -> str:
    return f"{model.plural}.{form.name}"


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise UserError(_("Files are written as {known}.", known=", ".join(FORMATS)))
    return FORMATS[name]
