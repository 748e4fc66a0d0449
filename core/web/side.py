"""Beside a record: what was said and changed, files, and things to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, after_this_request, jsonify, request, send_file
from sqlalchemy import or_, select

from core.base import following
from core.base.actions import attaching, commenting, notifying, planning
from core.base.models.following import Notification
from core.base.models.record import Comment, Mention
from core.errors import ValidationError
from core.i18n import _
from core.orm.env import Env
from core.orm.model import Model, model_name
from core.security.account import User
from core.web.cells import Value
from core.web.format import Reader, file_size
from core.web.record_parts import Entry, File, FormField, Tab, Todo, person
from core.web.request import env, go, leave, principal
from core.web.timeline import entries
from core.web.todos import for_whom
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
    #: To whom a new one is given.
    todo_for: FormField
    comments_url: str
    mention_url: str
    may_attach: bool
    follow_url: str
    follows: bool
    more_url: str = ""


def side_of(at: Env, reader: Reader, record: Model) -> Side:
    """The timeline, files and things to do of a record that the person was given by the gate."""
    url = record_url(type(record), record.id)
    files = attaching.versions(attaching.files(at, record))
    todos = [*planning.to_dos(at, record), *planning.to_dos(at, record, done=True)]
    chosen = request.args.get("side", "timeline")
    asked = request.args.get("entries", "1")
    most = MOST * max(int(asked) if asked.isdecimal() else 1, 1)
    found, more = entries(at, reader, record, most)
    return Side(
        tabs=[
            Tab(name, label, with_query(url, [("side", name)]), count, current=name == chosen)
            for name, label, count in (
                ("timeline", _("Timeline"), ""),
                ("files", _("Files"), reader.number(len(files)) if files else ""),
                ("todo", _("To do"), reader.number(sum(not t.done for t in todos)) if todos else ""),
            )
        ],
        entries=found,
        files=[_document(reader, url, found) for found in files],
        files_url=f"{url}/-/files",
        todos=[_todo(reader, url, found) for found in todos],
        todos_url=f"{url}/-/todos",
        todo_for=for_whom(),
        comments_url=f"{url}/-/comments",
        mention_url="/-/people",
        may_attach=at.site.access.may(at.principal, "write", type(record)),
        follow_url=f"{url}/-/follow",
        follows=following.is_following(at, record),
        more_url=with_query(url, [("entries", str(most // MOST + 1))]) if more else "",
    )  # fmt: skip


def note_seen(at: Env, record: Model) -> None:
    """Count as seen what the person was told of `record`, once the page is answered."""
    called = select(Mention.id).join(Mention.comment).where(
        Mention.user_id == at.user_id, Mention.seen_at.is_(None),
        Comment.model == model_name(type(record)), Comment.record_id == record.id,
    )  # fmt: skip
    told = select(Notification.id).where(
        Notification.user_id == at.user_id, Notification.seen_at.is_(None),
        Notification.model == model_name(type(record)), Notification.record_id == record.id,
    )  # fmt: skip
    with at.as_system() as system:
        if not system.session.scalar(select(or_(called.exists(), told.exists()))):
            return
    model, record_id = type(record), record.id

    @after_this_request
    def keep(response: Response) -> Response:
        leave(lambda later: _see(later, later.get(model, record_id)), principal())
        return response


def _see(later: Env, record: Model) -> None:
    commenting.mark_seen(later, record)
    notifying.mark_seen(later, record)


@blueprint.post("/m/<name>/<int:record_id>/-/follow")
def follow(name: str, record_id: int) -> Response:
    """Hear of the record from now on; or no more, who does already."""
    record = env().get(model_at(name), record_id)
    if following.is_following(env(), record):
        following.unfollow(env(), record)
    else:
        following.follow(env(), record)
    return go(record_url(type(record), record_id), full=True)


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


def _document(reader: Reader, url: str, versions: Sequence[attaching.Filed]) -> File:
    newest, *earlier = (_file(reader, url, found) for found in versions)
    return replace(newest, earlier=earlier)


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
    address = f"{url}/-/todos/{found.id}"
    due = (
        Value("due", reader.day(found.due_on), late="" if found.done else reader.late(found.due_on))
        if found.due_on
        else None
    )
    return Todo(
        str(found.id), found.subject, due, person(found.assignee), found.done, address,
        f"{address}/finish" if found.is_mine and not found.done else "",
    )  # fmt: skip
