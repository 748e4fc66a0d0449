"""Selected records of a list: an action on each, a field set on all, deletion; many of them as a job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, request
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from core.actions import Action, Outcome, action_named, run_each
from core.base import recycling
from core.errors import Forbidden, PlatformError, UserError, ValidationError
from core.i18n import Text, _, plural
from core.jobs.job import Job, enqueue, task
from core.orm import bulk, query
from core.orm.assign import may_set, visible_fields
from core.orm.catalog import Field
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.orm.seen import require_field
from core.security.signature import present
from core.views.resolve import list_view
from core.views.resolved import Cell
from core.web import signing
from core.web.asking import AskPage, Left
from core.web.cells import Column, Row, Value
from core.web.doing import answers, asked_fields, asks
from core.web.formfields import Shown, Titles, field_of_cell
from core.web.lists import readable_model
from core.web.parts import Action as Button
from core.web.parts import Crumb, Note, Option, Page
from core.web.record_parts import FormField
from core.web.request import UNPROCESSABLE, env, go, reader, views
from core.web.state import ListState, condition_of, read_state
from core.web.templating import render
from core.web.toasts import offer
from core.web.typed import record_called, typed
from core.web.undo import keep_set, loss_of, values_before
from core.web.urls import list_url, model_at, record_url, with_query

if TYPE_CHECKING:
    from core.jobs.run import Run

blueprint = Blueprint("bulk", __name__)

#: More records than this are worked on by a job.
AT_ONCE = 200
#: More than this are not taken at all: a narrower list is what the person means.
MOST = 10_000
CHUNK = 50
TASK = "web.bulk_action"


@dataclass(frozen=True)
class Selection:
    """The records that a person ticked, or all that a list shows."""

    model: type[Model]
    ids: Sequence[int]
    #: The list's query, when all of its records are meant.
    query: str = ""
    all: bool = False

    @property
    def back_url(self) -> str:
        return with_query(list_url(self.model), parse_qsl(self.query))

    @property
    def words(self) -> Text:
        return plural("{count} record", "{count} records", len(self.ids))

    def ask(
        self, url: str, fields: Sequence[FormField], submit: Text, **more: Any
    ) -> AskPage:  # Any: its fields
        """The page that asks before something is done; it carries the selection along."""
        ids = [] if self.all else [str(i) for i in self.ids]
        return AskPage(
            url,
            ids,
            more.pop("help", ""),
            self.words,
            fields,
            submit,
            self.back_url,
            all=self.all,
            query=self.query,
            **more,
        )


@blueprint.post("/m/<name>/-/do/<action>")
def do(name: str, action: str) -> Response:
    """An action on each of them, in a savepoint of its own: one refusal does not stop the others."""
    chosen = action_named(model_at(name), action)
    signed = signing.given(chosen.model)
    if not chosen.allowed_to(env()):
        raise Forbidden(_("Your roles do not include {action}.", action=chosen.label))
    selection = _selection(chosen.model)
    if signed.errors or ("_asked" not in request.form and _asks(chosen, selection)):
        return _ask_action(chosen, selection, signed.errors or {}, UNPROCESSABLE if signed.errors else 200)
    present(env(), signed.proof)
    given = {p.name: request.form.get(p.name, "") for p in chosen.parameters}
    try:
        answers(chosen, given)
    except ValidationError as error:
        return _ask_action(chosen, selection, error.fields, UNPROCESSABLE)
    came = run_in_bulk(env(), chosen, selection.ids, given)
    if isinstance(came, Job):
        return go(f"/-/jobs/{came.id}", full=True)
    return _answer(chosen.label, selection, came)


@blueprint.post("/m/<name>/-/set")
def set_field(name: str) -> Response:
    """Set one field on all of them: choose it, give the value, see how many would change, then do it."""
    model = readable_model(name)
    _require("write", model)
    selection = _selection(model)
    seen = {
        n: f
        for n, f in visible_fields(env(), model).items()
        if may_set(f, env()) and f.info.listed and not f.info.owner
    }
    if not request.form.get("field"):
        return _ask(_("Set field"), selection, [_which(seen)], _("Next"))
    found = require_field(model, seen, request.form["field"])
    if "value" not in request.form:
        return _ask_value(selection, found, {}, "")
    try:
        value = _value(found)
        changed = _would_change(selection, found, value)
    except PlatformError as error:
        return _ask_value(selection, found, {"value": str(error)}, "", UNPROCESSABLE)
    if request.form.get("_sure") != "1":
        words = _(
            "{changed} of {count} will change.", changed=reader().number(changed), count=len(selection.ids)
        )
        return _ask_value(selection, found, {}, str(words))
    before = values_before(env(), found, model, selection.ids)
    changed_ids = bulk.update(env(), model, [{"id": i, found.name: value} for i in selection.ids])
    keep_set(env(), found, model, {i: before[i] for i in changed_ids})
    return go(selection.back_url, full=True)


@blueprint.post("/m/<name>/-/delete")
def delete(name: str) -> Response:
    """Delete all of them or none, asked first."""
    model = readable_model(name)
    _require("delete", model)
    selection = _selection(model)
    if request.form.get("_asked"):
        offer(recycling.delete(env(), model, selection.ids))
        return go(selection.back_url, full=True)
    loss = loss_of(env(), model, len(selection.ids))
    return _ask(_("Delete"), selection, [], _("Delete"), tone="bad", loss=loss)


def run_in_bulk(
    at: Env, chosen: Action, ids: Sequence[int], given: Mapping[str, str]
) -> Sequence[Outcome] | Job:
    """Do the action to each record: a few at once, many by a job that reports on each."""
    if len(ids) <= AT_ONCE:
        return run_each(at, chosen, records_of(at, chosen.model, ids), answers(chosen, given)).outcomes
    payload = {
        "model": model_name(chosen.model),
        "action": chosen.name,
        "ids": list(ids),
        "values": dict(given),
    }
    title = f"{chosen.label}: {plural('{count} record', '{count} records', len(ids))}"
    return enqueue(at, TASK, title, payload, len(ids))


def records_of(at: Env, model: type[Model], ids: Sequence[int]) -> list[Model]:
    """The records in the order of `ids`, in one statement; those the person may not see are left out."""
    found = {record.id: record for record in at.session.scalars(select(model).where(model.id.in_(ids)))}
    return [found[i] for i in ids if i in found]


@task(TASK)
def carry_out(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """The work of a job: chunk by chunk, so that what is done stays done when it is cancelled."""
    chosen = action_named(model_at(payload["model"]), payload["action"])
    values, ids = answers(chosen, payload["values"]), payload["ids"]
    failed = 0
    for start in range(0, len(ids), CHUNK):
        with run.env() as at:
            done = run_each(at, chosen, records_of(at, chosen.model, ids[start : start + CHUNK]), values)
        run.outcomes(payload["model"], done.outcomes)
        failed += sum(outcome.error is not None for outcome in done.outcomes)
        run.progress(min(start + CHUNK, len(ids)), len(ids))
    return {"done": len(ids) - failed, "failed": failed}


def _selection(model: type[Model]) -> Selection:
    query_string = request.form.get("query", "")
    if request.form.get("all") == "1":
        state = _state(model, query_string)
        ids = query.ids(env(), model, condition_of(env(), state), limit=MOST + 1)
        if len(ids) > MOST:
            raise UserError(
                _("More than {most} records match. Narrow the list first. Nothing has changed.", most=MOST)
            )
        return Selection(model, ids, query_string, all=True)
    ids = [int(text) for text in request.form.getlist("ids") if text.isdecimal()]
    if not ids:
        raise UserError(_("Choose at least one record first."))
    return Selection(model, list(dict.fromkeys(ids))[:MOST], query_string)


def _state(model: type[Model], query_string: str) -> ListState:
    return read_state(
        env(), model, MultiDict(parse_qsl(query_string)), list_view(env(), views(), model).group
    )


def _ask(
    title: Text,
    selection: Selection,
    fields: Sequence[FormField],
    submit: Text,
    status: int = 200,
    **more: Any,
) -> Response:
    page = selection.ask(request.path, fields, submit, **more)
    return render("action.html.jinja", _page(selection, title), status, ask=page)


def _asks(chosen: Action, selection: Selection) -> bool:
    records = records_of(env(), chosen.model, selection.ids[: signing.MOST])
    asked = asks(chosen, records)
    if len(selection.ids) > signing.MOST and signing.meanings(chosen, records):
        raise UserError(_("At most {most} records are signed at once. Choose fewer.", most=signing.MOST))
    return asked


def _ask_action(
    chosen: Action, selection: Selection, errors: Mapping[str, object], status: int = 200
) -> Response:
    records = records_of(env(), chosen.model, selection.ids[:AT_ONCE])
    left = [
        Left(record.label, record_url(chosen.model, record.id), reason)
        for record in records
        if (reason := chosen.refusal(env(), record)) is not None
    ]
    return _ask(
        chosen.label, selection, asked_fields(chosen, records, errors), chosen.label, status, help=chosen.help,
        tone="bad" if chosen.confirm else "", loss=chosen.loss(env(), records), refused=left,
        signing=signing.box(records, signing.meanings(chosen, records), errors),
    )  # fmt: skip


def _which(seen: Mapping[str, Field]) -> FormField:
    options = [Option(name, found.label) for name, found in seen.items()]
    return FormField("field", _("Field"), widget="select", options=options, required=True, autofocus=True)


def _ask_value(
    selection: Selection, found: Field, errors: Mapping[str, object], sure: str, status: int = 200
) -> Response:
    """The value's input; after a dry run also how many records it would change."""
    typed_so_far = {name: request.form[name] for name in ("value", "value.text") if name in request.form}
    shown = Shown(env(), reader(), Titles(env()), True, errors, typed_so_far)
    value = field_of_cell(shown, Cell(found), selection.model(), "value")
    hidden = [FormField("field", found.label, hidden=True, raw=found.name)]
    hidden += [FormField("_sure", "", hidden=True, raw="1")] if sure else []
    submit = _("Set {field}", field=found.label) if sure else _("Check")
    title = _("Set {field}", field=found.label)
    return _ask(title, selection, [*hidden, value], submit, status, help=sure)


