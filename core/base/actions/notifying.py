"""Telling followers: what each may know of what happened, in the bell and by e-mail as they wish."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import joinedload

from core import clock
from core.base.actions.mailing import problem
from core.base.following import TASK
from core.base.hanging import visible_hosts
from core.base.mail import NEWS, queue
from core.base.models.following import Follower, MailWish, NewsKind, Notification
from core.base.models.record import Comment
from core.base.models.user import User
from core.base.settings import Level, setting, value
from core.errors import Forbidden
from core.i18n import _
from core.jobs.job import task
from core.jobs.recurring import Recurring
from core.orm.catalog import fields_of
from core.orm.env import Env
from core.orm.model import Model, model_name, model_named
from core.orm.query import titles
from core.orm.rowset import among
from core.security.principal import principal_of
from core.workflow import workflow_of

if TYPE_CHECKING:
    from core.jobs.run import Run
    from core.orm.env import Principal

#: News that one e-mail tells; the bell has all of them.
MOST_TOLD = 100

mail_wish = setting(
    "base.mail_wish", _("E-mail about what you follow"), MailWish.DAILY, levels=(Level.SITE, Level.USER),
    help=_("You follow what you made in a form, what is yours to do, and where you comment or are named."),
)  # fmt: skip


@dataclass(frozen=True)
class News:
    """Something that somebody is told of a record that they see."""

    id: int
    kind: NewsKind
    model: type[Model]
    record_id: int
    #: What the record is called.
    title: str
    author: str
    #: What was said, or the state that was reached.
    text: str
    at: datetime


@task(TASK, attempts=3)
def notify(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Tell each follower who may see the record now; nobody hears of what they did themselves."""
    with run.env() as env:
        followers: dict[int, list[int]] = defaultdict(list)
        asked = select(Follower.user_id, Follower.record_id).where(
            Follower.model == payload["model"], among(Follower.record_id, payload["ids"], env.dialect)
        )
        for user_id, record_id in env.session.execute(asked.order_by(Follower.user_id, Follower.record_id)):
            followers[user_id].append(record_id)
        followers.pop(payload["by"], None)
        can_mail = not problem(env)
        for user_id, ids in followers.items():
            _tell(env, user_id, ids, payload, can_mail=can_mail)
    return {}


def _tell(
    env: Env, user_id: int, ids: Sequence[int], payload: dict[str, Any], *, can_mail: bool
) -> None:  # Any: JSON
    try:
        who = principal_of(env, user_id)
    except Forbidden:  # who cannot sign in any more hears nothing
        return
    with env.on_behalf_of(who) as person:
        seen = _visible(person, payload["model"], ids)
        wish = _wish(person) if can_mail else MailWish.NEVER
    if not seen or not _may_hear(env, who, payload):
        return
    made = [_notification(user_id, record_id, wish, payload) for record_id in seen]
    env.add(*made)
    env.flush()
    if wish is MailWish.NOW:
        _mail(env, user_id, [each.id for each in made])


def _visible(person: Env, model: str, ids: Sequence[int]) -> list[int]:
    """Those of the records that the person may see, by the gate."""
    kind = model_named(model)
    if kind is None or not person.site.access.may(person.principal, "read", kind):
        return []
    return sorted(record_id for _model, record_id in visible_hosts(person, ((model, each) for each in ids)))


def _wish(person: Env) -> MailWish:
    """When the person gets e-mail; never, where they have no address."""
    address = person.session.scalar(select(User.email).where(User.id == person.user_id))
    return MailWish(value(person, mail_wish)) if address else MailWish.NEVER


def _may_hear(env: Env, who: Principal, payload: dict[str, Any]) -> bool:  # Any: JSON
    """A comment on what companies share is read in the company of its author alone; a withdrawn one by nobody."""
    if payload["kind"] != NewsKind.COMMENT:
        return True
    said = env.session.get(Comment, payload["comment"])
    return said is not None and (said.company_id is None or said.company_id in who.companies)


def _notification(
    user_id: int, record_id: int, wish: MailWish, payload: dict[str, Any]
) -> Notification:  # Any: JSON
    named = user_id in payload.get("mentioned", ())
    return Notification(
        user_id=user_id, model=payload["model"], record_id=record_id,
        kind=NewsKind.MENTION if named else NewsKind(payload["kind"]), comment_id=payload.get("comment"),
        state=payload.get("states", {}).get(str(record_id)), by_id=payload["by"],
        happened_at=datetime.fromisoformat(payload["at"]), by_mail=wish,
        seen_at=clock.now() if named else None,  # the bell has the mention itself
    )  # fmt: skip


