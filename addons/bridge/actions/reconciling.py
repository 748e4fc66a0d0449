"""Reconciliation: each side is asked what it has, and what is not the same is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from addons.bridge.actions.asking import NotHeard, ask
from addons.bridge.actions.comparing import partners
from addons.bridge.actions.recounting import Account, accounts
from addons.bridge.actions.telling import HALVES, to_partner
from addons.bridge.messages.reconciliation import (
    GetReconciliation,
    HeldCount,
    Period,
    ShowReconciliation,
    Stop,
)
from addons.bridge.models import Partner, Side
from addons.bridge.rules.reconciliation import Compared, Difference, compared, differences, totals
from core import Env, Text, UserError, _, plural, today
from core.base.models.mechanism import OutgoingMessage

#: Days that are compared when nobody says which.
USUAL_DAYS = 30
MOST_DAYS = 366


@dataclass(frozen=True)
class Reconciliation:
    """Both sides of a connection, or one of them and why the other was not heard."""

    name: str
    #: Which of the sides runs on another server.
    remote: Side | None
    totals: tuple[Compared, ...]
    differences: tuple[Difference, ...]
    #: By where messages stay: how many on the ERP's side and on the MES's.
    held: Mapping[Stop, tuple[int, int]]
    #: Why the other side said nothing; "" when it did.
    silence: str = ""
    #: When it was last heard or reached.
    heard_at: datetime | None = None

    @property
    def messages(self) -> int:
        """How many messages stay on either side."""
        return sum(sum(counts) for counts in self.held.values())

    @property
    def is_zero(self) -> bool:
        return not (self.silence or self.differences or self.messages)

    @property
    def verdict(self) -> Text:
        """In a sentence, where both sides were heard."""
        if self.is_zero:
            return _("Both sides have the same, and no message stays anywhere.")
        return _(
            "{differences}, {messages}.",
            differences=plural("{count} difference", "{count} differences", len(self.differences)),
            messages=plural("{count} message stays", "{count} messages stay", self.messages),
        )


def usual_days(zone: str) -> tuple[date, date]:
    """The first and the last day that are compared when nobody says which."""
    last = today(zone)
    return last - timedelta(days=USUAL_DAYS - 1), last


def period_of(first: date, last: date, zone: str) -> Period:
    """From the beginning of the first day to the end of the last; raises UserError for one that is too long."""
    if not 0 <= (last - first).days < MOST_DAYS:
        raise UserError(_("Choose a first and a last day, {most} days apart at most.", most=MOST_DAYS))
    return Period(_midnight(first, zone), _midnight(last + timedelta(days=1), zone))


def reconciliations(env: Env, company_id: int, period: Period) -> list[Reconciliation]:
    """Each of the company's partners asked, or both sides that meet here."""
    with env.as_system() as system:
        active = [partner for partner in partners(system, company_id) if partner.active]
        if active:
            return [_with_partner(system, partner, period) for partner in active]
        if set(HALVES.values()) <= set(env.site.addons):
            return [_here(system, company_id, period)]
        return []


def _here(env: Env, company_id: int, period: Period) -> Reconciliation:
    found = accounts(env, company_id, period, None)
    erp, mes = (found.get(side, Account()) for side in (Side.ERP, Side.MES))
    return _compared(str(_("This database")), None, *(_shown(each) for each in (erp, mes)))


def _with_partner(env: Env, partner: Partner, period: Period) -> Reconciliation:
    own_side = partner.side.other
    own = accounts(env, partner.company_id, period, partner).get(own_side, Account())
    theirs, silence = ShowReconciliation(), ""
    try:
        theirs = _asked(env, partner, period, own)
    except NotHeard as error:
        silence = str(error)
    sides = (_shown(own), theirs) if own_side is Side.ERP else (theirs, _shown(own))
    found = _compared(partner.name, partner.side, *sides, silence=silence)
    return _with_last_contact(env, partner, found) if silence else found


def _asked(env: Env, partner: Partner, period: Period, own: Account) -> ShowReconciliation:
    """The partner's totals and, where they are not ours, the facts behind them."""
    question = GetReconciliation(partner.company_code, period)
    told = ask(env, partner, question)
    flows = {each.flow for each in compared(totals(own.facts), told.totals) if each.differs}
    if not flows:
        return told
    return ask(env, partner, GetReconciliation(partner.company_code, period, tuple(sorted(flows))))


def _shown(account: Account) -> ShowReconciliation:
    return ShowReconciliation(totals(account.facts), tuple(account.facts), account.counts, account.held)


def _compared(
    name: str, remote: Side | None, erp: ShowReconciliation, mes: ShowReconciliation, *, silence: str = ""
) -> Reconciliation:
    side_by_side = tuple(compared(erp.totals, mes.totals))
    differing = {each.flow for each in side_by_side if each.differs}
    erp_facts, mes_facts = ([fact for fact in each.facts if fact.flow in differing] for each in (erp, mes))
    found = () if silence else tuple(differences(erp_facts, mes_facts, (*erp.held, *mes.held)))
    return Reconciliation(name, remote, side_by_side, found, dict(_held(erp.counts, mes.counts)), silence)


def _held(erp: tuple[HeldCount, ...], mes: tuple[HeldCount, ...]) -> Iterator[tuple[Stop, tuple[int, int]]]:
    one, other = ({each.stop: each.count for each in side} for side in (erp, mes))
    for stop in Stop:
        yield stop, (one.get(stop, 0), other.get(stop, 0))


def _with_last_contact(env: Env, partner: Partner, found: Reconciliation) -> Reconciliation:
    """When it last handed a message over or took one."""
    taken = env.session.scalar(select(func.max(OutgoingMessage.sent_at)).where(to_partner(partner)))
    return replace(found, heard_at=max((at for at in (taken, partner.heard_at) if at), default=None))


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
