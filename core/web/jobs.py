"""Jobs of a person: progress, log, a result for each record, cancel, and what to do with what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response
from sqlalchemy import select

from core.i18n import _
from core.jobs.job import Job, JobLine, JobState, cancel, live_of
from core.orm.model import model_named
from core.orm.query import titles
from core.web.cells import Column, Row, Value
from core.web.format import Reader
from core.web.lists import reader
from core.web.parts import Action, Crumb, Note, Page, Progress, Words
from core.web.request import env, go
from core.web.templating import render
from core.web.urls import record_url

blueprint = Blueprint("jobs", __name__)

#: Lines of a log that a page shows.
MOST = 500


@dataclass(frozen=True)
class Fact:
    """A value with its label."""

    label: Words
    value: Value


@dataclass(frozen=True)
class LogLine:
    """A line of the log."""

    time: str
    text: str
    tone: str = ""


@dataclass(frozen=True)
class Counted:
    """A figure with its label."""

    label: Words
    count: str
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
def show(job_id: int) -> Response:
    job = env().get(Job, job_id)
    lines = list(
        env().session.scalars(
            select(JobLine).where(JobLine.job_id == job_id).order_by(JobLine.id).limit(MOST)
        )
    )
    page = JobPage(
        url=f"/-/jobs/{job_id}",
        running=not job.is_over,
        state=_state(job),
        progress=_progress(job, reader()),
        facts=_facts(job, reader()),
        log=[
            LogLine(reader().moment(x.at), x.text, "bad" if x.failed else "")
            for x in lines
            if x.record_id is None
        ],
        results=_results([x for x in lines if x.record_id is not None]),
        result_counts=_counts([x for x in lines if x.record_id is not None], reader()),
        actions=_actions(job),
        error=Note(job.error, tone="bad") if job.error else None,
    )
    return render(
        "job.html.jinja",
        Page(job.title, crumbs=[Crumb(_("Jobs"), "/m/base.job"), Crumb(job.title)]),
        job=page,
    )


@blueprint.post("/-/jobs/<int:job_id>/cancel")
def stop(job_id: int) -> Response:
    """Stop at the next step; what is done stays done."""
    cancel(env(), env().get(Job, job_id))
    return go(f"/-/jobs/{job_id}", full=True)


def _state(job: Job) -> Value:
    order = {JobState.QUEUED: 0, JobState.RUNNING: 1}
    over = job.state in (JobState.CANCELLED, JobState.FAILED)
    tone = "bad" if job.state is JobState.FAILED else ""
    return Value(
        "state", str(job.state.label), ordinal=order.get(job.state, 2), last=2, cancelled=over, tone=tone
    )


def _progress(job: Job, reads: Reader) -> Progress | None:
    live = live_of(job.id)
    done, total = (live.done, live.total) if live else (job.done, job.total)
    if job.is_over and not total:
        return None
    percent = 100 if job.state is JobState.DONE else round(100 * done / total) if total else 0
    words: Words = (
        _("{done} of {total}", done=reads.number(done), total=reads.number(total))
        if total
        else job.state.label
    )
    if live and live.message:
        words = f"{words}: {live.message}"
    return Progress(percent, words)


def _facts(job: Job, reads: Reader) -> list[Fact]:
    moments = ((_("Started"), job.started_at), (_("Finished"), job.finished_at))
    found = [Fact(label, Value("date", reads.instant(at), iso=at.isoformat())) for label, at in moments if at]
    counted = (
        ("created", _("Created")),
        ("changed", _("Changed")),
        ("unchanged", _("Unchanged")),
        ("wrong", _("Wrong")),
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
    said = Value("text", line.text, tone="bad" if line.failed else "")
    return Row(record_id, url, title, [Value("link", title, url=url), said])


def _counts(lines: Sequence[JobLine], reads: Reader) -> list[Counted]:
    if not lines:
        return []
    failed = sum(line.failed for line in lines)
    counted = [Counted(_("done"), reads.number(len(lines) - failed))]
    return counted + ([Counted(_("refused"), reads.number(failed), "bad")] if failed else [])


def _actions(job: Job) -> list[Action]:
    if not job.is_over:
        return [Action(_("Cancel"), f"/-/jobs/{job.id}/cancel", "ban", method="post", name="cancel")]
    found = []
    if job.result.get("file"):
        found.append(Action(_("Download"), f"/-/jobs/{job.id}/file", "download", primary=True))
    if job.result.get("url"):
        found.append(Action(_("Go on"), str(job.result["url"]), "arrow-right", primary=True))
    return found
