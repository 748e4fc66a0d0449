"""Exporting what a list shows, all of it: at once, or as a job when it is much."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request, send_file
from werkzeug.datastructures import MultiDict

from core.base.actions import exporting
from core.errors import NotFound, UserError
from core.formats.tabular_writer import write_csv, write_xlsx
from core.i18n import _
from core.jobs.job import Job, enqueue, task
from core.orm.assign import visible_fields
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.orm.query import count
from core.web.lists import readable_model
from core.web.request import env, go, site, writing
from core.web.state import ListState, condition_of, read_state
from core.web.urls import model_at

if TYPE_CHECKING:
    from core.jobs.run import Run

blueprint = Blueprint("exports", __name__)

#: More records than this are written by a job.
AT_ONCE = 200
TASK = "web.export"
FORMATS: Mapping[str, tuple[str, Any]] = {  # Any: a writer
    "csv": ("text/csv; charset=utf-8", write_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx),
}


@blueprint.get("/-/export/<name>")
def export(name: str) -> Response:
    """Every record of the list in `format` csv or xlsx, with the columns shown or `fields=all`."""
    model = readable_model(name)
    state, form = read_state(env(), model, request.args), _format(request.args.get("format", "csv"))
    if count(env(), model, condition_of(env(), state), cap=AT_ONCE).capped:
        return _ask_for_job(model, form)
    target = io.BytesIO()
    _write(env(), state, _fields(env(), model, request.args), form, target)
    target.seek(0)
    return send_file(
        target, FORMATS[form][0], as_attachment=True, download_name=f"{model_name(model)}.{form}"
    )


@blueprint.post("/-/export/<name>")
def export_as_job(name: str) -> Response:
    """Write the file as a job; its page offers the file."""
    model = readable_model(name)
    job = _enqueue(model, _format(request.form.get("format", "csv")), request.form.get("query", ""))
    return go(f"/-/jobs/{job.id}", full=True)


@blueprint.get("/-/jobs/<int:job_id>/file")
def file_of(job_id: int) -> Response:
    """The file that a job made, for whoever may see the job."""
    job = env().get(Job, job_id)
    path = folder(site().folder) / f"{job.id}.{job.result.get('format', '')}"
    if job.task != TASK or not path.is_file():
        raise NotFound(_("This job made no file, or it was removed."))
    mime = FORMATS[str(job.result["format"])][0]
    return send_file(path, mime, as_attachment=True, download_name=str(job.result["name"]), max_age=0)


@task(TASK)
def carry_out(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Write the file; idempotent, since it begins anew each time."""
    model, form = model_at(str(payload["model"])), _format(str(payload["format"]))
    args = MultiDict(json.loads(payload["query"]))
    target = folder(run.site.folder)
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{run.job_id}.{form}"
    with run.env(write=False) as at, path.open("wb") as file:
        state = read_state(at, model, args)
        _write(at, state, _fields(at, model, args), form, file, run)
    run.log(_("The file is ready."))
    return {"format": form, "name": f"{payload['model']}.{form}", "file": True}


def folder(site_folder: Path) -> Path:
    return site_folder / "exports"


def _ask_for_job(model: type[Model], form: str) -> Response:
    """A GET changes nothing but the queue of its own person: the job is written in a transaction of its own."""
    with writing() as own:
        job = _enqueue_in(own, model, form, _query())
        job_id = job.id
    return go(f"/-/jobs/{job_id}", full=True)


def _enqueue(model: type[Model], form: str, query: str) -> Job:
    return _enqueue_in(env(), model, form, query or _query())


def _enqueue_in(at: Env, model: type[Model], form: str, query: str) -> Job:
    payload = {"model": model_name(model), "format": form, "query": query}
    return enqueue(at, TASK, _("Export of {models}", models=model.plural), payload)


def _query() -> str:
    return json.dumps(list(request.args.items(multi=True)))


def _write(
    at: Env, state: ListState, names: list[str], form: str, target: Any, run: Run | None = None
) -> None:  # Any: a binary file
    condition = condition_of(at, state)
    rows = exporting.rows(at, state.model, names, condition, state.sort)
    if run is not None:
        rows = _counted(rows, run)
    FORMATS[form][1](target, exporting.columns(at, state.model, names), rows)


def _counted(rows: Any, run: Run) -> Any:  # Any: rows of values
    """The same rows, with the job's progress every thousand of them."""
    for number, row in enumerate(rows, start=1):
        if number % 1000 == 0:
            run.progress(number)
        yield row


def _fields(at: Env, model: type[Model], args: MultiDict[str, str]) -> list[str]:
    chosen = [n for n in args.get("columns", "").split(",") if n]
    seen = visible_fields(at, model)
    return (
        [n for n in chosen if n in seen]
        if chosen and args.get("fields") != "all"
        else exporting.default_fields(at, model)
    )


def _format(name: str) -> str:
    if name not in FORMATS:
        raise UserError(_("Files are written as {known}.", known=", ".join(FORMATS)))
    return name
