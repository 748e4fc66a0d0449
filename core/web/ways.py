"""How a record may get from one value of a choice to another: the actions that lead there, or writing the field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.actions import Action, actions_of
from core.i18n import _
from core.orm.assign import may_set
from core.orm.catalog import Field
from core.orm.condition import All, AnyOf, Condition, Test
from core.orm.env import Env
from core.orm.types import Choice
from core.web.parts import Words
from core.workflow import Workflow, workflow_of


@dataclass(frozen=True)
class Way:
    """How a record gets to `target`: by an action, or without one by writing the field; or why it does not."""

    target: Choice
    label: Words
    action: Action | None = None
    refusal: Words = ""


def ways_from(at: Env, found: Field, source: Choice | None) -> list[Way]:
    """The ways that lead from `source`, as far as it alone says so; the record may still refuse."""
    workflow = workflow_of(found.model)
    if workflow is not None and workflow.key == found.key and found.facet is None and source is not None:
        return list(_by_actions(at, workflow, source))
    if not may_set(found, at) or not at.site.access.may(at.principal, "write", found.model):
        return []
    assert found.choices is not None
    return [Way(member, member.label) for member in found.choices if member is not source]


def _by_actions(at: Env, workflow: Workflow, source: Choice) -> Iterator[Way]:
    for action in actions_of(workflow.model):
        if not _could_hold(action.when, workflow, source):
            continue
        refusal = (
            "" if action.allowed_to(at) else _("Your roles do not include {action}.", action=action.label)
        )
        for target in workflow.reached_by(action.when):
            if target is not source and workflow.leads(source, target):
                yield Way(target, action.label, action, refusal)


def _could_hold(condition: Condition | None, workflow: Workflow, state: Choice) -> bool:
    """Whether a record in `state` may fulfil the condition, whatever its other fields are."""
    if isinstance(condition, Test) and condition.path == workflow.key:
        stub = workflow.model()
        setattr(stub, workflow.key, state)
        return condition.holds(stub)
    if isinstance(condition, All):
        return all(_could_hold(part, workflow, state) for part in condition.of)
    if isinstance(condition, AnyOf):
        return any(_could_hold(part, workflow, state) for part in condition.of)
    return True
