"""What this side has of each flow, and what it says of it to a partner that asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select

from addons.bridge.actions.telling import HERE, kind_of, sender_of, to_partner
from addons.bridge.messages.envelope import Envelope, Sender, new_id, sealed, to_json
from addons.bridge.messages.message import ProcessOperationsPerformance
from addons.bridge.messages.noun import one_line
from addons.bridge.messages.reconciliation import (
    Fact,
    GetReconciliation,
    Held,
    HeldCount,
    Period,
    ShowReconciliation,
    Stop,
)
from addons.bridge.models import Partner, Side
from addons.bridge.rules.reconciliation import totals
from core import Env, UserError, _, now
from core.base import Company
from core.base.models.mechanism import IncomingMessage, IncomingState, OutgoingMessage, OutgoingState

#: Facts that are told one by one at most, and messages that are named.
MOST_FACTS = 20_000
MOST_HELD = 200
_REASON = 300

_COMING = {
    IncomingState.WAITING: Stop.QUEUED, IncomingState.PARKED: Stop.PARKED, IncomingState.POISON: Stop.QUARANTINED,
}  # fmt: skip
_LEAVING = {OutgoingState.WAITING: Stop.LEAVING, OutgoingState.DEAD: Stop.UNDELIVERED}


@dataclass(frozen=True)
class Account:
    """What one side has, and where its messages stay."""

    facts: Sequence[Fact] = ()
    counts: tuple[HeldCount, ...] = ()
    held: tuple[Held, ...] = ()

    def told(self, question: GetReconciliation) -> ShowReconciliation:
        """As the answer to a question; raises UserError where it asks for too much at once."""
        wanted = tuple(fact for fact in self.facts if fact.flow in question.flows)
        if len(wanted) > MOST_FACTS:
            raise UserError(
                _(
                    "{count} records differ in this period or may do so. Ask for a shorter one.",
                    count=len(wanted),
                )
            )
        return ShowReconciliation(totals(self.facts), wanted, self.counts, self.held)


def accounts(env: Env, company_id: int, period: Period, partner: Partner | None) -> dict[Side, Account]:
    """The sides that run here, as they stand towards a partner or, without one, towards each other."""
    return {
        side: Account(facts, tuple(_counts(env, partner, side)), tuple(_held(env, partner, side)))
        for half in env.hook.collect_facts(env=env, company_id=company_id, period=period)
        for side, facts in half.items()
        if partner is None or side is partner.side.other
    }


def answered(env: Env, partner: Partner, asked: Envelope, question: GetReconciliation) -> str:
    """The sealed answer to a partner's question, about its company alone; `env` is the system's."""
    side = partner.side.other
    own = accounts(env, partner.company_id, question.period, partner).get(side, Account())
    company = env.get(Company, partner.company_id).code
    return to_json(enveloped(company, side, own.told(question), asked.message_id)).decode()


def enveloped(
    company: str,
    side: Side,
    payload: GetReconciliation | ShowReconciliation,
    correlation_id: str | None = None,
) -> Envelope:
    """A question or answer of our side, which has no place in any order."""
    at = now()
    return sealed(
        Envelope(new_id(at), Sender(company, side.name), at, "reconciliation", 0, payload, correlation_id)
    )


@dataclass(frozen=True)
class _Shelf:
    """Where messages stay: which of a table, and what their states mean."""

    model: type[IncomingMessage | OutgoingMessage]
    stops: Mapping[Any, Stop]  # Any: a state of the model's
    wanted: ColumnElement[bool]


def _shelves(partner: Partner | None, side: Side) -> Iterator[_Shelf]:
    """Of a partner both ways; in one database what came in, of which the kind says for which side."""
    if partner is None:
        of_use = IncomingMessage.type == kind_of(ProcessOperationsPerformance)
        own = of_use if side is Side.ERP else ~of_use
        yield _Shelf(IncomingMessage, _COMING, (IncomingMessage.sender == HERE) & own)
        return
    yield _Shelf(IncomingMessage, _COMING, IncomingMessage.sender == sender_of(partner))
    yield _Shelf(OutgoingMessage, _LEAVING, to_partner(partner))


def _counts(env: Env, partner: Partner | None, side: Side) -> Iterator[HeldCount]:
    for shelf in _shelves(partner, side):
        model = shelf.model
        found = select(model.state, func.count(model.id)).where(
            shelf.wanted, model.state.in_(list(shelf.stops))
        )
        for state, count in env.session.execute(found.group_by(model.state)):
            yield HeldCount(shelf.stops[state], count)


def _held(env: Env, partner: Partner | None, side: Side) -> Iterator[Held]:
    """The messages themselves, the oldest first."""
    for shelf in _shelves(partner, side):
        model = shelf.model
        found = select(model.message_id, model.type, model.state, model.reason).where(
            shelf.wanted, model.state.in_(list(shelf.stops))
        )
        for message_id, kind, state, reason in env.session.execute(found.order_by(model.id).limit(MOST_HELD)):
            yield Held(message_id, kind.rpartition(".")[2], shelf.stops[state], _reason(reason))


def _reason(text: str | None) -> str | None:
    return one_line(text)[:_REASON].strip() or None if text else None
