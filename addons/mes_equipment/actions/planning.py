"""Shifts made ahead of time from the calendars."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any

from sqlalchemy import select

from addons.mes_equipment.actions.floor import ADDON, MONITORED, watched
from addons.mes_equipment.actions.placing import calendar_of, spots
from addons.mes_equipment.models import Equipment, ShiftBreak, ShiftInstance, team_leader
from addons.mes_equipment.rules.shift import Exceptional, Pattern, Planned, Span, shifts_on
from core import Ask, Env, Run, ValidationError, _, action, bulk, now, task, today
from core.base import Calendar, CalendarException, Shift, Weekday, WorkCenter

#: How far the scheduled task looks ahead.
DAYS_AHEAD = 14
#: A bound against a slip of the finger.
MOST_DAYS = 400


@action(
    _("Plan shifts"),
    on=WorkCenter,
    roles=[team_leader],
    when=MONITORED,
    icon="calendar",
)
def plan_shifts(
    env: Env,
    equipment: Sequence[WorkCenter],
    *,
    days: Annotated[int, Ask(_("Days ahead"))],
    again: Annotated[
        bool, Ask(_("Plan again"), help=_("What lies ahead is made again from the calendar."))
    ] = False,
) -> None:
    """Make the shifts of the next days from the calendar; those that are there already stay."""
    if not 0 < days <= MOST_DAYS:
        raise ValidationError({"days": _("Plan 1 to {most} days.", most=MOST_DAYS)})
    ids = [each.id for each in equipment]
    if again:
        _forget(env, ids)
    day = today(env.zone)
    plan(env, ids, day, day + timedelta(days=days - 1))


@task("mes_equipment.plan_shifts")
def plan_ahead(run: Run, payload: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """Keep the next days planned for all monitored equipment; nothing is made twice."""
    with run.env() as env:
        ids = env.session.scalars(select(Equipment.id).where(Equipment.monitored)).all()
        day = today(env.zone)
        ahead = timedelta(days=int(payload.get("days", DAYS_AHEAD)) - 1)
        return {"made": plan(env, ids, day, day + ahead)}


def plan(env: Env, equipment_ids: Collection[int], first: date, last: date) -> int:
    """Make the shifts that start from `first` to `last`; one that would overlap another of the equipment is left out.

    Returns how many were made. Equipment without a calendar has no shifts.
    """
    with env.acting_as(ADDON):
        found, places = watched(env, equipment_ids), spots(env)
        calendars = {id_: calendar_of(places, id_) for id_ in found}
        weeks = _weeks(env, {c for c in calendars.values() if c is not None})
        taken = _taken(env, found, first)
        rows = [
            (_row(id_, equipment.company_id, planned), planned)
            for id_, equipment in found.items()
            if (week := weeks.get(calendars[id_] or 0)) is not None
            for planned in week.between(first, last)
            if all(planned.span.within(span) is None for span in taken.get(id_, ()))
        ]
        ids = bulk.create(env, ShiftInstance, [row for row, _planned in rows])
        bulk.create(
            env,
            ShiftBreak,
            [
                {"shift_id": shift_id, "starts_at": pause.starts_at, "ends_at": pause.ends_at}
                for shift_id, (_row_, planned) in zip(ids, rows, strict=True)
                for pause in planned.breaks
            ],
        )
    return len(ids)


def _row(equipment_id: int, company_id: int, planned: Planned) -> dict[str, object]:
    return {
        "company_id": company_id,
        "equipment_id": equipment_id,
        "day": planned.day,
        "name": planned.name,
        "starts_at": planned.span.starts_at,
        "ends_at": planned.span.ends_at,
    }


@dataclass(frozen=True, slots=True)
class _Week:
    zone: str
    patterns: Sequence[Pattern]
    exceptions: Sequence[Exceptional]

    def between(self, first: date, last: date) -> Iterator[Planned]:
        for offset in range((last - first).days + 1):
            yield from shifts_on(first + timedelta(days=offset), self.patterns, self.exceptions, self.zone)


def _weeks(env: Env, calendar_ids: Collection[int]) -> dict[int, _Week]:
    if not calendar_ids:
        return {}
    weekdays = {day: number for number, day in enumerate(Weekday, start=1)}
    zones = env.session.execute(select(Calendar.id, Calendar.zone).where(Calendar.id.in_(calendar_ids))).all()
    shifts = env.session.scalars(select(Shift).where(Shift.calendar_id.in_(calendar_ids))).all()
    free = env.session.scalars(
        select(CalendarException).where(CalendarException.calendar_id.in_(calendar_ids))
    ).all()
    return {
        id_: _Week(
            zone,
            [Pattern(weekdays[s.weekday], s.name, s.starts, s.ends, s.break_minutes) for s in shifts
             if s.calendar_id == id_],
            [Exceptional(e.day, e.name, e.starts, e.ends) for e in free if e.calendar_id == id_],
        )
        for id_, zone in zones
    }  # fmt: skip


def _taken(env: Env, equipment_ids: Collection[int], first: date) -> dict[int, list[Span]]:
    """The shifts that there are, from the day before `first` on, since a night reaches over."""
    rows = env.session.execute(
        select(ShiftInstance.equipment_id, ShiftInstance.starts_at, ShiftInstance.ends_at).where(
            ShiftInstance.equipment_id.in_(equipment_ids), ShiftInstance.day >= first - timedelta(days=1)
        )
    )
    found: dict[int, list[Span]] = {}
    for equipment_id, starts_at, ends_at in rows:
        found.setdefault(equipment_id, []).append(Span(starts_at, ends_at))
    return found


def _forget(env: Env, equipment_ids: Collection[int]) -> None:
    ahead = env.session.scalars(
        select(ShiftInstance.id).where(
            ShiftInstance.equipment_id.in_(equipment_ids), ShiftInstance.starts_at > now()
        )
    )
    bulk.delete(env, ShiftInstance, list(ahead))
