"""Automation rules as a process knows them: which records each one is about, and the jobs that carry it out.

A rule runs as a job after the commit: what it does may be refused without stopping the work that set it off, and its
log says what came of it. Whether a record fulfils its condition is asked in the transaction, of the record as it is
committed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from core import clock
from core.base.acting import acting_for
from core.base.models.automation import AutomationRule, AutomationRun, RunState, Trigger
from core.base.webhooks import Happened
from core.errors import PlatformError, UserError
from core.i18n import _
from core.jobs.job import enqueue
from core.orm.assign import visible_fields
from core.orm.condition import ALWAYS, Condition, Test, all_of, from_json
from core.orm.model import Model, model_name, model_named
from core.orm.rowset import among
from core.orm.seen import readable, require_field
from core.orm.tracking import ChangeEvent
from core.workflow import workflow_of

if TYPE_CHECKING:
    from core.orm.env import Env

TASK = "base.automate"
#: Rules that may set each other off in a row.
MOST_DEPTH = 5
#: Records of one run by the clock.
MOST_RECORDS = 10_000


@dataclass(frozen=True)
class Rule:
    """A rule without its steps."""

    id: int
    name: str
    company_id: int
    model: type[Model] | None
    trigger: Trigger
    field: str
    state: str
    days: int
    condition: Any  # Any: JSON
    runs_as_id: int

    def tell(self, env: Env, happened: Mapping[int, Happened]) -> None:
        """Have the rule carried out for what it is about among the records of a transaction, after its commit."""
        ids = [record_id for record_id, each in happened.items() if _is_meant(self, each)]
        if ids:
            begin(env, self, ids)


def rule_of(row: AutomationRule) -> Rule:
    return Rule(
        row.id, row.name, row.company_id, model_named(row.model), row.trigger, row.field_name or "", row.state or "",
        row.days, row.condition, row.runs_as_id,
    )  # fmt: skip


def model_of(rule: Rule) -> type[Model]:
    """What the rule is about; raises UserError where that is not installed any more."""
    if rule.model is None:
        raise UserError(_("What it is about is not installed any more."))
    return rule.model


def begin(env: Env, rule: Rule, ids: Sequence[int] | None = None, moment: Condition | None = None) -> None:
    """Write the job of the rule for those of `ids`, or of all records, that fulfil its condition and `moment`.

    Where that cannot be asked any more, the rule is paused with the reason, and what set it off goes on.
    """
    try:
        with acting_for(env, rule.runs_as_id, rule.company_id) as person:
            found = matching(person, rule, ids, moment)
    except PlatformError as error:
        pause(env, rule.id, str(error))
        return
    if found and env.depth >= MOST_DEPTH:
        _stop(env, rule, found)
    elif found:
        with env.as_system() as system:
            payload = {"rule": rule.id, "ids": found, "depth": env.depth}
            job = enqueue(system, TASK, rule.name, payload, len(found))
            job.acting_company_id = rule.company_id


def matching(
    env: Env,
    rule: Rule,
    ids: Sequence[int] | None = None,
    moment: Condition | None = None,
    most: int = MOST_RECORDS,
) -> list[int]:
    """The ids of the records that the person sees and the rule is about, as they are now."""
    model = model_of(rule)
    condition = all_of([condition_of(env, rule), moment]) or ALWAYS
    asked = select(model.id).where(condition.sql(model, env)).order_by(model.id).limit(most)
    if ids is not None:
        asked = asked.where(among(model.id, ids, env.dialect))
    return list(env.session.scalars(asked))


def condition_of(env: Env, rule: Rule) -> Condition | None:
    """What a record must fulfil; raises NotFound for a field that went, or that the person does not see."""
    model = model_of(rule)
    wanted = [readable(env, model, from_json(model, rule.condition))] if rule.condition else []
    if rule.trigger is Trigger.STATE:
        key = state_key(model)
        wanted.append(from_json(model, {"path": key, "op": "eq", "value": rule.state}))
    if rule.field:
        require_field(model, visible_fields(env, model), rule.field)
    return all_of(wanted)


def state_key(model: type[Model]) -> str:
    """The field that the model's workflow moves; raises UserError for a model without one."""
    workflow = workflow_of(model)
    if workflow is None:
        raise UserError(_("{models} have no states.", models=model.plural))
    return workflow.key


def reached(env: Env, rule: Rule, since: datetime, now: datetime) -> Condition:
    """That the rule's date, so many days later, came after `since` and by `now`; days begin in the person's zone."""
    found = require_field(model_of(rule), visible_fields(env, model_of(rule)), rule.field)
    if found.is_day:
        zone, days = ZoneInfo(env.zone), timedelta(days=rule.days)
        first, last = since.astimezone(zone).date() - days, now.astimezone(zone).date() - days
        return Test(rule.field, "gt", first) & Test(rule.field, "le", last)
    if found.is_instant:
        later = timedelta(days=rule.days)
        return Test(rule.field, "gt", since - later) & Test(rule.field, "le", now - later)
    raise UserError(_("{field} is no date.", field=found.label))


def pause(env: Env, rule_id: int, reason: str) -> None:
    """Stop a rule, and say why."""
    with env.as_system() as system:
        found = system.session.get(AutomationRule, rule_id)
        if found is not None:
            found.active, found.reason = False, reason


def _is_meant(rule: Rule, happened: Happened) -> bool:
    created = happened.event is ChangeEvent.CREATED
    if rule.trigger is Trigger.CREATED:
        return created
    if happened.event is ChangeEvent.DELETED or rule.model is None:
        return False
    if rule.trigger is Trigger.CHANGED:
        return not created and (not rule.field or rule.field in happened.fields)
    workflow = workflow_of(rule.model)
    is_moved = (
        workflow is None or workflow.key in happened.fields
    )  # without one the rule is paused with the reason
    return rule.trigger is Trigger.STATE and (created or is_moved)


def _stop(env: Env, rule: Rule, ids: Sequence[int]) -> None:
    """Rules that set each other off without end are held, and the log says so."""
    said = _(
        "Rules set each other off {count} times in a row, so that this one was not carried out. Give one of them a "
        "condition that it does not fulfil itself.",
        count=MOST_DEPTH,
    )
    with env.as_system() as system:
        system.add(
            AutomationRun(
                rule_id=rule.id, company_id=rule.company_id, model=model_name(model_of(rule)), record_id=ids[0],
                title=f"#{ids[0]}", state=RunState.FAILED, at=clock.now(), milliseconds=0, depth=env.depth,
                error=str(said),
            )
        )  # fmt: skip
