"""What happened on the floor of the example."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select

from addons.mes_equipment.actions.recording import Said, record
from addons.mes_equipment.actions.reporting import Report, report
from addons.mes_equipment.actions.using import Use, use
from addons.mes_equipment.demo.machines import MACHINES, Machine, company_of
from addons.mes_equipment.models import CountKind, EquipmentState, Reason, ShiftBreak, ShiftInstance, Source
from addons.mes_equipment.rules.ledger import NOTHING, Work
from addons.mes_equipment.rules.shift import Span
from core import Env, now
from core.base import Item, Person

S = EquipmentState
_MINUTE = timedelta(minutes=1)
#: How a stretch of work ends: state, minutes at least and at most, reasons that are given, how often of 100.
_STOPS = (
    (S.DOWN, 0.7, 4, (), 44),
    (S.STARVED, 5, 16, ("WAIT-MAT", "WAIT-STAFF"), 12),
    (S.BLOCKED, 5, 12, ("WAIT-NEXT",), 6),
    (S.DOWN, 8, 42, ("TECH-MECH", "TECH-ELEC", "TECH-CTRL", "TECH-HYD", "TECH-TOOL"), 12),
    (S.SETUP, 4, 9, ("SET-TOOL", "SET-ADJ"), 20),
    (S.PM, 20, 45, ("PLAN-PM", "PLAN-CLEAN"), 6),
)
REJECTS = ("REJ-DIM", "REJ-SURF", "REJ-MAT", "REJ-HANDLE")
#: Of 100 stops that need a reason, how many nobody gave one.
_UNEXPLAINED = 8
_LAST_ORDER = 1150
#: Shares of the pieces that are bad, and of those that can be worked again.
BAD, REWORKED = 0.02, 0.3


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom and what the story names: items and reasons by their codes, and people."""

    items: Mapping[str, int]
    reasons: Mapping[str, int]
    people: Sequence[int]

    @classmethod
    def of(cls, env: Env, ids: Mapping[str, int]) -> Cast:
        items = select(Item.code, Item.id).where(Item.company_id == company_of(env, ids))
        return cls(
            {row.code: row.id for row in env.session.execute(items)},
            {row.code: row.id for row in env.session.execute(select(Reason.code, Reason.id))},
            list(env.session.scalars(select(Person.id).order_by(Person.id))),
        )

    def person_at(self, machine: Machine) -> int | None:
        return self.people[MACHINES.index(machine) % len(self.people)] if self.people else None


@dataclass
class _Story:
    """One machine's two weeks as they are told."""

    machine: Machine
    equipment_id: int
    random: Random
    items: Mapping[str, int]
    reasons: Mapping[str, int]
    person_id: int | None
    said: list[Said] = field(default_factory=list)
    counted: list[Report] = field(default_factory=list)
    work: Work = NOTHING
    left: int = 0
    orders: int = 0

    def say(self, at: datetime, state: EquipmentState, reason: str = "") -> None:
        source = Source.OPERATOR if reason else Source.AUTO
        self.said.append(
            Said(self.equipment_id, at, state, source, self.work, self.reasons.get(reason),
                 person_id=self.person_id if reason else None)
        )  # fmt: skip

    def segment(self, span: Span) -> None:
        """Work from the beginning to the end of a stretch without a break."""
        at = span.starts_at
        while at < span.ends_at:
            if not self.left:
                at = self._begin_order(at)
            at = self._stop(self._run(at, span.ends_at), span.ends_at)

    def _begin_order(self, at: datetime) -> datetime:
        self.orders += 1
        number = _LAST_ORDER - 40 * MACHINES.index(self.machine) // 4 - self.orders
        item = self.random.choice(self.machine.makes)
        self.work = Work(f"WO-26-{number:04}", self.machine.operation, self.items[item])
        self.left = self.random.randint(3, 12) * 60 * 60 // self.machine.cycle
        self.say(at, S.SETUP)
        return at + self.random.uniform(15, 45) * _MINUTE

    def _run(self, at: datetime, ends_at: datetime) -> datetime:
        if at >= ends_at:
            return at
        self.say(at, S.RUN)
        until = min(at + self.random.uniform(20, 80) * _MINUTE, ends_at)
        speed = self.random.uniform(0.88, 1.0)
        made = min(int((until - at).total_seconds() * speed / self.machine.cycle), self.left)
        self._count(until, made)
        self.left -= made
        return until

    def _count(self, at: datetime, made: int) -> None:
        bad = sum(self.random.random() < BAD for _piece in range(made))
        rework = sum(self.random.random() < REWORKED for _piece in range(bad))
        reason = self.random.choice(REJECTS)
        for kind, quantity in (
            (CountKind.GOOD, made - bad), (CountKind.SCRAP, bad - rework), (CountKind.REWORK, rework),
        ):  # fmt: skip
            if quantity:
                given = self.reasons[reason] if kind is not CountKind.GOOD else None
                self.counted.append(
                    Report(self.equipment_id, at - timedelta(seconds=1), kind, Decimal(quantity), Source.AUTO,
                           self.work, given)
                )  # fmt: skip

    def _stop(self, at: datetime, ends_at: datetime) -> datetime:
        if at >= ends_at:
            return at
        if not self.left:
            self.work = NOTHING
            self.say(at, S.IDLE)
            return at + self.random.uniform(2, 9) * _MINUTE
        state, least, most, reasons, _often = self.random.choices(_STOPS, [stop[4] for stop in _STOPS])[0]
        explained = reasons and (state in (S.SETUP, S.PM) or self.random.randint(1, 100) > _UNEXPLAINED)
        self.say(at, state, self.random.choice(reasons) if explained else "")
        return at + self.random.uniform(least, most) * _MINUTE


