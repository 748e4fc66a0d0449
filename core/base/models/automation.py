"""Automation: rules that an administrator makes, their steps, and the log of what they did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from core.actions import all_actions
from core.base.models.record import RecordId
from core.base.models.standard import between, require
from core.base.models.user import User
from core.base.models.webhook import Webhook, listenable
from core.i18n import Text, _
from core.jobs.recurring import is_cron
from core.orm.field import children, field, index, link, part_of, reference
from core.orm.model import Model, OfCompany
from core.orm.types import Choice, Code, Instant, Json, LongText, Name

RoleName = Annotated[str, mapped_column(String(200), info={"widget": "role"})]
_MOST_DAYS = 3660
_MOST_FAILURES = 100


class Trigger(Choice):
    """What makes a rule run."""

    CREATED = "created", _("A record is created")
    CHANGED = "changed", _("A record is changed")
    STATE = "state", _("A record reaches a state")
    DATE = "date", _("A date is reached")
    SCHEDULE = "schedule", _("By the clock")


class StepKind(Choice):
    """What a step does."""

    ACTION = "action", _("Do an action")
    SET = "set", _("Set fields")
    TODO = "todo", _("Give a to-do")
    NOTIFY = "notify", _("Notify people")
    WEBHOOK = "webhook", _("Send a webhook")


def actions_by_name() -> Mapping[str, Text | str]:
    """Every action that a step may name, with its label."""
    return {made.name: made.label for made in sorted(all_actions(), key=lambda each: each.name)}


class AutomationRule(OfCompany, Model):
    """When this happens to a record, then that is done, with the rights of a person."""

    __tablename__ = "base_automation_rule"
    singular, plural = _("Automation rule"), _("Automation rules")

    name: Mapped[Name] = field(_("Name"), title=True, key=True, search=True, sort=True, track=True)
    model: Mapped[Name] = field(
        _("About"), track=True, offers=listenable, help=_("A condition may be said once this is saved.")
    )
    trigger: Mapped[Trigger] = field(_("When"), default=Trigger.CREATED, track=True)
    field_name: Mapped[Name | None] = field(
        _("Field"), track=True, listed=False,
        help=_("By the API's name: the one that must have changed (empty for any), or the date that is reached."),
    )  # fmt: skip
    state: Mapped[Code | None] = field(
        _("State"), track=True, listed=False, help=_("By its key, such as confirmed.")
    )
    days: Mapped[int] = field(
        _("Days after"),
        default=0,
        track=True,
        listed=False,
        help=_("After the date; below zero for before it."),
    )
    cron: Mapped[Name | None] = field(
        _("Clock"), track=True, listed=False,
        help=_("Minute, hour, day of the month, month, day of the week: 30 2 * * 1-5 is 02:30 on working days."),
    )  # fmt: skip
    condition: Mapped[Json | None] = field(
        _("Condition"), track=True, listed=False, help=_("What a record must fulfil as well.")
    )
    runs_as_id: Mapped[int] = reference(
        User, _("Runs as"), track=True,
        help=_("It may do what this person may, and no more. Nobody names a person who may do more than they."),
    )  # fmt: skip
    runs_as: Mapped[User] = link(runs_as_id)
    failure_limit: Mapped[int] = field(
        _("Pause after failures"), default=5, track=True, listed=False, help=_("So many in a row.")
    )
    failures: Mapped[int] = field(_("Failures in a row"), default=0, readonly=True, copy=False)
    active: Mapped[bool] = field(_("Active"), default=False, readonly=True, sort=True, track=True, copy=False)
    reason: Mapped[LongText | None] = field(_("Paused because"), readonly=True, listed=False, copy=False)
    #: Up to when dates were looked at, or when the clock is due next.
    checked_at: Mapped[Instant | None] = mapped_column()
    next_at: Mapped[Instant | None] = field(_("Next run"), readonly=True, copy=False)
    steps: Mapped[list[AutomationStep]] = children(
        _("Steps"), by=lambda: AutomationStep.rule, order=lambda: AutomationStep.position
    )

    __table_args__ = (index("company_id", "name", unique=True),)

    def check(self) -> None:
        by_clock = self.trigger is Trigger.SCHEDULE
        require({
            "model": None if self.model in listenable() else _("There is no {name} here.", name=self.model),
            "cron": (
                _("“{cron}” never comes. Write five fields, such as 30 2 * * 1-5.", cron=self.cron or "")
                if by_clock and not is_cron(self.cron or "")
                else None
            ),
            "field_name": _("Say which date.") if self.trigger is Trigger.DATE and not self.field_name else None,
            "state": _("Say which state.") if self.trigger is Trigger.STATE and not self.state else None,
            "days": between(self.days, -_MOST_DAYS, _MOST_DAYS),
            "failure_limit": between(self.failure_limit, 1, _MOST_FAILURES),
        })  # fmt: skip


class AutomationStep(Model):
    """Something that a rule does with the record, after the steps before it."""

    __tablename__ = "base_automation_step"
    singular, plural = _("Step of a rule"), _("Steps of rules")

    rule_id: Mapped[int] = part_of(AutomationRule, _("Automation rule"))
    rule: Mapped[AutomationRule] = link(rule_id, back=lambda: AutomationRule.steps)
    position: Mapped[int] = field(_("Position"), default=10)
    kind: Mapped[StepKind] = field(_("What"), default=StepKind.NOTIFY, title=True, key=True, track=True)
    action: Mapped[Code | None] = field(_("Action"), track=True, offers=actions_by_name)
    values: Mapped[Json | None] = field(
        _("Values"), track=True,
        help=_("Of the action's parameters or of the fields, by name; in a text {code} is that field of the record."),
    )  # fmt: skip
    text: Mapped[LongText | None] = field(
        _("Text"), track=True, help=_("Of the to-do or the message; {code} is a field of the record.")
    )
    user_id: Mapped[int | None] = reference(User, _("Person"), track=True)
    user: Mapped[User | None] = link(user_id)
    role: Mapped[RoleName | None] = field(_("Or role"), track=True)
    due_days: Mapped[int | None] = field(_("Due in days"), track=True)
    webhook_id: Mapped[int | None] = reference(Webhook, _("Webhook"), track=True)
    webhook: Mapped[Webhook | None] = link(webhook_id)


class RunState(Choice):
    """How a run ended."""

    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    TRIED = "tried", _("Dry run")


class AutomationRun(OfCompany, Model):
    """One run of a rule, and what each step came to."""

    __tablename__ = "base_automation_run"
    singular, plural = _("Run of a rule"), _("Runs of rules")

    rule_id: Mapped[int] = reference(AutomationRule, _("Automation rule"), readonly=True, key=True)
    rule: Mapped[AutomationRule] = link(rule_id)
    title: Mapped[Name] = field(_("Record"), readonly=True, title=True)
    model: Mapped[Name] = field(_("Kind of record"), readonly=True, listed=False, offers=listenable)
    record_id: Mapped[RecordId | None] = field(_("Record's number"), readonly=True, listed=False)
    state: Mapped[RunState] = field(_("State"), readonly=True)
    at: Mapped[Instant] = field(_("When"), readonly=True, sort=True)
    milliseconds: Mapped[int] = field(_("Milliseconds"), readonly=True)
    #: How many rules in a row led to it.
    depth: Mapped[int] = field(_("After rules"), default=0, readonly=True, listed=False)
    error: Mapped[LongText | None] = field(_("Error"), readonly=True)
    results: Mapped[list[AutomationResult]] = children(
        _("Results"), by=lambda: AutomationResult.run, order=lambda: AutomationResult.id
    )

    __table_args__ = (index("rule_id", "id"),)


class AutomationResult(Model):
    """What a step came to for a record."""

    __tablename__ = "base_automation_result"
    singular, plural = _("Result of a step"), _("Results of steps")

    run_id: Mapped[int] = part_of(AutomationRun, _("Run of a rule"))
    run: Mapped[AutomationRun] = link(run_id, back=lambda: AutomationRun.results)
    record: Mapped[Name] = field(_("Record"), readonly=True, title=True, key=True)
    step: Mapped[Name] = field(_("Step"), readonly=True)
    result: Mapped[LongText] = field(_("Result"), readonly=True)
    failed: Mapped[bool] = field(_("Failed"), default=False, readonly=True)
