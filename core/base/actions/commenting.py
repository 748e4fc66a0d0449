"""Comments on records, with mentions of people; see core.base.hanging for who reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select
from sqlalchemy.orm import contains_eager, joinedload

from core import clock
from core.base.following import follow, tell_of_comment
from core.base.hanging import company_of, rows_on, seen_by, visible_hosts
from core.base.models.following import Notification
from core.base.models.record import Comment, Mention
from core.base.models.user import User
from core.errors import ValidationError
from core.i18n import _
from core.orm.model import Model, model_name

if TYPE_CHECKING:
    from core.orm.env import Env

_MENTION = re.compile(r"(?<![\w@.])@([\w](?:[\w.@+-]*\w)?)")
LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as it is shown."""

    id: int
    at: datetime | None
    author_id: int | None
    author: str
    body: str
    edited: bool
    #: The reader wrote it and may change or withdraw it.
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Called:
    """A comment that calls for the reader's attention, and the record it is on."""

    mention_id: int
    model: str
    record_id: int
    said: Said


def comment(env: Env, record: Model, body: str) -> Comment:
    """Say something about a record that the person sees; `@login` calls a colleague."""
    text = _checked(body)
    company, called = company_of(env, record), mentioned(env, text)
    with env.acting_as("base"):
        said = Comment(
            model=model_name(type(record)), record_id=record.id, body=text, author_id=env.user_id,
            company_id=company, mentions=[Mention(user_id=user) for user in called],
        )  # fmt: skip
        env.add(said)
        env.flush()
    follow(env, record, {*called, *([env.user_id] if env.user_id is not None else [])})
    tell_of_comment(env, record, said.id, called)
    return said


def edit(env: Env, comment_id: int, body: str) -> Comment:
    """Change one of the person's own comments; whom it calls changes with it."""
    text, said = _checked(body), env.get(Comment, comment_id)
    wanted = mentioned(env, text)
    with env.acting_as("base"):
        said.body, said.edited_at = text, clock.now()
        kept = [mention for mention in said.mentions if mention.user_id in wanted]
        known = {mention.user_id for mention in kept}
        said.mentions = [*kept, *(Mention(user_id=user) for user in wanted if user not in known)]
    return said


def withdraw(env: Env, comment_id: int) -> None:
    """Delete one of the person's own comments."""
    said = env.get(Comment, comment_id)
    with env.as_system() as system:
        system.session.execute(delete(Notification).where(Notification.comment_id == comment_id))
    with env.acting_as("base"):
        env.delete(said)


def comments(env: Env, record: Model, limit: int = 200) -> list[Said]:
    """What was said about a record that the person was given by the gate, the newest first."""
    asked = rows_on(env, Comment, record).options(joinedload(Comment.author))
    with env.as_system() as system:
        newest = asked.order_by(Comment.id.desc()).limit(limit)
        return [_said(said, env.user_id) for said in system.session.scalars(newest)]


def mentions(env: Env, limit: int = 50) -> list[Called]:
    """Comments that call the person and that they have not seen, on records that they may see; the newest first."""
    asked = (
        select(Mention).join(Mention.comment).options(contains_eager(Mention.comment).joinedload(Comment.author))
        .where(Mention.user_id == env.user_id, Mention.seen_at.is_(None), seen_by(env, Comment))
        .order_by(Mention.id.desc()).limit(limit)
    )  # fmt: skip
    with env.as_system() as system:
        found = [
            Called(m.id, m.comment.model, m.comment.record_id, _said(m.comment, env.user_id))
            for m in system.session.scalars(asked)
        ]
    seen = visible_hosts(env, ((called.model, called.record_id) for called in found))
    return [called for called in found if (called.model, called.record_id) in seen]


def mark_seen(env: Env, record: Model) -> None:
    """The person has seen the comments on the record that call them."""
    here = select(Comment.id).where(Comment.model == model_name(type(record)), Comment.record_id == record.id)
    asked = select(Mention).where(
        Mention.user_id == env.user_id, Mention.seen_at.is_(None), Mention.comment_id.in_(here)
    )
    with env.as_system() as system:
        for mention in system.session.scalars(asked):
            mention.seen_at = clock.now()


def mentioned(env: Env, body: str) -> list[int]:
    """The active users whom `@login` in the text names and whom the person may see."""
    logins = {match.lower() for match in _MENTION.findall(body)}
    if not logins:
        return []
    asked = select(User.id).where(func.lower(User.login).in_(sorted(logins)), User.active)
    return list(env.session.scalars(asked.order_by(User.id)))


def _checked(body: str) -> str:
    text = body.strip()
    if not text:
        raise ValidationError({"body": _("The comment is empty. Write something, or leave it.")})
    if len(text) > LONGEST:
        raise ValidationError(
            {"body": _("A comment has at most {count} characters. Attach longer texts.", count=LONGEST)}
        )
    return text


def _said(said: Comment, reader: int | None) -> Said:
    author = said.author.name if said.author is not None else ""
    return Said(
        said.id, said.created_at, said.author_id, author, said.body, said.edited_at is not None,
        reader is not None and said.author_id == reader,
    )  # fmt: skip
