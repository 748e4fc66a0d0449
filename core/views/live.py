"""Live forms: rules that propose values while a person types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.orm.condition import name_of
from core.orm.model import Model
from core.views.nodes import Attribute

if TYPE_CHECKING:
    from core.orm.env import Env

#: Sets fields of the draft it is given; the draft is never saved by it.
Rule = Callable[["Env", Any], None]  # Any: a record of the rule's model


@dataclass(frozen=True)
class Fill:
    """A rule with the fields whose change runs it."""

    model: type[Model]
    on: frozenset[str]
    rule: Rule


_fills: list[Fill] = []


def fill(model: type[Model], *, on: Sequence[Attribute]) -> Callable[[Rule], Rule]:
    """Run the rule on the draft when one of the fields `on` was changed by the person."""

    def declared(rule: Rule) -> Rule:
        _fills.append(Fill(model, frozenset(name_of(a) for a in on), rule))
        return rule

    return declared


def run_fills(env: Env, draft: Model, changed: Sequence[str]) -> None:
    """Run every rule of the draft's model that waits for one of the `changed` fields, in order of declaration."""
    for found in _fills:
        if found.model is type(draft) and found.on & set(changed):
            found.rule(env, draft)