def write(env: Env, ids: Mapping[str, int], seed: int) -> None:
    """Tell two weeks of every machine up to what it does now, and what was used at them."""
    cast = Cast.of(env, ids)
    for machine in (m for m in MACHINES if m.code in ids):
        random = Random(f"{seed}:{machine.code}")  # noqa: S311 -- figures of an example, not secrets
        story = _Story(machine, ids[machine.code], random, cast.items, cast.reasons, cast.person_at(machine))
        _tell(story, list(_segments(env, story.equipment_id)))
        record(env, story.said)
        report(env, story.counted)
    _use(env, ids, cast.items, cast.reasons, Random(seed))  # noqa: S311 -- as above


def _tell(story: _Story, segments: Sequence[tuple[Span, EquipmentState]]) -> None:
    """The segments in order, each with what follows it, cut where what happens now began."""
    for span, after in segments:
        story.segment(span)
        story.say(span.ends_at, after)
    begun = now().replace(microsecond=0) - story.machine.minutes * _MINUTE
    story.said = [said for said in story.said if said.at < begun]
    story.counted = [counted for counted in story.counted if counted.at < begun]
    order = story.machine.order
    item = story.items[story.machine.makes[0]]
    story.work = Work(order, story.machine.operation, item) if order else NOTHING
    story.say(begun, story.machine.state, story.machine.reason)


def _segments(env: Env, equipment_id: int) -> Iterator[tuple[Span, EquipmentState]]:
    """The stretches of work of every shift that has begun, and what equipment does after each: break or end."""
    shifts = env.session.scalars(
        select(ShiftInstance)
        .where(ShiftInstance.equipment_id == equipment_id, ShiftInstance.starts_at < now())
        .order_by(ShiftInstance.starts_at)
    ).all()
    starts = {shift.starts_at for shift in shifts}
    pauses = env.session.scalars(
        select(ShiftBreak)
        .where(ShiftBreak.shift_id.in_([s.id for s in shifts]))
        .order_by(ShiftBreak.starts_at)
    ).all()
    for shift in shifts:
        reached = shift.starts_at
        for pause in (p for p in pauses if p.shift_id == shift.id):
            yield Span(reached, pause.starts_at), S.IDLE
            reached = pause.ends_at
        if shift.ends_at not in starts:
            yield Span(reached, shift.ends_at), S.OFF
        else:
            yield Span(reached, shift.ends_at), S.IDLE


#: What is used where, each about every second day.
_USED = (
    ("M-401", "IN-CNMG", 1, 4, "USE-WEAR"),
    ("M-402", "EM-12", 1, 1, "USE-BROKEN"),
    ("M-403", "IN-CNMG", 1, 2, "USE-WEAR"),
    ("M-404", "CF-500", 5, 10, "USE-SUPPLY"),
)


def _use(
    env: Env, ids: Mapping[str, int], items: Mapping[str, int], reasons: Mapping[str, int], random: Random
) -> None:
    uses = [
        Use(
            ids[code], now().replace(microsecond=0) - timedelta(days=day, minutes=random.randint(0, 300)),
            items[item], Decimal(random.randint(least, most)),
            reason_id=reasons[reason],
        )
        for code, item, least, most, reason in _USED
        for day in range(1, 14, 2)
        if code in ids and item in items
    ]  # fmt: skip
    use(env, uses)
