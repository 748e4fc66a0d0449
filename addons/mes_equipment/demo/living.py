"""The floor of the example goes on while it is tried out, from what the database says on."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Event

from sqlalchemy import func, select

from addons.mes_equipment.actions import planning, totalling
from addons.mes_equipment.actions.recording import Said, intervals_from, record
from addons.mes_equipment.actions.reporting import Report, report
from addons.mes_equipment.demo import measuring, programme
from addons.mes_equipment.demo.happening import Cast
from addons.mes_equipment.demo.machines import MACHINES, Machine, monitored, shift_now
from addons.mes_equipment.demo.programme import Phase
from addons.mes_equipment.ingest import settings
from addons.mes_equipment.models import CountEvent, EquipmentState, Source, StateChange, StateInterval
from addons.mes_equipment.rules.ledger import Work
from core import Env, Site, _, i18n, now, open_env

_BEAT_SECONDS = 1.0
_SECOND = timedelta(seconds=1)
#: What nobody told for longer than this stays unknown.
LONGEST_GAP = timedelta(minutes=15)
#: Shifts of former hours are computed so many an hour.
_SHIFTS_AN_HOUR = 100
log = logging.getLogger("dovetail.demo")


def live(site: Site, language: str, stop: Event) -> None:
    """Go on until `stop`; not beside machines of their own, which `ingest.toml` names."""
    if (site.folder / settings.FILE).exists():
        log.info("the machines of the example stand still: %s names other ones", settings.FILE)
        return
    since = begin(site, language)
    while not stop.wait(_BEAT_SECONDS):
        since = beat(site, language, since)


def begin(site: Site, language: str) -> datetime:
    """Take up the story, and return from when on it is to be told."""
    with _telling(site, language) as env:
        until, ids = _now(), monitored(env)
        _prepare(env, ids)
        reached = _reached(env, ids)
        if reached is not None and until - reached > LONGEST_GAP:
            _skip(env, ids, reached, until)
    return until


def beat(site: Site, language: str, since: datetime) -> datetime:
    """Tell in one transaction what happened since, and return up to when that was."""
    until = max(_now(), since)  # a clock that is set back tells nothing twice
    if not _is_due(since, until):
        return until
    with _telling(site, language) as env:
        ids = monitored(env)
        if until - since > LONGEST_GAP:
            _skip(env, ids, since, until)
        else:
            _tell(env, ids, since, until)
        if _hour(until) != _hour(since):
            _prepare(env, ids)
    return until


@contextmanager
def _telling(site: Site, language: str) -> Iterator[Env]:
    with open_env(site, write=True) as env, i18n.speaking(language):
        env.why = str(_("Demonstration data"))
        yield env


def _now() -> datetime:
    return now().replace(microsecond=0)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0)


def _is_due(since: datetime, until: datetime) -> bool:
    return (
        _hour(since) != _hour(until)
        or measuring.is_due(since, until)
        or any(
            programme.phases(machine, since, until) or programme.pieces(machine, since, until)
            for machine in MACHINES
        )
    )


def _prepare(env: Env, ids: Mapping[str, int]) -> None:
    """Every hour: the shifts of the next days are there, one is now, and what is over is computed."""
    day = _now().date()
    planning.plan(env, ids.values(), day, day + timedelta(days=planning.DAYS_AHEAD))
    shift_now(env, ids)
    totalling.recompute(env, totalling.dirty(env, _SHIFTS_AN_HOUR))


def _reached(env: Env, ids: Mapping[str, int]) -> datetime | None:
    """When anything was last said of the machines; None when nothing was."""
    latest = [
        env.session.scalar(select(func.max(model.at)).where(model.equipment_id.in_(ids.values())))
        for model in (StateChange, CountEvent)
    ]
    return max((at for at in latest if at is not None), default=None)


def _skip(env: Env, ids: Mapping[str, int], since: datetime, until: datetime) -> None:
    """What nobody told is unknown; now each machine does what the programme has for this moment."""
    record(env, [Said(id_, since + _SECOND, EquipmentState.UNKNOWN) for id_ in ids.values()])
    measuring.lose(env, ids, since + _SECOND)
    _say(env, ids, {
        machine: [replace(programme.phase_at(machine, until), starts_at=until)]
        for machine in MACHINES if programme.has_signal(machine)
    })  # fmt: skip


def _tell(env: Env, ids: Mapping[str, int], since: datetime, until: datetime) -> None:
    """What the programme has for the time after `since`; pieces come from machines alone that do run."""
    _say(env, ids, {machine: programme.phases(machine, since, until) for machine in MACHINES})
    cast = Cast.of(env, ids)
    made = [
        Report(ids[machine.code], piece.at, piece.kind, Decimal(1), reason_id=cast.reasons.get(piece.reason))
        for machine in MACHINES if machine.code in ids
        for piece in programme.pieces(machine, since, until)
        if _runs(env, ids[machine.code], piece.at)
    ]  # fmt: skip
    report(env, made)
    measuring.tell(env, ids, since, until)


def _say(env: Env, ids: Mapping[str, int], said: Mapping[Machine, Sequence[Phase]]) -> None:
    """Record what machines begin to do; those without an order begin one."""
    cast, idle = Cast.of(env, ids), _without_order(env)
    record(env, [
        _said(cast, machine, ids[machine.code], phase, starts=phase.begins_order or ids[machine.code] in idle)
        for machine, phases in said.items() if machine.code in ids
        for phase in phases
    ])  # fmt: skip


def _said(cast: Cast, machine: Machine, equipment_id: int, phase: Phase, *, starts: bool) -> Said:
    order, item = programme.order_at(machine, phase.starts_at)
    return Said(
        equipment_id,
        phase.starts_at,
        phase.state,
        Source.OPERATOR if phase.reason else Source.AUTO,
        Work(order, machine.operation, cast.items.get(item)) if starts else None,
        cast.reasons.get(phase.reason),
        person_id=cast.person_at(machine) if phase.reason else None,
    )


def _without_order(env: Env) -> set[int]:
    """The equipment that is busy with nothing."""
    return set(
        env.session.scalars(
            select(StateInterval.equipment_id).where(
                StateInterval.ends_at.is_(None), StateInterval.order_code.is_(None)
            )
        )
    )


def _runs(env: Env, equipment_id: int, at: datetime) -> bool:
    lasting = intervals_from(env, equipment_id, at)[:1]
    return any(i.starts_at <= at and i.state is EquipmentState.RUN for i in lasting)
