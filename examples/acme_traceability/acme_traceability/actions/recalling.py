"""Calling lots back: the list of everything that a bad lot went into, and working it off."""

from collections.abc import Sequence
from typing import Annotated

from core import Ask, Env, UserError, _, action, number, plural, today, where
from core.base import Lot
from sqlalchemy import select

from acme_traceability.actions.holding import block
from acme_traceability.actions.tracing import Direction, links
from acme_traceability.models import (
    Recall,
    RecallLine,
    RecallState,
    Standing,
    TracedLot,
    quality_manager,
    recall_workflow,
)
from acme_traceability.rules.genealogy import steps_from

_NUMBERS, _PATTERN = "acme_traceability.recall", "RC-{year}-{number:04}"


@action(
    _("Call back"),
    on=Lot,
    roles=[quality_manager],
    when=where(TracedLot.standing, "ne", Standing.RECALLED),
    icon="speakerphone",
    confirm=_("Every lot that it went into is blocked."),
)
def call_back(env: Env, lots: Sequence[Lot], *, reason: Annotated[str, Ask(_("Why"))]) -> list[Recall]:
    """Block the lots and all that they went into, however many steps away, and list it lot by lot."""
    return [_recall(env, lot, reason) for lot in lots]


@action(
    _("Close"),
    on=Recall,
    roles=[quality_manager],
    when=recall_workflow.may_reach(RecallState.CLOSED),
    icon="circle-check",
    primary=True,
)
def close(env: Env, recalls: Sequence[Recall]) -> None:
    """Every lot of the recall is settled: found, fetched back, scrapped or shown to be good."""
    for recall in recalls:
        waiting = sum(not line.settled for line in recall.lines)
        if waiting:
            raise UserError(
                plural(
                    "{count} lot of {recall} is not settled yet. Nothing has changed.",
                    "{count} lots of {recall} are not settled yet. Nothing has changed.",
                    waiting,
                    recall=recall.label,
                )
            )
        recall.closed_on = today()
    recall_workflow.move(env, recalls, RecallState.CLOSED)


def _recall(env: Env, lot: Lot, reason: str) -> Recall:
    steps = _reached(env, lot.id)
    recall = Recall(company_id=lot.company_id, lot_id=lot.id, reason=reason, opened_on=today())
    recall.lines = [RecallLine(lot_id=each, steps=far) for each, far in steps.items()]
    env.add(recall)
    number(env, recall, "number", _NUMBERS, pattern=_PATTERN, on=recall.opened_on)
    block(env.session.scalars(select(Lot).where(Lot.id.in_(steps))).all(), Standing.RECALLED, reason)
    env.flush()
    env.hook.lots_recalled(env=env, recall=recall, lots=list(steps))
    return recall


def _reached(env: Env, lot_id: int) -> dict[int, int]:
    """A recall is whole or worthless: it is traced without the limits of the person who asks for it."""
    with env.as_system() as system:
        return steps_from(lot_id, [link.pair for link in links(system, [lot_id], Direction.FORWARD)])
