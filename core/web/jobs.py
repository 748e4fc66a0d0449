"""Jobs of a person: progress, log, a result for each record, cancel, and what to do with what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response
from sqlalchemy import ColumnElement, UnaryExpression, func, select

from core.base import User
from core.i18n import _
from core.jobs.job import Job, JobLine, JobState, cancel, retry
from core.jobs.live import live_of
from core.orm.env import open_env
from core.orm.model import model_named
from core.orm.query import titles
from core.web.cells import Column, Row, Value
from core.web.format import Reader
from core.web.parts import Action, Counted, Crumb, Fact, Note, Page, Progress, Words
from core.web.request import env, go, principal, reader, site
from core.web.templating import render
from core.web.urls import list_url, record_url

blueprint = Blueprint("jobs", __name__)

#: Lines of a log that a page shows.
MOST = 500


@dataclass(frozen=True)
class LogLine:
    """A line of the log."""

    time: str
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Results:
    """What came of each record."""

    columns: Sequence[Column]
    rows: Sequence[Row]


@dataclass(frozen=True)
class JobPage:
    """What job.html.jinja shows."""

    url: str
    running: bool
    state: Value
    progress: Progress | None
    facts: Sequence[Fact]
    log: Sequence[LogLine]
    results: Results | None
    result_counts: Sequence[Counted]
    actions: Sequence[Action]
    error: Note | None


@blueprint.get("/-/jobs/<int:job_id>")
@blueprint.get("/m/base.job/<int:job_id>")
def show(job_id: int) -> Response:
    """How far a job is, and what came of it."""
    job = env().get(Job, job_id)
    page = Page(job.title, crumbs=[Crumb(_("Jobs"), list_url(Job)), Crumb(job.title)])
    return render("job.html.jinja", page, job=_page_of(job))


@blueprint.post("/-/jobs/<int:job_id>/cancel")
def stop(job_id: int) -> Response:
    """Stop at the next step: what is done in steps stays done, an import is taken back whole."""
    if live_of(job_id) is not None:
        # Its transaction may hold SQLite's only writer: asked in a reading one, which waits for nobody.
        with open_env(site(), principal()) as reading:
            cancel(reading, reading.get(Job, job_id))
    else:
        cancel(env(), env().get(Job, job_id))
    return go(f"/-/jobs/{job_id}", full=True)


@blueprint.post("/-/jobs/<int:job_id>/retry")
def again(job_id: int) -> Response:
    """Start the same work again, as a job of its own."""
    job = retry(env(), env().get(Job, job_id))
    return go(f"/-/jobs/{job.id}", full=True)


def _page_of(job: Job) -> JobPage:
    log = _lines(job, JobLine.record_id.is_(None))
    # What was refused comes first: of many records it is what the person has to do something about.
    results = _lines(job, JobLine.record_id.is_not(None), JobLine.failed.desc())
    return JobPage(
        url=f"/-/jobs/{job.id}",
        running=not job.is_over,
        state=_state(job),
        progress=_progress(job, reader()),
        facts=_facts(job, reader()),
        log=[LogLine(reader().moment(x.at), x.text, "bad" if x.failed else "") for x in log],
        results=_results(results),
        result_counts=_counts(job, reader()) if results else [],
        actions=_actions(job),
        error=Note(job.error, tone="bad" if job.state is JobState.FAILED else "warn") if job.error else None,
    )


def _lines(job: Job, which: ColumnElement[bool], *first: UnaryExpression[bool]) -> Sequence[JobLine]:
    wanted = select(JobLine).where(JobLine.job_id == job.id, which)
    return env().session.scalars(wanted.order_by(*first, JobLine.id).limit(MOST)).all()


def _state(job: Job) -> Value:
    order = {JobState.QUEUED: 0, JobState.RUNNING: 1}
    over = job.state in (JobState.CANCELLED, JobState.FAILED)
    tone = "bad" if job.state is JobState.FAILED else ""
    return Value(
        "state", str(job.state.label), ordinal=order.get(job.state, 2), last=2, cancelled=over, tone=tone
    )


def _progress(job: Job, reads: Reader) -> Progress | None:
    """From this process while the job runs here, else as it was last written."""
    live = live_of(job.id)
    done, total = (live.done, live.total) if live else (job.done, job.total)
    if job.is_over and not total:
        return None
    percent = 100 if job.state is JobState.DONE else round(100 * done / total) if total else 0
    words: Words = job.state.label
    if total:
        words = _("{done} of {total}", done=reads.number(done), total=reads.number(total))
    elif done:
        words = _("{done} so far", done=reads.number(done))
    if live and live.message:
        words = f"{words}, {live.message}"
    return Progress(min(percent, 100), words, "bad" if job.state is JobState.FAILED else "")


def _facts(job: Job, reads: Reader) -> list[Fact]:
    waits = job.not_before if job.state is JobState.QUEUED else None
    moments = ((_("Not before"), waits), (_("Started"), job.started_at), (_("Finished"), job.finished_at))
    found = []
    if job.attempt > 1:
        found.append(Fact(_("Attempt"), Value("quantity", reads.number(job.attempt))))
    if job.user_id is not None and job.user_id != principal().user_id:
        name = titles(env(), User, [job.user_id]).get(job.user_id, f"#{job.user_id}")
        found.append(Fact(_("Started by"), Value("text", name)))
    found += [
        Fact(label, Value("date", reads.instant(at), iso=at.isoformat())) for label, at in moments if at
    ]
    counted = (
        ("created", _("Created")),
        ("changed", _("Changed")),
        ("unchanged", _("Unchanged")),
        ("wrong", _("Wrong rows")),
    )
    return found + [
        Fact(label, Value("quantity", reads.number(int(job.result[name]))))
        for name, label in counted
        if name in job.result
    ]


def _results(lines: Sequence[JobLine]) -> Results | None:
    if not lines:
        return None
    names: dict[tuple[str, int], str] = {}
    for model_text in {x.record_model or "" for x in lines}:
        model = model_named(model_text)
        if model is not None:
            ids = [x.record_id for x in lines if x.record_model == model_text and x.record_id]
            names |= {(model_text, i): title for i, title in titles(env(), model, ids).items()}
    return Results(
        [Column("key", _("Record")), Column("text", _("Result"))], [_result(x, names) for x in lines]
    )


def _result(line: JobLine, names: dict[tuple[str, int], str]) -> Row:
    model, record_id = model_named(line.record_model or ""), line.record_id or 0
    title = names.get((line.record_model or "", record_id), f"#{record_id}")
    url = record_url(model, record_id) if model is not None else ""
    said = Value("multiline", line.text, tone="bad" if line.failed else "")
    return Row(record_id, url, title, [Value("link", title, url=url), said])


def _counts(job: Job, reads: Reader) -> list[Counted]:
    """Over all records, whatever the page shows of them."""
    wanted = select(JobLine.failed, func.count()).where(
        JobLine.job_id == job.id, JobLine.record_id.is_not(None)
    )
    found = {bool(row[0]): int(row[1]) for row in env().session.execute(wanted.group_by(JobLine.failed))}
    counted = [Counted(_("done"), reads.number(found.get(False, 0)))]
    return counted + ([Counted(_("refused"), reads.number(found[True]), "bad")] if found.get(True) else [])


def _actions(job: Job) -> list[Action]:
    if not job.is_over:
        return [Action(_("Cancel"), f"/-/jobs/{job.id}/cancel", "ban", method="post", name="cancel")]
    if job.user_id != principal().user_id:
        return []
    found = []
    if job.state in (JobState.FAILED, JobState.CANCELLED):
        found.append(
            Action(_("Start again"), f"/-/jobs/{job.id}/retry", "refresh", method="post", name="retry")
        )
    if job.result.get("file"):
        found.append(Action(_("Download"), f"/-/jobs/{job.id}/file", "download", primary=True))
    if job.result.get("url"):
        label = _("See the rows") if job.result.get("wrong") else _("Go on")
        found.append(Action(label, str(job.result["url"]), "arrow-right", primary=True))
    return found
