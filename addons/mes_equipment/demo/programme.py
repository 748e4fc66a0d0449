"""What the machines of the example go on to do: states and pieces of any time, the same whenever they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from addons.mes_equipment.demo.happening import BAD, REJECTS, REWORKED
from addons.mes_equipment.demo.machines import MACHINES, Machine
from addons.mes_equipment.models import CountKind, EquipmentState

S = EquipmentState
#: Work is told in slots, each by itself, so that a later one needs nothing of the former.
_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
_SLOT = timedelta(hours=1)
#: By which a machine's slots begin later than those of the one before it.
_STAGGER = timedelta(seconds=347)
_SLOTS_AN_ORDER = 4
_SECOND = timedelta(seconds=1)
_LEAST_SECONDS = 60
_RUN_SECONDS = 60, 210
_NEW_ORDER_SECONDS = 180, 420
#: How a run ends: state, seconds at least and at most, reasons that are given, how often of 100.
_STOPS = (
    (S.DOWN, 60, 100, (), 38),
    (S.STARVED, 75, 180, ("WAIT-MAT", "WAIT-STAFF"), 16),
    (S.BLOCKED, 70, 150, ("WAIT-NEXT",), 10),
    (S.DOWN, 120, 300, ("TECH-MECH", "TECH-ELEC", "TECH-CTRL", "TECH-HYD", "TECH-TOOL"), 10),
    (S.SETUP, 60, 150, ("SET-TOOL", "SET-ADJ"), 22),
    (S.PM, 120, 240, ("PLAN-CLEAN",), 4),
)
#: A piece takes a little longer than its cycle.
_SPEED = 0.94
#: Orders follow those of the history; their numbers return after months.
_FIRST_ORDER, _ORDERS = 1200, 8800


@dataclass(frozen=True, slots=True)
class Phase:
    """What a machine does from an instant on, until its next phase."""

    starts_at: datetime
    state: EquipmentState
    reason: str = ""
    begins_order: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece that is finished, should the machine run."""

    at: datetime
    kind: CountKind
    reason: str


def has_signal(machine: Machine) -> bool:
    """One of the example is not heard of."""
    return machine.state is not S.UNKNOWN


def phases(machine: Machine, since: datetime, until: datetime) -> list[Phase]:
    """Those that begin after `since`, up to and with `until`."""
    slots = range(_slot(machine, since), _slot(machine, until) + 1) if has_signal(machine) else ()
    return [each for slot in slots for each in _told(machine, slot) if since < each.starts_at <= until]


def phase_at(machine: Machine, at: datetime) -> Phase:
    """The one that lasts at `at`."""
    return [each for each in _told(machine, _slot(machine, at)) if each.starts_at <= at][-1]


def pieces(machine: Machine, since: datetime, until: datetime) -> list[Piece]:
    """Those that are finished after `since`, up to and with `until`, while the programme has the machine run."""
    if not has_signal(machine):
        return []
    took = timedelta(seconds=round(machine.cycle / _SPEED))
    start = _EPOCH + MACHINES.index(machine) * _SECOND
    made = (
        start + number * took for number in range((since - start) // took + 1, (until - start) // took + 1)
    )
    return [_piece(machine, at) for at in made if phase_at(machine, at).state is S.RUN]


def order_at(machine: Machine, at: datetime) -> tuple[str, str]:
    """The codes of the order that the programme has for `at`, and of its item."""
    turn = _turn(machine, _slot(machine, at)) // _SLOTS_AN_ORDER
    number = _FIRST_ORDER + (turn * len(MACHINES) + MACHINES.index(machine)) % _ORDERS
    return f"WO-26-{number:04}", machine.makes[turn % len(machine.makes)]


def _slot(machine: Machine, at: datetime) -> int:
    return (at - _EPOCH - MACHINES.index(machine) * _STAGGER) // _SLOT


def _turn(machine: Machine, slot: int) -> int:
    """Machines change their orders in different hours."""
    return slot + MACHINES.index(machine)


def _told(machine: Machine, slot: int) -> Iterator[Phase]:
    """The phases of a slot, which fill it: a new order is set up, then run and stop follow each other."""
    random = Random(f"{machine.code}:{slot}")  # noqa: S311 -- figures of an example, not secrets
    at = _EPOCH + MACHINES.index(machine) * _STAGGER + slot * _SLOT
    end = at + _SLOT
    if _turn(machine, slot) % _SLOTS_AN_ORDER == 0:
        yield Phase(at, S.SETUP, begins_order=True)
        at += random.randint(*_NEW_ORDER_SECONDS) * _SECOND
    # What would be cut short by the end is left out, and what came before lasts the longer.
    while (end - at).total_seconds() >= _LEAST_SECONDS:
        yield Phase(at, S.RUN)
        at += random.randint(*_RUN_SECONDS) * _SECOND
        if (end - at).total_seconds() < _LEAST_SECONDS:
            return
        state, least, most, reasons, _often = random.choices(_STOPS, [stop[4] for stop in _STOPS])[0]
        yield Phase(at, state, random.choice(reasons) if reasons else "")
        at += random.randint(least, most) * _SECOND


def _piece(machine: Machine, at: datetime) -> Piece:
    random = Random(f"{machine.code}:{at.isoformat()}")  # noqa: S311 -- as above
    if random.random() >= BAD:
        return Piece(at, CountKind.GOOD, "")
    kind = CountKind.REWORK if random.random() < REWORKED else CountKind.SCRAP
    return Piece(at, kind, random.choice(REJECTS))
