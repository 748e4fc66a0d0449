"""Reconciliation, and how the connections of a company stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, func, select

from addons.bridge.actions.telling import HALVES, HERE, sender_of, to_partner
from addons.bridge.models import Partner, Side
from addons.bridge.rules.figure import Figure, summed
from core import Env, _, now
from core.base.models.mechanism import IncomingMessage, IncomingState, OutgoingMessage, OutgoingState

#: What came in and has had its effect, or never will.
_SETTLED = (IncomingState.DONE, IncomingState.DISCARDED)
_GONE = (OutgoingState.SENT, OutgoingState.DISCARDED)


@dataclass(frozen=True, slots=True)
class Standing:
    """How the connection to a partner, or between the halves here, stands."""

    partner_id: int | None
    name: str
    side: Side | None
    heard_at: datetime | None
    #: How many messages wait to leave, since when, and how many were refused for good.
    waiting: int
    waiting_since: datetime | None
    dead: int
    #: How many messages wait for an earlier one, are parked with a reason, or quarantined.
    queued: int
    parked: int
    quarantined: int
    #: Whether anything may be told and heard.
    is_active: bool = True

    @property
    def lag(self) -> timedelta:
        """For how long the oldest message has been waiting to leave."""
        return timedelta(0) if self.waiting_since is None else now() - self.waiting_since

    @property
    def is_well(self) -> bool:
        return not (self.dead or self.parked or self.quarantined)


def figures(env: Env, company_id: int) -> list[Figure]:
    """Every figure of the company; the bridge is in order when none of them has a difference."""
    with env.as_system() as system:
        told = [f for half in system.hook.collect_figures(env=system, company_id=company_id) for f in half]
        return summed([*told, *_messages(system, company_id)])


def standings(env: Env, company_id: int) -> list[Standing]:
    """The company's connections: its partners, and the halves that meet here."""
    with env.as_system() as system:
        known = list(partners(system, company_id))
        found = [_standing(system, partner) for partner in known]
        remote = {partner.side for partner in known if partner.active}
        if set(HALVES.values()) <= set(env.site.addons) and not remote:
            found.append(_standing_here(system))
        return found


def partners(env: Env, company_id: int) -> Iterator[Partner]:
    """The company's partner systems, in the order of their codes."""
    yield from env.session.scalars(
        select(Partner).where(Partner.company_id == company_id).order_by(Partner.code)
    )


def _standing(env: Env, partner: Partner) -> Standing:
    incoming = _incoming(env, sender_of(partner))
    outgoing = {row.state: (row.messages, row.since) for row in env.session.execute(_outgoing(partner))}
    waiting, since = outgoing.get(OutgoingState.WAITING, (0, None))
    return Standing(
        partner.id, partner.name, partner.side, partner.heard_at, waiting, since,
        outgoing.get(OutgoingState.DEAD, (0, None))[0], incoming.get(IncomingState.WAITING, 0),
        incoming.get(IncomingState.PARKED, 0), incoming.get(IncomingState.POISON, 0), partner.active,
    )  # fmt: skip


def _standing_here(env: Env) -> Standing:
    incoming = _incoming(env, HERE)
    last = env.session.scalar(
        select(func.max(IncomingMessage.received_at)).where(IncomingMessage.sender == HERE)
    )
    return Standing(
        None, str(_("This database")), None, last, 0, None, 0, incoming.get(IncomingState.WAITING, 0),
        incoming.get(IncomingState.PARKED, 0), incoming.get(IncomingState.POISON, 0),
    )  # fmt: skip


def _incoming(env: Env, sender: str) -> dict[IncomingState, int]:
    counted = select(IncomingMessage.state, func.count(IncomingMessage.id)).where(
        IncomingMessage.sender == sender
    )
    return {row[0]: row[1] for row in env.session.execute(counted.group_by(IncomingMessage.state))}


def _outgoing(partner: Partner) -> Select[OutgoingState, int, datetime | None]:
    """The messages to a partner by their state."""
    return (
        select(
            OutgoingMessage.state,
            func.count(OutgoingMessage.id).label("messages"),
            func.min(OutgoingMessage.created_at).label("since"),
        )
        .where(to_partner(partner))
        .group_by(OutgoingMessage.state)
    )


def _messages(env: Env, company_id: int) -> Iterator[Figure]:
    """What left and what arrived, beside what was delivered and what had its effect."""
    for partner in partners(env, company_id):
        sent = {row.state: row.messages for row in env.session.execute(_outgoing(partner))}
        yield _counted(_("Messages to a partner"), partner.code, sent, _GONE)
        yield _counted(
            _("Messages from a partner"), partner.code, _incoming(env, sender_of(partner)), _SETTLED
        )
    here = _incoming(env, HERE)
    if here:
        yield _counted(_("Messages in this database"), "", here, _SETTLED)


def _counted(
    flow: object, what: str, found: Mapping[Any, int], settled: Sequence[Any]
) -> Figure:  # Any: a state
    return Figure(
        flow, what, Decimal(sum(found.values())), Decimal(sum(found.get(state, 0) for state in settled))
    )
