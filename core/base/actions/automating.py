"""Carrying rules out: as jobs, by the clock, and as dry runs; and what an administrator does with them."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import delete, select

from core import clock
from core.actions import action
from core.base.acting import acting_for, require_no_more
from core.base.actions.planning import plan
from core.base.actions.stepping import Step, check, do, step_of
from core.base.automation import TASK, Rule, begin, condition_of, matching, model_of, pause, reached, rule_of
from core.base.models.automation import (
    AutomationResult,
    AutomationRule,
    AutomationRun,
    RunState,
    Trigger,
)
from core.base.models.role import administrator
from core.errors import PlatformError, UserError, ValidationError
from core.i18n import _
from core.jobs.job import task
from core.jobs.recurring import Recurring, next_due
from core.orm.condition import where
from core.orm.env import Env
from core.orm.model import Model, model_name

if TYPE_CHECKING:
    from core.jobs.run import Run

#: Records of a dry run.
MOST_TRIED = 20
#: Fields of a rule that say nothing of what it does.
STANDING = frozenset({"name", "active", "reason", "failures", "failure_limit", "next_at"})
is_active = where(AutomationRule.active, "eq", True)
is_paused = where(AutomationRule.active, "eq", False)
log = logging.getLogger("dovetail.automation")


@dataclass
class _Attempt:
    """A rule with a record: what each step came to so far."""

    rule: Rule
    steps: Sequence[Step]
    depth: int = 0
    title: str = ""
    results: list[tuple[str, str, str, bool]] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def carry_out(self, env: Env, record: Model) -> None:
        """Do the steps one after the other; the first that is refused ends it."""
        self.title = str(record.label)[:200]
        for step in self.steps:
            try:
                said = do(env, step, record)
            except PlatformError as error:
                self.results.append((self.title, str(step.label), str(error), True))
                raise
            self.results.append((self.title, str(step.label), said, False))

    def row(self, state: RunState, record_id: int | None, error: str | None = None) -> AutomationRun:
        lines = [
            AutomationResult(record=r, step=s, result=said, failed=bad) for r, s, said, bad in self.results
        ]
        return AutomationRun(
            rule_id=self.rule.id, company_id=self.rule.company_id, model=model_name(model_of(self.rule)),
            record_id=record_id, title=self.title or f"#{record_id}", state=state, at=clock.now(), depth=self.depth,
            milliseconds=round((time.monotonic() - self.begun) * 1000), error=error, results=lines,
        )  # fmt: skip


@task(TASK)
def automate(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Do the steps of a rule with each record, each in a transaction of its own."""
    ids = payload["ids"]
    for done, record_id in enumerate(ids):
        run.progress(done, len(ids))
        if not _carry_out(run, payload["rule"], record_id, payload["depth"]):
            break
    run.progress(len(ids), len(ids))
    return {}


_by_clock = (AutomationRule.active.is_(True), AutomationRule.trigger.in_([Trigger.DATE, Trigger.SCHEDULE]))


def _waits_for_clock(env: Env) -> bool:
    return env.session.scalar(select(AutomationRule.id).where(*_by_clock).limit(1)) is not None


