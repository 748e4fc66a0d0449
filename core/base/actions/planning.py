"""Things to do about records, by somebody until a day; see core.base.hanging for who reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from core import clock
from core.actions import action
from core.base.following import follow
from core.base.hanging import company_of, rows_on, visible_hosts
from core.base.models.record import Activity, ActivityState
from core.base.models.role import employee
from core.i18n import _
from core.orm.condition import where
from core.orm.env import Env
from core.orm.model import Model, model_name


@dataclass(frozen=True, slots=True)
class ToDo:
    """A thing to do as it is shown."""

    id: int
    model: str
    record_id: int
    subject: str
    due_on: date | None
    assignee_id: int
    assignee: str
    author: str
    done: bool
    #: The reader is to do it, or asked for it.
    is_mine: bool


def plan(
    env: Env, record: Model, subject: str, *, assignee_id: int | None = None, due_on: date | None = None
) -> Activity:
    """Ask a colleague, or oneself, to do something about a record that the person sees."""
    company = company_of(env, record)
    with env.acting_as("base"):
        planned = Activity(
            model=model_name(type(record)), record_id=record.id, subject=subject.strip(), due_on=due_on,
            assignee_id=assignee_id or env.user_id, author_id=env.user_id, company_id=company,
        )  # fmt: skip
        env.add(planned)
        env.flush()
    if planned.assignee_id is not None:
        follow(env, record, [planned.assignee_id])
    return planned


@action(
    _("Mark as done"), on=Activity, roles=[employee], icon="check", primary=True,
    when=where(Activity.state, "eq", ActivityState.OPEN),
)  # fmt: skip
def mark_done(env: Env, activities: Sequence[Activity]) -> None:
    """The thing is done; it leaves the list of things to do."""
    for each in activities:
        each.state, each.done_at = ActivityState.DONE, clock.now()


@action(
    _("Reopen"), on=Activity, roles=[employee], icon="refresh",
    when=where(Activity.state, "eq", ActivityState.DONE),
)  # fmt: skip
def reopen(env: Env, activities: Sequence[Activity]) -> None:
    """The thing is to be done after all."""
    for each in activities:
        each.state, each.done_at = ActivityState.OPEN, None


def to_dos(env: Env, record: Model, *, done: bool = False) -> list[ToDo]:
    """What is to be done about a record that the person was given by the gate; `done` gives what was done."""
    state = ActivityState.DONE if done else ActivityState.OPEN
    return _shown(env, rows_on(env, Activity, record).where(Activity.state == state))


def inbox(env: Env, limit: int = 100) -> list[ToDo]:
    """What the person is to do, on records that they may see, the most urgent first."""
    asked = (
        select(Activity)
        .where(Activity.assignee_id == env.user_id, Activity.state == ActivityState.OPEN)
        .limit(limit)
    )
    found = _shown(env, asked)
    seen = visible_hosts(env, ((to_do.model, to_do.record_id) for to_do in found))
    return [to_do for to_do in found if (to_do.model, to_do.record_id) in seen]


def _shown(env: Env, asked: Select[Activity]) -> list[ToDo]:
    people = joinedload(Activity.assignee), joinedload(Activity.author)
    urgent_first = asked.options(*people).order_by(Activity.due_on.is_(None), Activity.due_on, Activity.id)
    with env.as_system() as system:
        return [_to_do(planned, env.user_id) for planned in system.session.scalars(urgent_first)]


def _to_do(planned: Activity, reader: int | None) -> ToDo:
    author = planned.author.name if planned.author is not None else ""
    return ToDo(
        planned.id, planned.model, planned.record_id, planned.subject, planned.due_on, planned.assignee_id,
        planned.assignee.name, author, planned.state is ActivityState.DONE,
        reader is not None and reader in (planned.assignee_id, planned.author_id),
    )  # fmt: skip
