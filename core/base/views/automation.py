"""Automation rules, and the log of their runs."""

from __future__ import annotations

from core.base.models.automation import (
    AutomationResult,
    AutomationRule,
    AutomationRun,
    AutomationStep,
    RunState,
    Trigger,
)
from core.i18n import _
from core.orm.condition import Test, where
from core.views.nodes import Form, Group, Lines, List, Menu, Preset, Related, Shown, Tab, Tile, View

by_field = where(AutomationRule.trigger, "in", [Trigger.CHANGED, Trigger.DATE])
by_state = where(AutomationRule.trigger, "eq", Trigger.STATE)
by_date = where(AutomationRule.trigger, "eq", Trigger.DATE)
by_clock = where(AutomationRule.trigger, "eq", Trigger.SCHEDULE)
has_reason = Test("reason", "not_empty")

rules = View(
    AutomationRule,
    docs="docs/automation.html",
    icon="bolt",
    list=List(
        AutomationRule.name, AutomationRule.model, AutomationRule.trigger, AutomationRule.runs_as_id,
        AutomationRule.active, AutomationRule.failures,
        facets=(AutomationRule.active, AutomationRule.model, AutomationRule.trigger),
        sort=("name",),
        presets=(
            Preset("paused", _("Paused"), where(AutomationRule.active, "eq", False)),
            Preset("failing", _("Failing"), where(AutomationRule.failures, "gt", 0)),
        ),
    ),
    form=Form(
        Group(
            "main", AutomationRule.name,
            Shown(AutomationRule.runs_as_id, docs="docs/automation.html#by-whose-rights"), AutomationRule.active,
            Shown(AutomationRule.reason, visible=has_reason),
        ),
        Group(
            "when", AutomationRule.model, AutomationRule.trigger,
            Shown(AutomationRule.field_name, visible=by_field),
            Shown(AutomationRule.state, visible=by_state, required=by_state),
            Shown(AutomationRule.days, visible=by_date),
            Shown(AutomationRule.cron, visible=by_clock, required=by_clock),
            Shown(AutomationRule.next_at, visible=by_clock), Shown(AutomationRule.condition, widget="condition"),
            label=_("When"),
        ),
        Group("failing", AutomationRule.failures, AutomationRule.failure_limit, label=_("Failures")),
        Tab(
            "steps", _("Then"),
            Lines(
                AutomationRule.steps, AutomationStep.position, AutomationStep.kind, AutomationStep.action,
                AutomationStep.values, AutomationStep.text, AutomationStep.user_id, AutomationStep.role,
                AutomationStep.due_days, AutomationStep.webhook_id,
            ),
        ),
        related=(Related(AutomationRun.rule_id, _("Runs"), "history"),),
    ),
    menu=Menu("settings", _("Automation"), icon="bolt", order=45),
)  # fmt: skip

runs = View(
    AutomationRun,
    docs="docs/automation.html#the-log",
    icon="history",
    list=List(
        AutomationRun.title, AutomationRun.rule_id, AutomationRun.state, AutomationRun.at, AutomationRun.milliseconds,
        AutomationRun.error,
        facets=(AutomationRun.state, AutomationRun.rule_id),
        sort=("-at",),
        presets=(Preset("failed", _("Failed"), where(AutomationRun.state, "eq", RunState.FAILED)),),
    ),
    form=Form(
        Group(
            "main", AutomationRun.title, AutomationRun.rule_id, AutomationRun.model, AutomationRun.at,
            AutomationRun.milliseconds, AutomationRun.depth, AutomationRun.error,
        ),
        Tab(
            "results", _("Results"),
            Lines(
                AutomationRun.results, AutomationResult.record, AutomationResult.step, AutomationResult.result,
                AutomationResult.failed,
            ),
        ),
        status=AutomationRun.state,
    ),
)  # fmt: skip

paused = Tile(
    "paused_rules", _("Rules that paused themselves"), AutomationRule, has_reason, urgent=True, order=22
)