@task("base.automation_clock", wanted=_waits_for_clock)
def look_at_clock(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Begin the rules whose moment came."""
    with run.env(write=False) as env:
        ids = list(env.session.scalars(select(AutomationRule.id).where(*_by_clock)))
    for rule_id in ids:
        with run.env() as env:
            _look(env, env.get(AutomationRule, rule_id, lock=True))
    return {}


schedules = [Recurring("base.automation", _("Rules by the clock"), look_at_clock, "*/5 * * * *")]


@action(
    _("Activate"), on=AutomationRule, roles=[administrator], icon="player-play", primary=True, when=is_paused
)
def activate_rule(env: Env, rules: Sequence[AutomationRule]) -> None:
    """It runs from now on; what happened before is left as it is."""
    for row in rules:
        if not row.steps:
            raise UserError(_("{rule} has no steps yet.", rule=row.name))
        check_rule(env, row.id)
        row.active, row.reason, row.failures = True, None, 0
        row.checked_at, row.next_at = clock.now(), _next(env, row)


@action(_("Pause"), on=AutomationRule, roles=[administrator], icon="player-pause", when=is_active)
def pause_rule(env: Env, rules: Sequence[AutomationRule]) -> None:
    """It does not run any more until it is activated; what happens meanwhile is not made up for."""
    for row in rules:
        row.active, row.next_at = False, None


@action(_("Dry run"), on=AutomationRule, roles=[administrator], icon="player-play", bulk=False)
def try_rule(env: Env, rules: Sequence[AutomationRule]) -> Sequence[AutomationRun]:
    """What the rule would do with the records that fulfil its condition now, at most 20; nothing of it is kept."""
    found = []
    for row in rules:
        kept = _tried(env, row.id)
        with env.as_system() as system:
            system.add(kept)
            system.flush()
            found.append(kept.id)
    return [env.get(AutomationRun, run_id) for run_id in found]


@action(
    _("Delete"), on=AutomationRule, roles=[administrator], icon="trash", when=is_paused, bulk=False,
    confirm=_("Its log is deleted with it."),
)  # fmt: skip
def delete_rule(env: Env, rules: Sequence[AutomationRule]) -> None:
    """It goes for good, with its log."""
    for row in rules:
        with env.as_system() as system:
            its = select(AutomationRun.id).where(AutomationRun.rule_id == row.id)
            system.session.execute(delete(AutomationResult).where(AutomationResult.run_id.in_(its)))
            system.session.execute(delete(AutomationRun).where(AutomationRun.rule_id == row.id))
        env.delete(row)


def check_rule(env: Env, rule_id: int) -> None:
    """Raise ValidationError for what the person of the rule could never do."""
    rule, steps = _read(env, rule_id)
    require_no_more(env, rule.runs_as_id, rule.company_id)
    with acting_for(env, rule.runs_as_id, rule.company_id) as person:
        try:
            condition_of(person, rule)
            if rule.trigger is Trigger.DATE:
                reached(person, rule, clock.now(), clock.now())
            for step in steps:
                check(person, step, model_of(rule))
        except ValidationError:
            raise
        except PlatformError as error:
            raise ValidationError({"": error.message}) from error


def _read(env: Env, rule_id: int) -> tuple[Rule, Sequence[Step]]:
    with env.as_system() as system:
        row = system.get(AutomationRule, rule_id)
        return rule_of(row), [step_of(each, row.name) for each in row.steps]


def _tried(env: Env, rule_id: int) -> AutomationRun:
    """The log of a dry run, which is not written yet."""
    rule, steps = _read(env, rule_id)
    if not steps:
        raise UserError(_("{rule} has no steps yet.", rule=rule.name))
    whole = _Attempt(rule, steps)
    with env.trying(), acting_for(env, rule.runs_as_id, rule.company_id) as person:
        ids = matching(person, rule, most=MOST_TRIED)
        for record_id in ids:
            one = _Attempt(rule, steps)
            try:
                with person.savepoint():
                    one.carry_out(person, person.get(model_of(rule), record_id))
            except PlatformError as error:
                log.info("a dry run of rule %s was refused: %s", rule_id, error)
            whole.results += one.results
    refused = len({title for title, _step, _said, bad in whole.results if bad})
    whole.title = str(_("{count} records, {refused} refused", count=len(ids), refused=refused))
    return whole.row(RunState.TRIED, None)


def _carry_out(run: Run, rule_id: int, record_id: int, depth: int) -> bool:
    """Do the steps with one record; False when the rule does not run any more."""
    attempt: _Attempt | None = None
    try:
        with run.env() as env:
            row = env.session.get(AutomationRule, rule_id)
            if row is None or not row.active:
                return False
            attempt = _Attempt(*_read(env, rule_id), depth)
            env.why, env.depth = str(_("Rule {name}", name=attempt.rule.name)), depth + 1
            with acting_for(env, attempt.rule.runs_as_id, attempt.rule.company_id) as person:
                attempt.carry_out(person, person.get(model_of(attempt.rule), record_id))
            env.add(attempt.row(RunState.DONE, record_id))
            if row.failures:
                row.failures = 0
    except PlatformError as error:
        return attempt is not None and _note_failure(run, attempt, record_id, str(error))
    except Exception:
        reference = uuid4().hex[:12]
        log.exception("rule %s failed, reference %s", rule_id, reference)
        said = _(
            "Something is wrong on our side, reference {reference}; the log has the rest.",
            reference=reference,
        )
        return attempt is not None and _note_failure(run, attempt, record_id, str(said))
    return True


def _note_failure(run: Run, attempt: _Attempt, record_id: int, error: str) -> bool:
    """Keep what was refused; a rule that fails too often in a row pauses, and its owner is told."""
    run.log(error, failed=True, record_id=record_id)
    with run.env() as env:
        row = env.get(AutomationRule, attempt.rule.id, lock=True)
        env.add(attempt.row(RunState.FAILED, record_id, error))
        row.failures += 1
        if row.failures < row.failure_limit:
            return True
        said = _(
            "It failed {count} times in a row, the last time so: {error}", count=row.failures, error=error
        )
        pause(env, row.id, str(said))
        owner = row.created_by_id or row.runs_as_id
        plan(env, row, str(_("Rule {name} is paused", name=row.name))[:200], assignee_id=owner)
    return False


def _look(env: Env, row: AutomationRule) -> None:
    rule, now = rule_of(row), clock.now()
    if row.trigger is Trigger.SCHEDULE:
        if row.next_at is None or row.next_at > now:
            return
        row.next_at = _next(env, row)
        begin(env, rule)
        return
    since, row.checked_at = row.checked_at or now, now
    try:
        with acting_for(env, rule.runs_as_id, rule.company_id) as person:
            moment = reached(person, rule, since, now)
    except PlatformError as error:
        pause(env, rule.id, str(error))
        return
    begin(env, rule, moment=moment)


def _next(env: Env, row: AutomationRule) -> Any:  # Any: an instant or None
    if row.trigger is not Trigger.SCHEDULE or not row.cron:
        return None
    return next_due(row.cron, row.runs_as.zone or "UTC", clock.now())
