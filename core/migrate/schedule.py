"""In which order the pending revisions of several addons run, each where its `requires` wants it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.errors import AddonError
from core.i18n import _
from core.migrate.history import Revision

Step = tuple[str, str]
History = Mapping[str, Sequence[Revision]]


def schedule(
    pending: History, done: Mapping[str, Sequence[str]], needs: Mapping[str, Sequence[str]]
) -> list[Revision]:
    """The pending revisions in an order that keeps every promise.

    `pending` and `done` (ids that ran already) are by addon, dependencies first. A revision that requires
    `{"base": "0005"}` runs between base's 0005 and its next one, since that may remove what it reads; one that
    requires nothing runs when all that its addon needs is at its newest.
    """
    before = _edges(pending, done, needs)
    steps = {(step.addon, step.id): step for steps in pending.values() for step in steps}
    order: list[Revision] = []
    waiting = dict(steps)
    while waiting:
        ready = next((key for key in waiting if not before[key] & waiting.keys()), None)
        if ready is None:
            raise AddonError(_deadlock(waiting))
        order.append(waiting.pop(ready))
    return order


def _edges(
    pending: History, done: Mapping[str, Sequence[str]], needs: Mapping[str, Sequence[str]]
) -> dict[Step, set[Step]]:
    """For each pending step, those that must run before it."""
    before: dict[Step, set[Step]] = {(s.addon, s.id): set() for steps in pending.values() for s in steps}
    for addon, steps in pending.items():
        last_bound = max((i for i, step in enumerate(steps) if step.requires), default=-1)
        for position, step in enumerate(steps):
            here = before[addon, step.id]
            if position:
                here.add((addon, steps[position - 1].id))
            if position > last_bound:
                here |= {(need, s.id) for need in needs.get(addon, ()) for s in pending.get(need, ())}
            for other, wanted in step.requires.items():
                successor = _bind(step, other, wanted, pending, done)
                if wanted not in done.get(other, ()):
                    here.add((other, wanted))
                if successor is not None:
                    before[other, successor].add((addon, step.id))
    return before


def _bind(
    step: Revision,
    other: str,
    wanted: str,
    pending: History,
    done: Mapping[str, Sequence[str]],
) -> str | None:
    """The pending revision of `other` that must wait for `step`, checked that what it requires exists."""
    known = [*done.get(other, ()), *(s.id for s in pending.get(other, ()))]
    if wanted not in known:
        raise AddonError(
            _(
                "Revision {revision} of addon {name} requires {wanted} of {other}, which does not exist.",
                revision=step.id,
                name=step.addon,
                wanted=wanted,
                other=other,
            )
        )
    after = known[known.index(wanted) + 1 :]
    return next((s for s in after if s not in done.get(other, ())), None)


def _deadlock(waiting: Mapping[Step, Revision]) -> object:
    names = ", ".join(f"{addon} {revision}" for addon, revision in waiting)
    return _(
        "Revisions wait for each other: {names}. One of their requires is too new or too old.", names=names
    )
