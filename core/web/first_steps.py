"""The first steps of a new site on the home page of its administrators, until they are done or put away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.base import administrator
from core.i18n import plural
from core.orm.env import Env
from core.views.first_step import FirstStep
from core.web.parts import Progress, Words
from core.web.preferences import keep
from core.web.request import env, leave, principal, views, visitor, web

#: The preference: until all is done (never on a demonstration), always, not at all.
PREFERENCE, SHOWN, HIDDEN = "first_steps", "1", "0"


@dataclass(frozen=True)
class ShownStep:
    """A step as home.html.jinja shows it."""

    label: Words
    why: Words
    url: str
    done: bool


@dataclass(frozen=True)
class Checklist:
    """What home.html.jinja shows of the first steps; those to do come first."""

    steps: Sequence[ShownStep]
    progress: Progress


def checklist() -> Checklist | None:
    """The steps that concern the person; None where they are none of theirs, done, or put away."""
    chosen = visitor().preference(PREFERENCE)
    if administrator.name not in principal().roles or chosen == HIDDEN:
        return None
    if chosen != SHOWN and web().settings.demonstration:
        return None
    found = [ShownStep(s.label, s.why, s.url, s.done(env())) for s in _steps(env())]
    done = sum(step.done for step in found)
    if done == len(found) and chosen != SHOWN:
        leave(lambda at: keep(at, {PREFERENCE: HIDDEN}), principal())
        return None
    text = plural("{done} of {count} done", "{done} of {count} done", len(found), done=done)
    return Checklist(
        sorted(found, key=lambda step: step.done), Progress(100 * done // max(1, len(found)), text)
    )


def _steps(at: Env) -> list[FirstStep]:
    may, who = at.site.access.may, at.principal
    return sorted((s for s in views().first_steps if may(who, s.verb, s.model)), key=lambda step: step.order)