def _mail(env: Env, user_id: int, ids: Sequence[int]) -> None:
    """Write one e-mail of these, which is noted: none is written twice."""
    queue(env, NEWS, {"user": user_id, "notifications": list(ids)})
    told = update(Notification).where(among(Notification.id, ids, env.dialect))
    env.session.execute(told.values(mailed_at=clock.now()), execution_options={"synchronize_session": False})


_waits_for_digest = (Notification.by_mail == MailWish.DAILY, Notification.mailed_at.is_(None))


def _has_digest(env: Env) -> bool:
    return env.session.scalar(select(Notification.id).where(*_waits_for_digest).limit(1)) is not None


@task("base.notify_daily", attempts=3, wanted=_has_digest)
def notify_daily(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Write each person who wishes it one e-mail of what they were told since the last, each in a transaction."""
    with run.env(write=False) as env:
        people = list(env.session.scalars(select(Notification.user_id).where(*_waits_for_digest).distinct()))
    for user_id in sorted(people):
        with run.env() as env:
            mine = (*_waits_for_digest, Notification.user_id == user_id)
            ids = list(env.session.scalars(select(Notification.id).where(*mine).order_by(Notification.id)))
            _mail(env, user_id, ids)
    return {}


schedules = [
    Recurring("base.notify_daily", _("Daily e-mail about what people follow"), notify_daily, "0 5 * * *")
]


def news(env: Env, limit: int = 50) -> list[News]:
    """What the person was told and has not seen, of records that they see, the newest first."""
    return _read(env, (Notification.seen_at.is_(None),), limit)


def news_named(env: Env, ids: Sequence[int]) -> list[News]:
    """Those of the news, seen or not, that are of records which the person still sees, the newest first."""
    return _read(env, (among(Notification.id, ids, env.dialect),), MOST_TOLD)


def mark_seen(env: Env, record: Model) -> None:
    """The person has seen what they were told of the record."""
    here = (Notification.model == model_name(type(record)), Notification.record_id == record.id)
    _see(env, *here)


def mark_all_seen(env: Env) -> None:
    """The person has seen all that they were told."""
    _see(env)


def _see(env: Env, *which: ColumnElement[bool]) -> None:
    with env.as_system() as system:
        mine = update(Notification).where(
            Notification.user_id == env.user_id, Notification.seen_at.is_(None), *which
        )
        system.session.execute(
            mine.values(seen_at=clock.now()), execution_options={"synchronize_session": False}
        )


def _read(env: Env, which: Iterable[ColumnElement[bool]], limit: int) -> list[News]:
    asked = (
        select(Notification).where(Notification.user_id == env.user_id, *which)
        .options(joinedload(Notification.by), joinedload(Notification.comment))
        .order_by(Notification.id.desc()).limit(limit)
    )  # fmt: skip
    with env.as_system() as system:
        found = list(system.session.scalars(asked))
        for each in found:
            system.session.expunge(each)
    by_model: dict[str, list[int]] = defaultdict(list)
    for each in found:
        by_model[each.model].append(each.record_id)
    seen = {(name, i) for name, ids in by_model.items() for i in _visible(env, name, ids)}
    named = {name: _titles(env, name, ids) for name, ids in by_model.items()}
    return [
        _news(each, named[each.model].get(each.record_id, ""))
        for each in found if (each.model, each.record_id) in seen
    ]  # fmt: skip


def _titles(env: Env, name: str, ids: Sequence[int]) -> dict[int, str]:
    model = model_named(name)
    return titles(env, model, ids) if model is not None else {}


def _news(told: Notification, title: str) -> News:
    model = model_named(told.model)
    assert model is not None  # else nobody sees its records
    author = told.by.name if told.by is not None else ""
    text = told.comment.body if told.comment is not None else _state_words(model, told.state)
    return News(told.id, told.kind, model, told.record_id, title, author, text, told.happened_at)


def _state_words(model: type[Model], key: str | None) -> str:
    workflow = workflow_of(model)
    choices = fields_of(model)[workflow.key].choices if workflow is not None else None
    known = {choice.value: str(choice.label) for choice in choices or ()}
    return known.get(key or "", key or "")