def _value(found: Field) -> object:
    raw = request.form["value"]
    text = request.form.get("value.text", "").strip()
    if found.target is not None and not raw and text:
        return record_called(env(), found.target, text)
    return typed(reader(), found, raw)


def _would_change(selection: Selection, found: Field, value: object) -> int:
    """How many records have another value now; the whole change is tried and undone."""
    rows = [{"id": i, found.name: value} for i in selection.ids]
    with env().trying():
        return len(bulk.update(env(), selection.model, rows))


def _answer(title: Text, selection: Selection, outcomes: Sequence[Outcome]) -> Response:
    """Back to the list when all went well; else what was refused, and why."""
    refused = {o.record_id: str(o.error) for o in outcomes if o.error is not None}
    if not refused:
        return go(selection.back_url, full=True)
    names = query.titles(env(), selection.model, list(refused))
    rows = [
        Row(i, record_url(selection.model, i), names.get(i, f"#{i}"), [
            Value("key", names.get(i, f"#{i}"), url=record_url(selection.model, i)), Value("text", reason),
        ])
        for i, reason in refused.items()
    ]  # fmt: skip
    done = len(outcomes) - len(refused)
    words = _(
        "{done} done, {refused} refused. Those refused are as they were.", done=done, refused=len(refused)
    )
    page = _page(selection, title)
    columns = [Column("record", str(selection.model.singular), slot="key"), Column("reason", _("Why not"))]
    back = Button(_("Back to the list"), selection.back_url, "arrow-left", primary=True)
    return render(
        "outcomes.html.jinja", page, note=Note(words, tone="warn"), columns=columns, rows=rows, actions=[back]
    )


def _page(selection: Selection, title: Text) -> Page:
    plural_name = str(selection.model.plural)
    return Page(title, crumbs=[Crumb(plural_name, selection.back_url), Crumb(title)])


def _require(verb: str, model: type[Model]) -> None:
    at = env()
    if not at.site.access.may(at.principal, verb, model):
        raise Forbidden(_("Your roles do not let you change {noun}.", noun=model.plural))
