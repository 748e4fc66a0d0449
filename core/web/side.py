"""Beside a record: what was said and changed, files, and things to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, request, send_file
from markupsafe import Markup, escape
from sqlalchemy import or_, select

from core.base.actions import attaching, commenting, planning
from core.base.models.record import Activity
from core.errors import Forbidden, ValidationError
from core.i18n import _
from core.orm.assign import visible_fields
from core.orm.catalog import Field
from core.orm.condition import parse
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.orm.query import titles
from core.orm.tracking import Change as Happened
from core.orm.tracking import ChangeEvent
from core.security.account import User
from core.web.cells import Value
from core.web.format import Reader, file_size, initials, present
from core.web.parts import Change, Entry, File, Tab, Todo
from core.web.request import env, go
from core.web.urls import model_at, record_url, with_query

blueprint = Blueprint("side", __name__)

#: Entries of the timeline that are shown at once.
MOST = 50
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True)
class Side:
    """What form.html.jinja shows beside the record."""

    tabs: Sequence[Tab]
    entries: Sequence[Entry]
    files: Sequence[File]
    files_url: str
    todos: Sequence[Todo]
    todos_url: str
    comments_url: str
    mention_url: str
    may_write: bool
    more_url: str = ""


def side_of(at: Env, reader: Reader, record: Model) -> Side:
    """The timeline, files and things to do of a record that the person was given by the gate."""
    url = record_url(type(record), record.id)
    files = attaching.files(at, record)
    todos = [*planning.to_dos(at, record), *planning.to_dos(at, record, done=True)]
    chosen = request.args.get("side", "timeline")
    asked = request.args.get("entries", "1")
    most = MOST * max(int(asked) if asked.isdecimal() else 1, 1)
    entries, more = _entries(at, reader, record, most)
    return Side(
        tabs=[
            Tab(name, label, with_query(url, [("side", name)]), count, current=name == chosen)
            for name, label, count in (
                ("timeline", _("Timeline"), ""),
                ("files", _("Files"), reader.number(len(files)) if files else ""),
                ("todo", _("To do"), reader.number(sum(not t.done for t in todos)) if todos else ""),
            )
        ],
        entries=entries,
        files=[_file(reader, url, found) for found in files],
        files_url=f"{url}/-/files",
        todos=[_todo(reader, url, found) for found in todos],
        todos_url=f"{url}/-/todos",
        comments_url=f"{url}/-/comments",
        mention_url="/-/people",
        may_write=True,
        more_url=with_query(url, [("entries", str(most // MOST + 1))]) if more else "",
    )  # fmt: skip


@blueprint.post("/m/<name>/<int:record_id>/-/comments")
def comment(name: str, record_id: int) -> Response:
    record = env().get(model_at(name), record_id)
    commenting.comment(env(), record, request.form.get("text", ""))
    return go(record_url(type(record), record_id))


@blueprint.post("/m/<name>/<int:record_id>/-/files")
def attach(name: str, record_id: int) -> Response:
    record = env().get(model_at(name), record_id)
    given = [f for f in request.files.getlist("files") if f.filename]
    if not given:
        raise ValidationError({"files": _("Choose a file first.")})
    for file in given:
        attaching.attach(env(), record, file.filename or "", file.stream)  # type: ignore[arg-type]  # a binary stream
    return go(with_query(record_url(type(record), record_id), [("side", "files")]))


@blueprint.post("/m/<name>/<int:record_id>/-/files/<int:file_id>/remove")
def detach(name: str, record_id: int, file_id: int) -> Response:
    record = env().get(model_at(name), record_id)
    attaching.detach(env(), file_id)
    return go(with_query(record_url(type(record), record_id), [("side", "files")]))


@blueprint.get("/-/files/<int:file_id>")
def download(file_id: int) -> Response:
    """A file as an attachment, never shown as a page of ours; pictures may be shown inside one."""
    found = attaching.opened(env(), file_id)
    inline = found.media_type in IMAGES and request.args.get("inline") == "1"
    return send_file(
        found.path, mimetype=found.media_type, as_attachment=not inline, download_name=found.name, max_age=0
    )


@blueprint.post("/m/<name>/<int:record_id>/-/todos")
def plan(name: str, record_id: int) -> Response:
    record = env().get(model_at(name), record_id)
    due = request.form.get("due", "")
    try:
        due_on = date.fromisoformat(due) if due else None
    except ValueError as error:
        raise ValidationError({"due": _("{value} is no date.", value=due)}) from error
    planning.plan(env(), record, request.form.get("text", ""), due_on=due_on)
    return go(with_query(record_url(type(record), record_id), [("side", "todo")]))


@blueprint.post("/m/<name>/<int:record_id>/-/todos/<int:todo_id>")
def toggle(name: str, record_id: int, todo_id: int) -> Response:
    """Done, or to be done after all."""
    record = env().get(model_at(name), record_id)
    if todo_id not in {
        t.id for t in (*planning.to_dos(env(), record), *planning.to_dos(env(), record, done=True))
    }:
        raise Forbidden(_("That is not to be done about {record}.", record=record.label))
    activity = env().get(Activity, todo_id)
    step = planning.reopen if activity.done_at else planning.mark_done
    with env().acting_as("base"):
        step(env(), [activity])
    return go(with_query(record_url(type(record), record_id), [("side", "todo")]))


@blueprint.get("/-/people")
def people() -> Response:
    """Logins that begin with what was typed after @, for mentions."""
    typed = request.args.get("q", "").replace("%", "").replace("_", "")
    asked = (
        select(User.login, User.name)
        .where(User.active, or_(User.login.ilike(f"{typed}%"), User.name.ilike(f"{typed}%")))
        .order_by(User.name)
        .limit(8)
    )
    return jsonify({"items": [{"text": login, "sub": name} for login, name in env().session.execute(asked)]})


def _entries(at: Env, reader: Reader, record: Model, most: int) -> tuple[list[Entry], bool]:
    """Comments, changes and files in one stream, the newest first, with the day on the first entry of each."""
    fields = visible_fields(at, type(record))
    happened = _changes(at, record, most + 1)
    authors = _names(at, {h.by_id for h in happened if h.by_id})
    said = commenting.comments(at, record, most + 1)
    stream = [(one.at or datetime.now(UTC), _comment_entry(reader, one)) for one in said]
    for change in happened:
        entry = _change_entry(at, reader, fields, change, authors)
        if entry is not None:
            stream.append((change.at, entry))
    stream.sort(key=lambda pair: pair[0], reverse=True)
    return _with_days(reader, stream[:most]), len(stream) > most


def _changes(at: Env, record: Model, most: int) -> list[Happened]:
    asked = (
        select(Happened)
        .where(Happened.model == model_name(type(record)), Happened.record_id == record.id)
        .order_by(Happened.id.desc())
        .limit(most)
    )
    with at.as_system() as system:
        found = list(system.session.scalars(asked))
        for change in found:
            system.session.expunge(change)
    return found


def _names(at: Env, users: set[int]) -> dict[int, str]:
    with at.as_system() as system:
        return titles(system, User, sorted(users))


def _comment_entry(reader: Reader, said: commenting.Said) -> Entry:
    moment = said.at or datetime.now(UTC)
    body = Markup("<br>").join(escape(line) for line in said.body.splitlines())
    return Entry("comment", reader.time(moment), moment.isoformat(), person=_person(said.author), text=body)


def _change_entry(
    at: Env, reader: Reader, fields: dict[str, Field], change: Happened, authors: dict[int, str]
) -> Entry | None:
    name = authors.get(change.by_id or 0, "")
    person = _person(name) if name else None
    time, iso = reader.time(change.at), change.at.isoformat()
    if change.event is ChangeEvent.CREATED:
        text = _("created this") if person else _("Created")
        return Entry("event", time, iso, person=person, icon="plus", text=text, why=change.why)
    old, new = json.loads(change.old), json.loads(change.new)
    shown = [
        Change(f.label, _read(at, reader, f, old.get(name)), _read(at, reader, f, new.get(name)))
        for name, f in fields.items()
        if name in new or name in old
    ]
    if not shown:
        return None
    return Entry("change", time, iso, person=person, icon="pencil", changes=shown, why=change.why)


def _read(at: Env, reader: Reader, found: Field, kept: object) -> str:
    """A value of the audit trail as a person reads it."""
    if kept is None:
        return ""
    value = parse(found, kept)
    title = titles(at, found.target, [value]).get(value) if found.target and isinstance(value, int) else None
    return present(reader, found, value, title=title).text


def _with_days(reader: Reader, stream: Sequence[tuple[datetime, Entry]]) -> list[Entry]:
    shown, last = [], ""
    for moment, entry in stream:
        local = moment.astimezone(ZoneInfo(reader.zone)).date()
        day = str(_("Today")) if local == reader.today else reader.day(local, weekday=True)
        shown.append(replace(entry, day=day) if day != last else entry)
        last = day
    return shown


def _person(name: str) -> Value:
    return Value("person", name, initials=initials(name))


def _file(reader: Reader, url: str, found: attaching.Filed) -> File:
    address = f"/-/files/{found.id}"
    is_image = found.media_type in IMAGES
    return File(
        found.name,
        address,
        file_size(reader, found.size_bytes),
        found.author,
        reader.instant(found.at) if found.at else "",
        "photo" if is_image else "paperclip",
        f"{url}/-/files/{found.id}/remove" if found.is_mine else "",
        f"{address}?inline=1" if is_image else "",
    )


def _todo(reader: Reader, url: str, found: planning.ToDo) -> Todo:
    due = (
        Value("due", reader.day(found.due_on), late="" if found.done else reader.late(found.due_on))
        if found.due_on
        else None
    )
    return Todo(
        str(found.id), found.subject, due, _person(found.assignee), found.done, f"{url}/-/todos/{found.id}"
    )
