"""Workflows: which state follows which, and the guards that must agree."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import InstrumentedAttribute

from core.errors import Forbidden, UserError
from core.i18n import Text, _
from core.orm.condition import All, Condition, Test, where
from core.orm.model import Model
from core.orm.types import Choice
from core.security import signature

if TYPE_CHECKING:
    from core.orm.env import Env

#: Raises UserError or Forbidden when the record may not move.
Guard = Callable[["Env", Any], None]  # Any: a record of the workflow's model


@dataclass(frozen=True)
class Step:
    """A move from one of `sources` to `target`, if every guard agrees."""

    sources: Choice | tuple[Choice, ...]
    target: Choice
    guards: tuple[Guard, ...] = ()

    def starts_at(self, state: Choice) -> bool:
        return state in (self.sources if isinstance(self.sources, tuple) else (self.sources,))


class Workflow:
    """The states of a model's field in order, and the steps between them."""

    def __init__(
        self, state: InstrumentedAttribute[Any], *steps: Step, cancelled: Sequence[Choice] = ()
    ) -> None:  # Any: a Choice
        self.state = state
        self.steps = steps
        #: States that end the work without its result, drawn as a struck ring.
        self.cancelled = tuple(cancelled)
        self._reaching: list[tuple[Test, tuple[Choice, ...]]] = []
        _workflows[state.class_] = self  # type: ignore[index]  # a state belongs to a model, never to an alias

    @property
    def model(self) -> type[Model]:
        found = self.state.class_
        assert isinstance(found, type)
        assert issubclass(found, Model)
        return found

    @property
    def key(self) -> str:
        return str(self.state.key)

    def may_reach(self, target: Choice) -> Test:
        """The condition for `@action(when=...)`: a step leads from the record's state to `target`."""
        sources = [s for step in self.steps if step.target == target for s in _tuple(step.sources)]
        made = where(self.state, "in", sources)
        self._reaching.append((made, (target,)))
        return made

    def may_leave(self, *sources: Choice, to: Choice | tuple[Choice, ...]) -> Test:
        """The condition of an action that takes records from `sources` on, to whichever of `to` its code decides."""
        made = (
            where(self.state, "eq", sources[0])
            if len(sources) == 1
            else where(self.state, "in", list(sources))
        )
        self._reaching.append((made, _tuple(to)))
        return made

    def reached_by(self, condition: Condition | None) -> tuple[Choice, ...]:
        """The states that `may_reach` or `may_leave` made `condition`, or a part of it, for."""
        parts = condition.of if isinstance(condition, All) else (condition,)
        found = (targets for made, targets in self._reaching if any(part is made for part in parts))
        return tuple(target for targets in found for target in targets)

    def signatures(self, env: Env, record: Model, condition: Condition | None) -> list[Signed]:
        """What whoever takes the record on by an action with this condition has to sign."""
        steps = [step for step in self._steps_by(condition) if step.starts_at(getattr(record, self.key))]
        found = (guard for step in steps for guard in step.guards if isinstance(guard, Signed))
        return [guard for guard in found if guard.is_asked(env, record)]

    def may_ask_signature(self, condition: Condition | None) -> bool:
        """Whether there are records that whoever takes them on by an action with this condition has to sign."""
        return any(isinstance(guard, Signed) for step in self._steps_by(condition) for guard in step.guards)

    def _steps_by(self, condition: Condition | None) -> list[Step]:
        targets = self.reached_by(condition)
        return [step for step in self.steps if step.target in targets]

    def leads(self, source: Choice, target: Choice) -> bool:
        """Whether a step leads from `source` to `target`."""
        return any(step.target == target and step.starts_at(source) for step in self.steps)

    def move(self, env: Env, records: Sequence[Model], target: Choice) -> None:
        """Move the records to `target`; raises UserError when no step leads there, or what a guard raises."""
        for record in records:
            current: Choice = getattr(record, self.key)
            step = next((s for s in self.steps if s.target == target and s.starts_at(current)), None)
            if step is None:
                raise UserError(
                    _("{record} is {state}; it cannot become {target}.",
                      record=record.label, state=current.label, target=target.label)
                )  # fmt: skip
            for guard in step.guards:
                guard(env, record)
            setattr(record, self.key, target)


def workflow_of(model: type[Model]) -> Workflow | None:
    """The workflow of a model, if it has one."""
    return _workflows.get(model)


def four_eyes(*earlier: InstrumentedAttribute[Any]) -> Guard:  # Any: an optional user id
    """A guard: whoever did one of the `earlier` steps (fields with user ids) may not do this one."""

    def other_person(env: Env, record: Any) -> None:  # Any: a record of the fields' model
        if env.user_id is not None and any(getattr(record, a.key) == env.user_id for a in earlier):
            raise Forbidden(
                _("{record} needs a second person: whoever made or submitted it cannot also approve it.",
                  record=record.label)
            )  # fmt: skip

    return other_person


@dataclass(frozen=True)
class Signed:
    """A guard: whoever takes the step signs the record by their password; see `signed`."""

    meaning: Text
    when: Callable[[Env, Any], bool] | None = None  # Any: a record of the workflow's model

    def is_asked(self, env: Env, record: Model) -> bool:
        return self.when is None or self.when(env, record)

    def __call__(self, env: Env, record: Model) -> None:
        workflow = workflow_of(type(record))
        if self.is_asked(env, record):
            signature.sign(env, record, self.meaning, besides=() if workflow is None else (workflow.key,))


def signed(meaning: Text, *, when: Callable[[Env, Any], bool] | None = None) -> Signed:  # Any: as Signed.when
    """A guard: the step takes an electronic signature that means `meaning`; with `when`, of those records alone.

    21 CFR 11.50 asks for the meaning (review, approval, responsibility, authorship), which the signer reads before.
    """
    return Signed(meaning, when)


_workflows: dict[type[Model], Workflow] = {}


def _tuple(sources: Choice | tuple[Choice, ...]) -> tuple[Choice, ...]:
    return sources if isinstance(sources, tuple) else (sources,)
