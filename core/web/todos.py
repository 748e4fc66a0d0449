"""Things to do about a record: given to somebody, done and opened again, done with a note and what comes next."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, request

from core.base.actions import commenting, planning
from core.base.models.record import Activity
from core.errors import Forbidden, ValidationError
from core.i18n import _
from core.orm.model import Model
from core.security.account import User
from core.web.asking import AskPage
from core.web.crumbs import record_crumbs
from core.web.parts import Page
from core.web.record_parts import FormField
from core.web.request import env, go
from core.web.templating import render
from core.web.typed import id_in, record_called
from core.web.urls import list_url, model_at, record_url, with_query

blueprint = Blueprint("todos", __name__)

#: The input that says to whom it is given.
FOR = "todo_for"


def for_whom() -> FormField:
    """Whom a new thing to do is for; oneself, where nobody is named."""
    label = _("For whom, else for me")
    return FormField(
        FOR, label, widget="link", placeholder=str(_("For me")), pick_url=f"{list_url(User)}/-/pick"
    )


@blueprint.post("/m/<name>/<int:record_id>/-/todos")
def plan(name: str, record_id: int) -> Response:
    record = env().get(model_at(name), record_id)
    _plan(record, request.form.get("text", ""))
    return _back(record)


@blueprint.post("/m/<name>/<int:record_id>/-/todos/<int:todo_id>")
def toggle(name: str, record_id: int, todo_id: int) -> Response:
    """Done, or to be done after all."""
    record = env().get(model_at(name), record_id)
    activity = _activity(record, todo_id)
    step = planning.reopen if activity.done_at else planning.mark_done
    with env().acting_as("base"):
        step(env(), [activity])
    return _back(record)


@blueprint.get("/m/<name>/<int:record_id>/-/todos/<int:todo_id>/finish")
def ask(name: str, record_id: int, todo_id: int) -> Response:
    """Ask what came of it, and what is to be done next."""
    model = model_at(name)
    record = env().get(model, record_id)
    activity = _activity(record, todo_id)
    title, back = _("Done with a note"), record_url(model, record_id)
    fields = [
        FormField("note", _("What came of it"), widget="textarea", autofocus=True),
        FormField("text", _("To do next"), help=_("Empty: nothing follows."), maxlength=200),
        for_whom(), FormField("due", _("Due"), widget="date"),
    ]  # fmt: skip
    asked = AskPage(request.path, [], activity.subject, "", fields, _("Done"), f"{back}?side=todo")
    return render("action.html.jinja", Page(title, crumbs=record_crumbs(record, title)), ask=asked)


@blueprint.post("/m/<name>/<int:record_id>/-/todos/<int:todo_id>/finish")
def finish(name: str, record_id: int, todo_id: int) -> Response:
    """It is done; the note becomes a comment on the record, and the next thing is planned."""
    record = env().get(model_at(name), record_id)
    activity = _activity(record, todo_id)
    with env().acting_as("base"):
        planning.mark_done(env(), [activity])
    note = request.form.get("note", "").strip()
    if note:
        commenting.comment(env(), record, str(_("Done: {subject}", subject=activity.subject)) + "\n" + note)
    if request.form.get("text", "").strip():
        _plan(record, request.form["text"])
    return _back(record)


def _plan(record: Model, subject: str) -> None:
    if not subject.strip():
        raise ValidationError({"text": _("Say what is to be done.")})
    due = request.form.get("due", "")
    try:
        due_on = date.fromisoformat(due) if due else None
    except ValueError as error:
        raise ValidationError({"due": _("{value} is no date.", value=due)}) from error
    planning.plan(env(), record, subject, assignee_id=_named_person(), due_on=due_on)


def _named_person() -> int | None:
    """The colleague that the form names: by what was picked or, without scripts, by what was typed."""
    picked, typed = request.form.get(FOR, ""), request.form.get(f"{FOR}.text", "").strip()
    user_id = id_in(picked)
    found = env().get(User, user_id) if user_id is not None else None
    if found is not None and typed in ("", found.label):
        return found.id
    return record_called(env(), User, typed) if typed else None


def _activity(record: Model, todo_id: int) -> Activity:
    """A thing to do about `record` that is the person's or was asked for by them."""
    known = (*planning.to_dos(env(), record), *planning.to_dos(env(), record, done=True))
    if todo_id not in {each.id for each in known}:
        raise Forbidden(_("That is not to be done about {record}.", record=record.label))
    return env().get(Activity, todo_id)


def _back(record: Model) -> Response:
    return go(with_query(record_url(type(record), record.id), [("side", "todo")]))
